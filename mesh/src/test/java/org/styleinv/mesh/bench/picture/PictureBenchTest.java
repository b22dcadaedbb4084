package org.styleinv.mesh.bench.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.TinyModel;

/** That the figures are of the same frames, and agree with each other. How fast is not tested. */
@Timeout(60)
class PictureBenchTest {
    private static final int SIDE = 16;
    private static final int FRAMES = 19; // a full batch, and a part of one

    private static double number(Map<String, Object> figures, String name) {
        return ((Number) figures.get(name)).doubleValue();
    }

    @Test
    void eachEncodingIsOfTheSameFramesAndHasItsShare(@TempDir Path folder) throws Exception {
        List<Map<String, Object>> all;
        List<Integer> rounds = new ArrayList<>();
        try (var bench = new PictureBench(TinyModel.write(folder, SIDE, SIDE, 1), FRAMES)) {
            all = bench.measure(2, rounds::add);
        }
        assertEquals(List.of(0, 1, 2), rounds);
        assertEquals(
                List.of("raw", "png", "jpeg"),
                all.stream().map(figures -> figures.get("encoding")).toList());
        for (Map<String, Object> figures : all) {
            assertEquals(SIDE, figures.get("resolution"));
            assertEquals(FRAMES, figures.get("frames"));
            assertEquals(all.get(0).get("ms_latents"), figures.get("ms_latents"), "all beside the same latents");
            assertEquals(all.get(0).get("ms_paint"), figures.get("ms_paint"), "all beside the same painting");
            for (String name : List.of("ms_encode", "ms_latents", "ms_paint", "share")) {
                double low = number(figures, name + "_p25");
                double middle = number(figures, name);
                assertTrue(low > 0 && low <= middle && middle <= number(figures, name + "_p75"), figures::toString);
            }
            assertTrue(number(figures, "share") < 1, figures::toString);
        }
        assertEquals(3.0 * SIDE * SIDE, number(all.get(0), "bytes_per_frame"));
        assertEquals(true, all.get(0).get("exact"));
        assertEquals(true, all.get(1).get("exact"), "PNG keeps every pixel of what was painted");
        assertEquals(false, all.get(2).get("exact"));
        assertTrue(number(all.get(2), "psnr_least_db") > 15, "JPEG is near it: " + all.get(2));
        assertFalse(number(all.get(0), "share") > number(all.get(1), "share"), "raw is handed on as it is: " + all);
    }
}
