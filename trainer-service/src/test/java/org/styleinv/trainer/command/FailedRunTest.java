package org.styleinv.trainer.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.run.TrainingRun;
import org.styleinv.trainer.stage.Pictures;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.Step;
import org.styleinv.trainer.state.Snapshot;
import picocli.CommandLine;

/** How a run stops when it cannot go on: in one sentence, with the last good snapshot intact, to go on from. */
@Tag("thorough")
class FailedRunTest {
    private static final Path FULL = Path.of("/dev/full"); // takes nothing: no space left on device

    @TempDir
    private Path folder;

    /** One number that grows by {@code loss} a step. */
    private static final class Sum implements Stage {
        private final NDManager manager = NDManager.newBaseManager("PyTorch");
        private final NDArray sum = manager.create(new float[] {0, 0});
        private final Map<Long, Float> updates;
        private final Map<Long, Double> losses;

        private Sum(Map<Long, Float> updates, Map<Long, Double> losses) {
            this.updates = updates;
            this.losses = losses;
        }

        @Override
        public String name() {
            return "sum";
        }

        @Override
        public int batch() {
            return 1;
        }

        @Override
        public Step step(long step) {
            sum.addi(updates.getOrDefault(step, 1f));
            return new Step(Map.of("loss", losses.getOrDefault(step, 1.0)));
        }

        @Override
        public Map<String, NDArray> state() {
            return Map.of("sum", sum);
        }

        @Override
        public void draw(Path file) throws IOException {
            Pictures.grid(manager.zeros(new Shape(1, 3, 2, 2)), 1, 1, file);
        }

        @Override
        public Optional<String> better() {
            return Optional.of("loss");
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    @Test
    void aResumedRunDoesNotForgetItsBest() throws IOException {
        train(1, Map.of(), Map.of(0L, 5.0));
        train(2, Map.of(), Map.of(1L, 1.0));
        assertEquals(1, bestStep());
        train(3, Map.of(), Map.of(2L, 6.0));
        assertEquals(3, bestStep());
    }

    @Test
    void aResumedRunCountsTheStepsThatItEndedItself() throws IOException {
        train(2, Map.of(), Map.of());
        try (Stage stage = new Sum(Map.of(), Map.of())) {
            TrainingRun resumed = new TrainingRun(stage, new TrainingRun.Config(folder, 3 / 1000.0, 0, 0, 2, Map.of()));
            assertEquals(0, resumed.ended());
            assertTrue(resumed.run(tick -> {}));
            assertEquals(1, resumed.ended());
        }
    }

    private long bestStep() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return new Snapshot(folder.resolve("best.safetensors")).read(Map.of("sum", manager.zeros(new Shape(2))));
        }
    }

    /** Runs to {@code steps}, every step a line of figures and a snapshot. */
    private void train(int steps, Map<Long, Float> updates, Map<Long, Double> losses) throws IOException {
        try (Stage stage = new Sum(updates, losses)) {
            new TrainingRun(stage, new TrainingRun.Config(folder, steps / 1000.0, 0, 0, 2, Map.of())).run(tick -> {});
        }
    }

    private String fails(int steps, Map<Long, Float> updates, Map<Long, Double> losses) {
        return assertThrows(IOException.class, () -> train(steps, updates, losses))
                .getMessage();
    }

