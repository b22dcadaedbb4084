package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.network.Pass.Precision;

/** Precisions have names, and one that the device cannot do is refused before anything stands on it. */
class PrecisionTest {
    private final NDManager manager = NDManager.newBaseManager(Device.cpu());

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByItsName(Precision precision) {
        assertEquals(precision, Precision.named(precision.text()));
    }

    @Test
    void anUnknownOneIsRefusedWithThoseThatThereAre() {
        String message = assertThrows(IllegalArgumentException.class, () -> Precision.named("FLOAT16"))
                .getMessage();
        assertEquals("there is no precision \"FLOAT16\": there are float32, bfloat16, float16", message);
    }

    @ParameterizedTest
    @EnumSource
    void libtorchForACpuHasThemAll(Precision precision) {
        PrecisionTrial.demand(precision, manager);
    }

    @ParameterizedTest
    @EnumSource
    void whetherItPaysIsKnown(Precision precision) {
        boolean pays = PrecisionTrial.pays(precision, manager);
        assertTrue(pays || precision != Precision.FLOAT32);
    }

    @Test
    void whatLibtorchCannotDoIsOneSentence() {
        Script lacking = Script.of("x: Tensor, k: Tensor -> Tensor", "return torch.matmul(x, k)");
        String message = assertThrows(
                        IllegalStateException.class, () -> PrecisionTrial.demand(Precision.FLOAT16, manager, lacking))
                .getMessage();
        assertTrue(message.startsWith("convolutions in float16 do not work on this CPU (libtorch says: "), message);
        assertTrue(message.endsWith("; take another precision, or another device by styleinv.device"), message);
        assertEquals(1, message.lines().count(), message);
    }
}
