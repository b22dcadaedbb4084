package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
    @Test
    void aDeviceIsChosenByItsName() {
        assertEquals(Device.cpu(), ComputeDevice.parse("cpu"));
        assertEquals(Device.cpu(), ComputeDevice.parse(" CPU "));
        assertEquals(Engine.getEngine("PyTorch").defaultDevice(), ComputeDevice.parse("auto"));
        assertEquals(Engine.getEngine("PyTorch").defaultDevice(), ComputeDevice.parse(""));
        try (NDManager manager = ComputeDevice.manager()) {
            assertEquals(ComputeDevice.chosen(), manager.create(1f).getDevice());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gpu", "cuda", "cuda:", "cuda:-1", "cuda:0x1", "cuda:1234", "cpu:0", "mps", "cuda:0,cuda:1"})
    void whatIsNoneIsRefused(String setting) {
        String sentence = assertThrows(IllegalArgumentException.class, () -> ComputeDevice.parse(setting))
                .getMessage();
        assertEquals("styleinv.device must be auto, cpu or cuda:N, got \"" + setting + "\"", sentence);
    }

    @Test
    void oneThatIsNotHereIsRefused() {
        String sentence = assertThrows(IllegalArgumentException.class, () -> ComputeDevice.parse("cuda:999"))
                .getMessage();
        assertTrue(sentence.startsWith("styleinv.device is cuda:999, but libtorch sees "), sentence);
    }
}
