package org.styleinv.door.meter;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Shows the memory of the device that a service computes on; a CPU's is the process's own ({@link ProcessMemory}). */
public final class DeviceMemory {
    private DeviceMemory() {}

    /**
     * No series where {@code inUse} says nothing now.
     *
     * @param inUse bytes that this process and others have there
     */
    public static void show(MeterRegistry meters, Supplier<OptionalLong> inUse) {
        if (inUse.get().isPresent()) {
            Meters.gauge(
                    meters,
                    "styleinv.device.memory.bytes",
                    "memory of the GPU in use, by this process and by others",
                    () -> inUse.get().orElse(0));
        }
    }
}