    /** Holds the newest snapshot to be that of {@code step}, and the run to go on from there to its end. */
    private void assertGoesOnFrom(int step, String said) throws IOException {
        Path snapshot = TrainingRun.snapshot(folder);
        assertTrue(said.contains(snapshot.getFileName().toString()), said);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray sum = manager.create(new float[2]);
            assertEquals(step, new Snapshot(snapshot).read(Map.of("sum", sum)));
            assertArrayEquals(new float[] {step, step}, sum.toFloatArray());
        }
        assertFalse(Files.exists(folder.resolve(TrainingRun.ENDED)));
        train(step + 2, Map.of(), Map.of());
        assertTrue(Files.exists(folder.resolve(TrainingRun.ENDED)));
    }

    @Test
    void aLossThatIsNoNumberStopsBeforeItIsSaved() throws IOException {
        String said = fails(9, Map.of(), Map.of(3L, Double.NaN));
        assertTrue(said.contains("not finite at step 4") && said.contains("--lr"), said);
        assertGoesOnFrom(3, said);
    }

    @Test
    void weightsThatAreNoNumbersAreNotSavedEvenIfNoLossTells() throws IOException {
        String said = fails(9, Map.of(3L, Float.POSITIVE_INFINITY), Map.of());
        assertTrue(said.contains("sum of stage sum is not finite after step 4") && said.contains("--lr"), said);
        assertGoesOnFrom(3, said);
    }

    @Test
    void aDiskThatIsFullWhenASnapshotIsWrittenStopsWithTheOneBefore() throws IOException {
        assumeTrue(Files.exists(FULL), "no " + FULL + " on this machine");
        train(3, Map.of(), Map.of());
        Files.createSymbolicLink(folder.resolve("snapshot.safetensors.partial.partial"), FULL);
        String said = fails(9, Map.of(), Map.of());
        assertTrue(said.contains("No space left on device") && said.contains("make room"), said);
        assertGoesOnFrom(3, said);
    }

    @Test
    void aDiskThatIsFullWhenFiguresAreWrittenStopsWithTheLastSnapshot() throws IOException {
        assumeTrue(Files.exists(FULL), "no " + FULL + " on this machine");
        train(3, Map.of(), Map.of());
        Path stats = folder.resolve("stats.jsonl");
        Path kept = Files.move(stats, folder.resolve("kept.jsonl"));
        Files.createSymbolicLink(stats, FULL);
        String said = fails(9, Map.of(), Map.of());
        assertTrue(said.contains("No space left on device") && said.contains("make room"), said);
        Files.move(kept, stats, StandardCopyOption.REPLACE_EXISTING);
        assertGoesOnFrom(3, said);
    }

    /** What the command says to a person. */
    private record Said(int code, String error) {}

    private Said train(String... arguments) {
        StringWriter error = new StringWriter();
        int code = new CommandLine(new TrainCommand())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    error.write(failure.getMessage());
                    return 1;
                })
                .setErr(new PrintWriter(error))
                .execute(arguments);
        return new Said(code, error.toString());
    }

    @Test
    void aVideoThatVanishedIsNamedBeforeTheRunGoesOnWithoutIt() throws IOException {
        Path data = folder.resolve("data");
        RenderedFaces.render(data, 3, 2, 64, 30, 5, Progress.NONE);
        Path run = folder.resolve("run");
        String[] begin = {"generator", "--data=" + data, "--run=" + run, "--kimg=0.004", "--batch=4"};
        assertEquals(new Said(0, ""), train(begin));
        assertEquals(new Said(0, ""), train("ended", run.toString()));
        Path snapshot = TrainingRun.snapshot(run);

        Path video = Files.move(data.resolve("clip-000001.mp4"), folder.resolve("away.mp4"));
        String[] on = begin.clone();
        on[3] = "--kimg=0.008";
        Said refused = train(on);
        assertEquals(1, refused.code);
        assertTrue(refused.error.contains("clip-000001.mp4, 2 frames, is missing"), refused.error);
        assertTrue(refused.error.contains("began with 3 videos and would go on with 2"), refused.error);
        assertEquals(snapshot, TrainingRun.snapshot(run));

        Files.move(video, data.resolve("clip-000001.mp4"));
        assertEquals(new Said(0, ""), train(on));
    }

    @Test
    void whatHasNotEndedIsAskedForAgain() {
        assertEquals(EndedCommand.NOT_YET, train("ended", folder.toString()).code);
    }
}
