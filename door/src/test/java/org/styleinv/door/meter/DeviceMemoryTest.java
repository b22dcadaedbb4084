package org.styleinv.door.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void isAskedAtEachScrape() {
        AtomicLong bytes = new AtomicLong(1L << 33);
        DeviceMemory.show(meters, () -> OptionalLong.of(bytes.get()));
        assertEquals(
                1L << 33, meters.get("styleinv.device.memory.bytes").gauge().value());
        bytes.set(5);
        assertEquals(5, meters.get("styleinv.device.memory.bytes").gauge().value());
    }

    @Test
    void ofACpuThereIsNoSeries() {
        DeviceMemory.show(meters, OptionalLong::empty);
        assertTrue(meters.getMeters().isEmpty());
    }
}
