package org.styleinv.door.meter;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Shows the memory of the process: most of what an engine takes is outside the heap that Java's own figures know. No series
 * where the system does not say it (proc(5), {@code VmRSS}).
 */
@ApplicationScoped
public class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    void start(@Observes StartupEvent event, MeterRegistry meters) {
        if (resident(STATUS).isPresent()) {
            Meters.gauge(
                    meters,
                    "styleinv.process.resident.bytes",
                    "memory of this process, heap, engine and libraries, that is in RAM",
                    () -> resident(STATUS).orElse(0));
        }
    }

    /**
     * What a process has in RAM, in bytes; empty where the system does not say it.
     *
     * @param status its {@code /proc/PID/status}
     */
    public static OptionalLong resident(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .map(line -> line.substring(RESIDENT.length()).strip().split("\\s+"))
                    .filter(words -> words.length == 2 && words[1].equals("kB"))
                    .mapToLong(words -> Long.parseLong(words[0]) * 1024)
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }
}
