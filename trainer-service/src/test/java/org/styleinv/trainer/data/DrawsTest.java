package org.styleinv.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.trainer.stage.Tiny;

class DrawsTest {
    private static final int PAIRS = 64;
    private static final int SIZE = 3 * Tiny.SIZE * Tiny.SIZE;

    @TempDir
    private Path folder;

    @Test
    void bothFramesOfAPairAreOfOneVideoMirroredAlike() throws IOException {
        try (VideoDataset data = Tiny.data(folder);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<Integer, String> known = new HashMap<>(); // by a frame's values: its video, and whether it is mirrored
            for (int clip = 0; clip < data.clips(); clip++) {
                for (int frame = 0; frame < data.frames(clip); frame++) {
                    for (boolean mirrored : new boolean[] {false, true}) {
                        float[] values = new float[SIZE];
                        data.read(clip, frame, mirrored, values, 0);
                        known.put(Arrays.hashCode(values), clip + (mirrored ? " mirrored" : ""));
                    }
                }
            }
            float[] drawn = new Draws(3, 0, 0).pairs(manager, data, PAIRS, true).toFloatArray();
            assertEquals(2 * PAIRS * SIZE, drawn.length);
            Set<String> seen = new HashSet<>();
            int different = 0;
            for (int i = 0; i < PAIRS; i++) {
                int first = frame(drawn, i);
                int second = frame(drawn, PAIRS + i);
                assertNotNull(known.get(first));
                assertEquals(known.get(first), known.get(second));
                seen.add(known.get(first));
                different += first == second ? 0 : 1;
            }
            assertEquals(new HashSet<>(known.values()), seen);
            assertTrue(different > PAIRS / 2, different + " of " + PAIRS + " pairs have two frames");
        }
    }

    private static int frame(float[] drawn, int i) {
        return Arrays.hashCode(Arrays.copyOfRange(drawn, i * SIZE, (i + 1) * SIZE));
    }
}
