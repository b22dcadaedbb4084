package org.styleinv.motion.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.checkpoint.Directions;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.proto.Edit;

class NetworkMotionTest {
    private static final int RESOLUTION = TinyModel.RESOLUTION;
    private static final int WIDTH = TinyModel.WIDTH;

    @TempDir
    Path folder;

    /** An untrained model with an anchor every 8 frames. */
    @BeforeEach
    void writeModel() throws IOException {
        TinyModel.write(folder, true);
    }

    private static float[] random(int size, int seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian() / 3;
        }
        return values;
    }

    private static MotionModel.Scene scene(MotionModel motion, int seed) {
        return motion.begin(random(WIDTH, seed), random(3 * RESOLUTION * RESOLUTION, seed + 1), seed);
    }

    private static float[] latent(MotionModel motion, MotionModel.Scene scene, long index, double step) {
        return motion.latents(List.of(new Step(scene, index, step))).get(0);
    }

    @ParameterizedTest
    @EnumSource
    void aLatentIsTheSameAloneInAnyBatchAndInAnyOrder(Precision precision) throws IOException {
        ModelFolder model = ModelFolder.open(folder);
        model.writePrecision(precision, model.training());
        try (MotionModel motion = NetworkMotion.load(folder)) {
            MotionModel.Scene one = scene(motion, 10);
            MotionModel.Scene other = scene(motion, 20);
            List<Step> steps = new ArrayList<>();
            for (long index = 0; index < 20; index++) {
                steps.add(new Step(one, index, 1));
                steps.add(new Step(other, 1_000_000 - index, 0.5));
            }
            List<float[]> together = motion.latents(steps);
            for (int i = steps.size() - 1; i >= 0; i--) { // backwards, and from a scene that began anew
                Step step = steps.get(i);
                MotionModel.Scene fresh = scene(motion, step.scene() == one ? 10 : 20);
                assertArrayEquals(together.get(i), latent(motion, fresh, step.index(), step.timeStep()));
                motion.end(fresh);
            }
        }
    }

    /** Every third latent is the network's, to the bit; those between lie straight between them, from wherever one begins. */
    @Test
    void betweenTwoLatentsOfTheNetworkOneGoesStraight() {
        try (MotionModel motion = NetworkMotion.load(folder)) {
            MotionModel.Scene plain = scene(motion, 10);
            MotionModel.Scene strided = scene(motion, 10);
            long from = (1L << 50) / 3 * 3;
            List<Step> steps = new ArrayList<>();
            for (long index = from; index < from + 40; index++) { // over anchors, in parts of several sizes
                steps.add(new Step(strided, index, 1, 3));
            }
            List<float[]> together = motion.latents(steps);
            for (int i = 0; i < steps.size(); i++) {
                long before = from + i / 3 * 3;
                float[] expected = latent(motion, plain, before, 1);
                if (i % 3 > 0) {
                    float[] after = latent(motion, plain, before + 3, 1);
                    for (int k = 0; k < WIDTH; k++) {
                        expected[k] += (float) (i % 3 / 3.0) * (after[k] - expected[k]);
                    }
                }
                assertArrayEquals(expected, together.get(i));
            }
            for (int i = steps.size() - 1; i >= 0; i--) { // backwards, one by one
                assertArrayEquals(
                        together.get(i), motion.latents(steps.subList(i, i + 1)).get(0));
            }
        }
    }

    @Test
    void theLastKeyOfAllHasNoOtherBehindIt() {
        Step last = new Step(
                new MotionModel.Scene() {
                    @Override
                    public String model() {
                        return "any";
                    }
                },
                Long.MAX_VALUE,
                1,
                16);
        assertEquals(Long.MAX_VALUE - 15, last.before().index());
        assertEquals(last.before(), last.after());
    }

    /** The motion is that without edits; what is added is the strength of the frame's index times the direction. */
    @Test
    void anEditIsAddedToEachLatentByItsIndex() throws IOException {
        float[] smile = random(WIDTH, 5);
        float[] age = random(WIDTH, 6);
        ModelFolder.writeDirections(folder, new Directions(Map.of("smile", smile, "age", age)));
        Edits edits = Edits.of(List.of(edit("smile", "0,2@10+4"), edit("age", "-1.5")));
        try (MotionModel motion = NetworkMotion.load(folder)) {
            MotionModel.Scene plain = scene(motion, 10);
            MotionModel.Scene edited =
                    motion.begin(random(WIDTH, 10), random(3 * RESOLUTION * RESOLUTION, 11), 10, edits);
            for (long index : new long[] {0, 10, 11, 13, 14, 1L << 50}) {
                double strength = index <= 10 ? 0 : Math.min(2, (index - 10) / 2.0);
                float[] expected = latent(motion, plain, index, 1);
                for (int i = 0; i < WIDTH; i++) {
                    expected[i] += (float) (strength * smile[i]);
                    expected[i] += (float) (-1.5 * age[i]);
                }
                List<float[]> together = motion.latents(List.of(new Step(plain, index, 1), new Step(edited, index, 1)));
                assertArrayEquals(expected, together.get(1));
                assertArrayEquals(expected, latent(motion, edited, index, 1));
            }
            Edits ghost = Edits.of(List.of(edit("ghost", "1")));
            String said = assertThrows(
                            Edits.UnknownDirection.class,
                            () -> motion.begin(random(WIDTH, 1), random(3 * RESOLUTION * RESOLUTION, 2), 1, ghost))
                    .getMessage();
            assertTrue(said.contains("\"ghost\"") && said.contains("smile"), said);
        }
    }

    private static Edit edit(String direction, String strength) {
        return Edit.newBuilder().setDirection(direction).setStrength(strength).build();
    }

    @Test
    void timeStepsMeetWhereTheyShouldAlsoFarAway() {
        try (MotionModel motion = NetworkMotion.load(folder)) {
            MotionModel.Scene scene = scene(motion, 3);
            for (long index : new long[] {0, 5, 17, 123_456_789_012L, 1L << 51}) {
                assertArrayEquals(latent(motion, scene, index, 1), latent(motion, scene, 2 * index, 0.5));
                assertArrayEquals(latent(motion, scene, 4 * index, 0.5), latent(motion, scene, index, 2));
            }
        }
    }

    /** Bytes of the heap that the latents of a few indexes take, each in an anchor of its own. */
    private static long allocated(MotionModel motion, long from, double step) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        MotionModel.Scene scene = scene(motion, 5);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20; i++) {
            latent(motion, scene, from + 100L * i, step);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        motion.end(scene);
        return bytes;
    }

    /** Of this thread's CPU: what others do on a busy machine is not in it. */
    private static long nanos(MotionModel motion, long from) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        MotionModel.Scene scene = scene(motion, 5);
        latent(motion, scene, from, 1);
        motion.end(scene);
        return threads.getCurrentThreadCpuTime() - start;
    }

    @Test
    void seekingFarCostsNoMoreThanSeekingNear() {
        try (NetworkMotion motion = (NetworkMotion) NetworkMotion.load(folder)) {
            long far = 1_000_000_000_000_000L;
            for (double step : new double[] {1, 0.5, 0.37}) {
                allocated(motion, 0, step); // warm
                double memory = (double) allocated(motion, far, step) / allocated(motion, 0, step);
                assertTrue(memory < 1.25, "index 10^15 at step " + step + " takes " + memory + " times the memory");
                System.err.printf(
                        Locale.ROOT, "a seek to index 10^15, step %.2f, takes %.3f times the heap%n", step, memory);
            }
            int arrays = motion.arrays();
            long nearest = Long.MAX_VALUE;
            long farthest = Long.MAX_VALUE;
            for (int i = 0; i < 60; i++) { // in turn, and the fastest of each
                nearest = Math.min(nearest, nanos(motion, 0));
                farthest = Math.min(farthest, nanos(motion, far));
            }
            assertEquals(arrays, motion.arrays());
            double time = (double) farthest / nearest;
            assertTrue(time < 2, "index 10^15 takes " + time + " times the CPU time");
            System.err.printf(
                    Locale.ROOT, "a seek to index 10^15 takes %.2f times the CPU time of a seek to 0%n", time);
        }
    }

    @Test
    void motionSeedsDifferAfterTheFirstFrameOnly() {
        try (MotionModel motion = NetworkMotion.load(folder)) {
            float[] w0 = random(WIDTH, 1);
            float[] x0 = random(3 * RESOLUTION * RESOLUTION, 2);
            MotionModel.Scene a = motion.begin(w0, x0, 1);
            MotionModel.Scene b = motion.begin(w0, x0, 2);
            assertArrayEquals(latent(motion, a, 0, 1), latent(motion, b, 0, 1));
            assertTrue(Arrays.mismatch(latent(motion, a, 30, 1), latent(motion, b, 30, 1)) >= 0);
        }
    }

    @Test
    void aFirstFrameOfAnotherModelIsRefused() {
        try (MotionModel motion = NetworkMotion.load(folder)) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class, () -> motion.begin(random(WIDTH, 1), new float[3 * 64 * 64], 1));
            assertEquals(
                    "the first frame has 12288 values, but the motion model expects 768; have encoder, decoder and motion "
                            + "the same model?",
                    e.getMessage());
        }
    }

    @Test
    void aModelWithoutMotionIsSaidInASentence() throws Exception {
        TinyModel.write(folder, false);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> NetworkMotion.load(folder));
        assertTrue(e.getMessage().contains("has no motion: that stage of its training was not run"), e.getMessage());
    }

    @Test
    void aHundredScenesLeaveNothingBehind() {
        try (NetworkMotion motion = (NetworkMotion) NetworkMotion.load(folder)) {
            motion.end(scene(motion, 1));
            int before = motion.arrays();
            for (int i = 0; i < 100; i++) {
                MotionModel.Scene scene = scene(motion, i);
                assertEquals(WIDTH, latent(motion, scene, i, 1).length);
                motion.end(scene);
            }
            assertEquals(before, motion.arrays());
        }
    }
}
