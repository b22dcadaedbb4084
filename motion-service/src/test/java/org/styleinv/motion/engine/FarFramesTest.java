package org.styleinv.motion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.motion.MotionNoise;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/**
 * Whether a video is as alive at index 10^12 as where it begins, by the model that comes along. Three stretches of the same
 * faces and motions are compared: the first frames, which start at the learned anchor 0; early ones, where all anchors
 * within reach are random; and far ones. Each begins at an anchor and lasts three; every eighth frame of it is looked at,
 * with the two behind it.
 */
@Tag("long")
@Timeout(3600)
class FarFramesTest {
    private static final int STREAMS = 640;
    private static final int TOGETHER = 6;
    private static final int LOOKS = 6;
    private static final int BETWEEN_LOOKS = 8;
    private static final long EARLY = 1600;
    private static final long FAR = 1_000_000_000_000L;
    private static final double SAME = 0.10;
    private static final double MOST_ERROR = 0.035; // of a ratio: a tenth is then three of it

    /** Of one stream and stretch, in grey levels of 255, means over pixels and frames. */
    private record Life(double step, double movement, double flicker) {}

    private interface Measure {
        double of(Life life);
    }

    /** A ratio of two means over the same streams, and its standard error. */
    private record Ratio(double value, double error) {
        static Ratio of(List<Life> above, List<Life> below, Measure measure) {
            int n = above.size();
            double a = above.stream().mapToDouble(measure::of).average().orElseThrow();
            double b = below.stream().mapToDouble(measure::of).average().orElseThrow();
            double squares = IntStream.range(0, n)
                    .mapToDouble(i -> measure.of(above.get(i)) / a - measure.of(below.get(i)) / b)
                    .map(difference -> difference * difference)
                    .sum();
            return new Ratio(a / b, a / b * Math.sqrt(squares / n / (n - 1)));
        }
    }

    private final ModelFolder model;

    FarFramesTest() throws IOException {
        model = ModelFolder.open(Path.of("..", "models", "faces-64"));
    }

    @Test
    void index10To12IsAsAliveAsTheBeginning() throws IOException {
        int distance = model.architecture().motion().style().anchorDistance();
        assertEquals(0, FAR % distance + EARLY % distance, "stretches begin at anchors");
        assertTrue(EARLY / distance > 12, "anchor 0 is out of the early frames' reach");
        Random random = new Random(1);
        List<Life> first = new ArrayList<>();
        List<Life> early = new ArrayList<>();
        List<Life> far = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                MotionModel motion = NetworkMotion.load(model.folder())) {
            Generator generator = new Generator(model.architecture().generator());
            Weights weights = model.loadGenerator(manager);
            for (int seed = 0; seed < STREAMS; seed++) {
                float[] w0 = map(manager, generator, weights, seed);
                float[] x0 = paint(manager, generator, weights, List.of(w0)).get(0);
                MotionModel.Scene scene = motion.begin(w0, x0, seed);
                long spread = (long) distance * random.nextInt(100_000); // waves are seen in every phase
                List<float[]> start =
                        paint(manager, generator, weights, motion.latents(List.of(new Step(scene, 0, 1))));
                first.add(life(start.get(0), looks(manager, generator, weights, motion, scene, 0)));
                early.add(life(start.get(0), looks(manager, generator, weights, motion, scene, EARLY + spread)));
                far.add(life(start.get(0), looks(manager, generator, weights, motion, scene, FAR + spread)));
                motion.end(scene);
            }
        }
        compare("first", first, early, Double.POSITIVE_INFINITY); // told, not asked: it starts from a standstill
        compare("10^12", far, early, SAME);
    }

    private static void compare(String name, List<Life> one, List<Life> early, double same) {
        List<String> names = List.of("step", "movement", "flicker");
        List<Measure> measures = List.of(Life::step, Life::movement, Life::flicker);
        for (int i = 0; i < names.size(); i++) {
            Measure measure = measures.get(i);
            Ratio ratio = Ratio.of(one, early, measure);
            System.err.printf(
                    Locale.ROOT,
                    "%-6s %-9s %8.4f   early %8.4f   ratio %.3f +- %.3f   %d streams%n",
                    name,
                    names.get(i),
                    one.stream().mapToDouble(measure::of).average().orElseThrow(),
                    early.stream().mapToDouble(measure::of).average().orElseThrow(),
                    ratio.value(),
                    ratio.error(),
                    one.size());
            if (same < 1) {
                assertTrue(ratio.error() < MOST_ERROR, names.get(i) + ": too few streams, the error is " + ratio);
                assertTrue(Math.abs(ratio.value() - 1) < same, names.get(i) + " at " + name + ": " + ratio);
            }
        }
    }

    private static float[] map(NDManager manager, Generator generator, Weights weights, long seed) {
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, weights);
            int width = generator.config().zDim();
            NDArray z = scope.create(MotionNoise.anchor(seed, 0, width), new Shape(1, width));
            return generator.mapping().forward(pass, z).toFloatArray();
        }
    }

    /** Pictures, about [-1, 1]. */
    private static List<float[]> paint(NDManager manager, Generator generator, Weights weights, List<float[]> ws) {
        List<float[]> pictures = new ArrayList<>();
        for (int from = 0; from < ws.size(); from += TOGETHER) {
            List<float[]> some = ws.subList(from, Math.min(ws.size(), from + TOGETHER));
            int width = some.get(0).length;
            float[] values = new float[some.size() * width];
            for (int i = 0; i < some.size(); i++) {
                System.arraycopy(some.get(i), 0, values, i * width, width);
            }
            try (NDManager scope = manager.newSubManager()) {
                float[] images = generator
                        .synthesis()
                        .forward(
                                Pass.inference(scope, weights),
                                scope.create(values, new Shape(some.size(), width)),
                                Noise.CONST)
                        .toFloatArray();
                int size = images.length / some.size();
                for (int i = 0; i < some.size(); i++) {
                    pictures.add(Arrays.copyOfRange(images, i * size, (i + 1) * size));
                }
            }
        }
        return pictures;
    }

    /** Frames in threes. */
    private static List<float[]> looks(
            NDManager manager,
            Generator generator,
            Weights weights,
            MotionModel motion,
            MotionModel.Scene scene,
            long from) {
        List<Step> steps = new ArrayList<>();
        for (int look = 0; look < LOOKS; look++) {
            for (int i = 0; i < 3; i++) {
                steps.add(new Step(scene, from + (long) look * BETWEEN_LOOKS + i, 1));
            }
        }
        return paint(manager, generator, weights, motion.latents(steps));
    }

    private static Life life(float[] start, List<float[]> frames) {
        double step = 0;
        double movement = 0;
        double flicker = 0;
        for (int n = 0; n < frames.size(); n += 3) {
            for (int i = 0; i < start.length; i++) {
                float a = frames.get(n)[i];
                float b = frames.get(n + 1)[i];
                float c = frames.get(n + 2)[i];
                movement += Math.abs(a - start[i]);
                step += Math.abs(b - a);
                flicker += Math.abs(c - 2 * b + a);
            }
        }
        double levels = 127.5 / start.length / LOOKS;
        return new Life(levels * step, levels * movement, levels * flicker);
    }
}
