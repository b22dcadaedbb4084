package org.styleinv.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is asked to stop: the last snapshot holds the last step, whenever it was asked. */
class StoppedRunTest {
    @TempDir
    private Path folder;

    private static TrainingRun.Config config(Path run, double tickSeconds) {
        return new TrainingRun.Config(run, 1, tickSeconds, 3600, 2, Map.of());
    }

    /** Steps that the newest snapshot of a run holds, which went on where that was. */
    private float held(Path run) throws IOException {
        try (Counting stage = new Counting()) {
            var again = new AtomicReference<TrainingRun>();
            again.set(new TrainingRun(stage, config(run, 0)));
            List<Float> first = new ArrayList<>();
            again.get().run(tick -> {
                first.add(stage.count.toFloatArray()[0]);
                again.get().askToStop();
            });
            return first.get(0) - 1;
        }
    }

    @Test
    void whoIsAskedWhileItTellsItsFiguresSavesThatStep() throws IOException {
        Path run = folder.resolve("telling");
        try (Counting stage = new Counting()) {
            var training = new AtomicReference<TrainingRun>();
            training.set(new TrainingRun(stage, config(run, 0)));
            List<Double> told = new ArrayList<>();
            assertFalse(training.get().run(tick -> {
                told.add(tick.kimg());
                if (told.size() == 5) {
                    training.get().askToStop();
                }
            }));
            assertEquals(5, told.size());
            assertEquals(5, stage.count.toFloatArray()[0]);
        }
        assertEquals(5, held(run));
    }

    @Test
    void whoIsAskedInAStepTellsAndSavesThatStep() throws IOException {
        Path run = folder.resolve("stepping");
        try (Counting stage = new Counting()) {
            var training = new TrainingRun(stage, config(run, 3600));
            stage.inStep = step -> {
                if (step == 3) {
                    training.askToStop();
                }
            };
            List<Double> told = new ArrayList<>();
            assertFalse(training.run(tick -> told.add(tick.kimg())));
            assertEquals(List.of(0.004), told);
        }
        assertEquals(4, held(run));
    }
}
