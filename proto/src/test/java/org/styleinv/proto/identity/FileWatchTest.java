package org.styleinv.proto.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are exchanged while they are in use. */
class FileWatchTest {
    @TempDir
    private Path folder;

    /** {@code chmod} and {@code chown} leave a file's size and time of change as they are. */
    @Test
    void aFileWhoseRightsAreMendedIsReadThoughNothingOfItHasChanged() throws Exception {
        Path file = Files.writeString(folder.resolve("tokens"), "ann");
        var closed = new AtomicBoolean();
        var tries = new AtomicInteger();
        FileWatch<String> watch = FileWatch.of(List.of(file), () -> {
            if (closed.get()) {
                tries.incrementAndGet();
                throw new AccessDeniedException(file.toString());
            }
            return Files.readString(file);
        });
        closed.set(true);
        Files.writeString(file, "nobody any more");
        long begun = System.nanoTime();
        while (tries.get() < 2) { // it looks once a second
            assertEquals("ann", watch.get());
            assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(30), "it is not tried again");
            TimeUnit.MILLISECONDS.sleep(20);
        }
        closed.set(false);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!watch.get().equals("nobody any more")) {
            assertTrue(System.nanoTime() < end, "it is never read again");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void aTokenMayComeFromAnyEditor() throws IOException {
        assertEquals(
                "s3cret-a",
                Bearer.of(Files.writeString(folder.resolve("token"), "\ufeffs3cret-a\r\n"))
                        .token());
    }
}
