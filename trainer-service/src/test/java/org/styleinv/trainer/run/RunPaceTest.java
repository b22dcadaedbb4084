package org.styleinv.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of its pace is true of the steps to come: the first ones after a start compile. */
class RunPaceTest {
    private static final double COMPILING_S = 0.5;

    @TempDir
    private Path folder;

    private static void workFor(double seconds) {
        long end =
                System.nanoTime() + Duration.ofMillis((long) (seconds * 1000)).toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theFirstStepsAfterAStartDoNotCount() throws IOException {
        for (int start = 0; start < 2; start++) {
            List<Tick> lines = new ArrayList<>();
            int begun = start;
            try (Counting stage = new Counting()) {
                stage.inStep = step -> workFor(step == 6 * begun ? COMPILING_S : 0);
                new TrainingRun(stage, new TrainingRun.Config(folder, 0.006 * (start + 1), 0, 3600, 2, Map.of()))
                        .run(lines::add);
            }
            assertEquals(6, lines.size());
            for (Tick line : lines.subList(0, 3)) {
                assertTrue(Double.isNaN(line.secPerKimg()) && Double.isNaN(line.etaS()), line.text());
            }
            for (Tick line : lines.subList(3, 6)) { // a step is a thousandth of a kimg
                assertTrue(line.secPerKimg() > 0 && line.secPerKimg() < 1000 * COMPILING_S, line.text());
                assertTrue(line.etaS() < 6 * COMPILING_S, line.text());
            }
        }
    }
}
