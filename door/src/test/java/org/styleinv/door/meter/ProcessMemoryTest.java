package org.styleinv.door.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {
    @TempDir
    Path folder;

    private OptionalLong of(String status) throws Exception {
        return ProcessMemory.resident(Files.writeString(folder.resolve("status"), status));
    }

    @Test
    void isWhatTheSystemSays() throws Exception {
        assertEquals(OptionalLong.of(565_248L * 1024), of("Name:\tjava\nVmHWM:\t  900000 kB\nVmRSS:\t  565248 kB\n"));
    }

    @Test
    void whereTheSystemSaysNothingThereIsNone() throws Exception {
        assertEquals(OptionalLong.empty(), of("Name:\tjava\n"));
        assertEquals(OptionalLong.empty(), of("VmRSS:\tmany kB\n"));
        assertEquals(OptionalLong.empty(), of("VmRSS:\t565248 pages\n"));
        assertEquals(OptionalLong.empty(), ProcessMemory.resident(folder.resolve("none")));
    }
}
