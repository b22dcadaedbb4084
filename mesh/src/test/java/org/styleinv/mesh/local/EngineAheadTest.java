package org.styleinv.mesh.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.TinyModel;

/** Getting ready ahead is nobody's duty: what is wrong with a model is said by the services, once. */
@Timeout(120)
class EngineAheadTest {
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (thread.getName().equals("styleinv-engine-ahead")) {
                uncaught.add(thrown);
            }
        });
    }

    @AfterEach
    void listenNoMore() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    private void run(Path model) throws InterruptedException {
        Thread thread = EngineAhead.start(model);
        thread.join(TimeUnit.SECONDS.toMillis(60));
        assertFalse(thread.isAlive(), "still at work");
        assertEquals(List.of(), uncaught);
    }

    @Test
    void aModelThatIsNotThereIsLeftToTheServices() throws Exception {
        run(folder.resolve("missing"));
    }

    @Test
    void whateverIsDamagedInAModelIsLeftToTheServices() throws Exception {
        TinyModel.write(folder, 16, 16, 1);
        run(folder);
        for (Path file : files()) {
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, whole.length / 2));
            run(folder);
            Files.write(file, whole);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
