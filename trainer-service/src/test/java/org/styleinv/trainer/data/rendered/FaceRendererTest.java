package org.styleinv.trainer.data.rendered;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaceRendererTest {
    @Test
    void theSameFaceAndPoseGiveTheSamePixels() {
        assertArrayEquals(Videos.frame(3, 40, 64), Videos.frame(3, 40, 64));
    }

    @Test
    void seedsGiveDifferentFaces() {
        var faces = new HashSet<Face>();
        LongStream.range(0, 500).forEach(seed -> faces.add(Face.of(seed)));
        assertEquals(500, faces.size());
    }

    @Test
    void aSixthOrSoWearsGlasses() {
        long count = LongStream.range(0, 2000)
                .filter(seed -> Face.of(seed).glasses())
                .count();
        assertTrue(count > 240 && count < 360, count + " of 2000");
    }

    /** Within a second something large happens to eyes and mouth, or a model cannot learn that it does. */
    @Test
    void eyesAndMouthChangeWithinASecond() {
        for (long seed = 0; seed < 10; seed++) {
            assertTrue(largestChange(seed, 27, 40) > 60, "eyes of seed " + seed + " hardly move");
            assertTrue(largestChange(seed, 42, 60) > 60, "mouth of seed " + seed + " hardly moves");
        }
    }

    @Test
    void eyesCloseInABlink() {
        Face face = Face.of(5);
        byte[] open = Videos.rgb(FaceRenderer.render(face, Pose.NEUTRAL, 64));
        byte[] shut = Videos.rgb(FaceRenderer.render(face, new Pose(0, 0, 1, 0, 0, 1, 0, 0, 0, 0.3), 64));
        assertTrue(
                whites(open) > 10 && whites(shut) == 0, whites(open) + " white pixels open, " + whites(shut) + " shut");
    }

    @Test
    void aSketchShowsTheSameSceneWithoutColour() {
        Face face = Face.of(5);
        byte[] colour = Videos.rgb(FaceRenderer.render(face, Pose.NEUTRAL, Look.COLOUR, 64));
        byte[] sketch = Videos.rgb(FaceRenderer.render(face, Pose.NEUTRAL, Look.SKETCH, 64));
        assertTrue(spread(colour) > 20 && spread(sketch) < 20, spread(colour) + " and " + spread(sketch));
        assertTrue(edgesShared(colour, sketch) > 0.4, "share of edges in one place: " + edgesShared(colour, sketch));
        byte[] other = Videos.rgb(FaceRenderer.render(Face.of(6), Pose.NEUTRAL, Look.SKETCH, 64));
        assertFalse(Arrays.equals(sketch, other));
    }

    /** Mean distance of a pixel's largest and smallest channel. */
    private static double spread(byte[] rgb) {
        double sum = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            int r = rgb[i] & 255;
            int g = rgb[i + 1] & 255;
            int b = rgb[i + 2] & 255;
            sum += Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b));
        }
        return sum / (rgb.length / 3);
    }

    /** Of the first picture's edges between neighbouring pixels of a row, how many the second has too. */
    private static double edgesShared(byte[] first, byte[] second) {
        int edges = 0;
        int shared = 0;
        for (int i = 3; i < first.length; i += 3) {
            if (Math.abs((first[i + 1] & 255) - (first[i - 2] & 255)) > 60) {
                edges++;
                shared += Math.abs((second[i + 1] & 255) - (second[i - 2] & 255)) > 30 ? 1 : 0;
            }
        }
        return (double) shared / edges;
    }

    @Test
    void refusesASizeWithoutRoomForAFace() {
        assertThrows(IllegalArgumentException.class, () -> FaceRenderer.render(Face.of(1), Pose.NEUTRAL, 8));
    }

    private static int largestChange(long seed, int top, int bottom) {
        byte[] first = Videos.frame(seed, 0, 64);
        int largest = 0;
        for (int i = 1; i < 30; i++) {
            byte[] later = Videos.frame(seed, i, 64);
            for (int k = top * 64 * 3; k < bottom * 64 * 3; k++) {
                largest = Math.max(largest, Math.abs((first[k] & 255) - (later[k] & 255)));
            }
        }
        return largest;
    }

    /** Bright, colourless pixels of the rows where eyes are. */
    private static long whites(byte[] rgb) {
        long count = 0;
        for (int i = 27 * 64; i < 40 * 64; i++) {
            if ((rgb[3 * i] & 255) > 215 && (rgb[3 * i + 1] & 255) > 215 && (rgb[3 * i + 2] & 255) > 215) {
                count++;
            }
        }
        return count;
    }
}
