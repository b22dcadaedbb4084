package org.styleinv.network.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.file.FileRefused;

class ModelWatchTest {
    @TempDir
    private Path folder;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch release = new CountDownLatch(1);
    private String serves = "first";
    private String whileReading = "";
    private long clock;
    private ModelWatch watch;

    @BeforeEach
    void start() throws IOException {
        watch = new ModelWatch(folder, Duration.ZERO, Duration.ofSeconds(1), "test", new Service());
        write("first");
        looks(2);
        log.clear();
    }

    /** Serves what {@code model.json} says: "bad" is refused, "late" cannot be served yet. */
    private final class Service implements ModelWatch.Service {
        @Override
        public Optional<ModelWatch.Candidate> load(Path at) throws IOException {
            String name = Files.readString(at.resolve("model.json"));
            log.add("load " + name);
            if (!whileReading.isEmpty()) {
                write(whileReading);
                whileReading = "";
            }
            if (name.startsWith("hangs")) {
                hang();
            }
            if (name.equals("deaf")) {
                boolean interrupted = true;
                while (interrupted) {
                    try {
                        release.await();
                        interrupted = false;
                    } catch (InterruptedException e) {
                        log.add("deaf");
                    }
                }
            }
            if (name.equals("deep")) {
                throw new StackOverflowError();
            }
            if (name.equals("bad")) {
                throw new FileRefused("it is bad");
            }
            if (name.equals("late")) {
                throw new ModelWatch.NotYet("the broker is away", null);
            }
            return name.equals(serves) ? Optional.empty() : Optional.of(candidate(name));
        }

        @Override
        public void refused(String sentence) {
            log.add("refused: " + sentence);
        }
    }

    private static void hang() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException("cut short", e);
        }
    }

    private ModelWatch.Candidate candidate(String name) {
        return new ModelWatch.Candidate() {
            @Override
            public void serve() {
                serves = name;
                log.add("serve " + name);
            }

            @Override
            public void discard() {
                log.add("discard " + name);
            }
        };
    }

    private void write(String name) throws IOException {
        Files.writeString(folder.resolve("model.json"), name);
        Files.setLastModifiedTime(folder.resolve("model.json"), FileTime.fromMillis(++clock));
    }

    private void looks(int count) {
        try {
            for (int i = 0; i < count; i++) {
                watch.look();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFolderThatRestsIsLoadedOnceAndServed() throws IOException {
        write("next");
        looks(5);
        assertEquals(List.of("load next", "serve next"), log);
        assertEquals(Optional.empty(), watch.refused());
    }

    @Test
    void aFolderThatIsBeingWrittenIsLeftAlone() throws IOException {
        for (int i = 0; i < 5; i++) {
            write("part " + i);
            looks(1);
        }
        assertEquals(List.of(), log);
    }

    @Test
    void newWeightsUnderAnOldRecordAreSeen() throws IOException {
        Files.createDirectories(folder.resolve("variants/sketch"));
        Files.writeString(folder.resolve("variants/sketch/generator.safetensors"), "weights");
        looks(2);
        assertEquals(List.of("load first"), log, "looked at, and found to be what is served");
    }

    @Test
    void whatChangedWhileItWasReadIsNotServed() throws IOException {
        write("next");
        whileReading = "other";
        looks(2);
        assertEquals(List.of("load next", "discard next"), log);
        looks(3);
        assertEquals(List.of("load next", "discard next", "load other", "serve other"), log);
    }

    @Test
    void aBadModelIsRefusedOnceAndLeavesTheOldOneServing() throws IOException {
        write("bad");
        looks(5);
        assertEquals(List.of("load bad", "refused: it is bad"), log);
        assertEquals(Optional.of("it is bad"), watch.refused());
        assertEquals("first", serves);
    }

    @Test
    void aModelThatIsBadBecauseItIsHalfWrittenIsNotSaidToBeBad() throws IOException {
        write("bad");
        whileReading = "next";
        looks(5);
        assertEquals(List.of("load bad", "load next", "serve next"), log);
    }

    @Test
    void aRefusalEndsWhenTheFolderHoldsTheOldModelAgain() throws IOException {
        write("bad");
        looks(2);
        write("first");
        looks(2);
        assertEquals(Optional.empty(), watch.refused());
        assertEquals("first", serves);
    }

    @Test
    void whatIsMissingForAMomentIsTriedAgain() throws IOException {
        write("late");
        looks(4);
        assertEquals(List.of("load late", "refused: the broker is away", "load late", "load late"), log);
        assertTrue(watch.refused().orElse("").contains("broker"));
    }

    @Test
    void aFolderThatIsGoneIsSaid() throws IOException {
        Files.delete(folder.resolve("model.json"));
        looks(3);
        assertEquals(1, log.size(), log.toString());
        assertTrue(
                watch.refused().orElse("").contains("model.json"),
                watch.refused().toString());
        assertEquals("first", serves);
    }

    @Test
    @Timeout(60)
    void aLoadThatHangsIsLeftAndTheNextModelIsTaken() throws IOException {
        write("hangs");
        looks(3);
        assertTrue(
                watch.refused().orElse("").contains("was not loaded within 1 s"),
                watch.refused().toString());
        assertEquals("first", serves);
        assertEquals(Optional.empty(), watch.stuck());
        write("next");
        looks(3);
        assertEquals("next", serves);
        assertEquals(Optional.empty(), watch.refused());
    }

    @Test
    @Timeout(60)
    void loadsThatNeverEndTurnHealthRedAndEndItWhenTheyDo() throws Exception {
        for (int i = 0; i < 2; i++) {
            write("deaf");
            looks(3);
        }
        assertTrue(
                watch.stuck().orElse("").contains("do not end"), watch.stuck().toString());
        write("next");
        looks(3);
        assertEquals("first", serves, "nothing is loaded beside two that hang");
        release.countDown();
        while (watch.stuck().isPresent()) {
            Thread.onSpinWait();
        }
        looks(3);
        assertEquals("next", serves);
        while (!log.contains("discard deaf")) { // what came too late
            Thread.onSpinWait();
        }
    }

    @Test
    void anErrorOfAModelIsARefusalAndNotTheEndOfTheWatch() throws IOException {
        write("deep");
        looks(3);
        assertTrue(
                watch.refused().orElse("").contains("StackOverflowError"),
                watch.refused().toString());
        write("next");
        looks(3);
        assertEquals("next", serves);
    }
}
