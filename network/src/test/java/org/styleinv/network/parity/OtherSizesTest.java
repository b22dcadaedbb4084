package org.styleinv.network.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.Autograd;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.parity.check.Check;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Fixtures of sizes that no published one has are compared as well: comparers read sizes from the files. */
class OtherSizesTest {
    private static final int SAMPLES = 2;

    @TempDir
    private Path folder;

    private final Random random = new Random(7);

    private double[] normal(int count, double deviation) {
        return random.doubles(count, -1, 1)
                .map(x -> (float) (x * deviation * Math.sqrt(3)))
                .toArray();
    }

    private static Npz.Array array(double[] values, long... shape) {
        return new Npz.Array("float32", values, shape);
    }

    /** Fresh weights whose biases and noise are not zero. */
    private Map<String, Npz.Array> weights(Layer network) {
        Map<String, Npz.Array> arrays = new LinkedHashMap<>();
        for (Layer.Variable variable : network.variables()) {
            float[] initial = new float[variable.size()];
            variable.initializer().fill(initial, random);
            double[] values = new double[initial.length];
            double[] extra = normal(values.length, 0.1);
            boolean computed = variable.name().endsWith("fourier_coefs");
            for (int i = 0; i < values.length; i++) {
                values[i] = computed ? initial[i] : (float) (initial[i] + extra[i]);
            }
            arrays.put(variable.name(), array(values, variable.shape()));
        }
        return arrays;
    }

    private void passes(int checks) throws IOException {
        List<Check> all = new ArrayList<>();
        Parity.Summary summary = Parity.run(folder, all::add);
        assertEquals(List.of(), all.stream().filter(check -> !check.ok()).toList());
        assertEquals(checks, summary.total());
    }

    /** 16 pixels, 3 mapping layers, other widths; the reference is plain loops in double precision. */
    @Test
    void aGeneratorOfOtherSizesMeetsAPlainOne() throws IOException {
        int resolution = 16;
        int width = 10;
        Map<String, Npz.Array> weights = weights(
                new Generator(new Generator.Config(12, 3, new SynthesisNetwork.Config(width, 16, 128, 14, true, 256))));
        PlainGenerator plain = new PlainGenerator(weights::get);
        int numWs = 6;
        double[] z = normal(SAMPLES * 12, 1);
        double[] ws = normal(SAMPLES * numWs * width, 1);
        double[] mapped = new double[ws.length];
        double[] truncated = new double[ws.length];
        double[][] images = new double[2][];
        double[] average = weights.get("mapping.w_avg").values();
        for (int n = 0; n < SAMPLES; n++) {
            double[] w = plain.map(java.util.Arrays.copyOfRange(z, n * 12, (n + 1) * 12), 3);
            double[][] layers = new double[numWs][];
            for (int i = 0; i < numWs; i++) {
                int at = (n * numWs + i) * width;
                layers[i] = java.util.Arrays.copyOfRange(ws, at, at + width);
                for (int k = 0; k < width; k++) {
                    mapped[at + k] = w[k];
                    truncated[at + k] = i < 3 ? average[k] + 0.6 * (w[k] - average[k]) : w[k];
                }
            }
            images[0] = append(images[0], plain.paint(layers, resolution, true));
            images[1] = append(images[1], plain.paint(layers, resolution, false));
        }
        Map<String, Npz.Array> golden = new LinkedHashMap<>();
        golden.put("z", array(z, SAMPLES, 12));
        golden.put("ws", array(ws, SAMPLES, numWs, width));
        golden.put("mapping_w", array(mapped, SAMPLES, numWs, width));
        golden.put("w_psi06_cut3", array(truncated, SAMPLES, numWs, width));
        golden.put("img_const", array(images[0], SAMPLES, 3, resolution, resolution));
        golden.put("img_none", array(images[1], SAMPLES, 3, resolution, resolution));
        NpzWriter.write(folder.resolve("generator.npz"), golden);
        NpzWriter.write(folder.resolve("generator_weights.npz"), weights);
        passes(4);

        images[0][5] += 0.01;
        NpzWriter.write(folder.resolve("generator.npz"), golden);
        assertTrue(Parity.only(folder, "generator"::equals).stream()
                .anyMatch(check -> !check.ok() && check.array().equals("img_const")));
    }

    private static double[] append(double[] before, double[][][] image) {
        double[] flat = java.util.Arrays.stream(image)
                .flatMap(java.util.Arrays::stream)
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
        if (before == null) {
            return flat;
        }
        double[] all = java.util.Arrays.copyOf(before, before.length + flat.length);
        System.arraycopy(flat, 0, all, before.length, flat.length);
        return all;
    }

    /** 3 frames of a clip of 20, joined at 8 pixels, groups of 2 in a batch of 6: our own numbers, sizes from the file. */
    @Test
    void theSizesOfAVideoDiscriminatorAreReadFromItsFiles() throws IOException {
        VideoDiscriminator network =
                new VideoDiscriminator(new VideoDiscriminator.Config(32, 256, 12, 2, 256, 3, 20, 8, 3, false));
        Map<String, Npz.Array> weights = weights(network);
        int n = 6;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Weights values = new Weights(manager);
            weights.forEach((name, array) -> values.put(name, array.floats(), array.shape()));
            Pass pass = Pass.training(manager, values);
            Map<String, Npz.Array> golden = new LinkedHashMap<>();
            golden.put("img", array(normal(n * 9 * 32 * 32, 0.5), n, 9, 32, 32));
            golden.put("ts", array(times(n, 19, 1), n, 3));
            golden.put("ts_fractional", array(times(n, 19, 0.3), n, 3));
            NDArray clip = golden.get("img").in(manager);
            clip.setRequiresGradient(true);
            NDArray ts = golden.get("ts").in(manager);
            NDArray logits = network.forward(pass, clip, ts);
            NDArray gradient = Autograd.gradient(pass, logits.sum(), clip);
            put(golden, "logits", logits.flatten());
            put(
                    golden,
                    "logits_fractional",
                    network.forward(pass, clip, golden.get("ts_fractional").in(manager)));
            put(golden, "time_embedding", network.timeEmbedding(pass, ts));
            put(golden, "cmap_time", network.timeCondition(pass, ts));
            put(golden, "r1_penalty", gradient.square().sum(new int[] {1, 2, 3}));
            put(golden, "r1_grad_slice", gradient.get(":, :, ::5, ::5"));
            NpzWriter.write(folder.resolve("video_discriminator.npz"), golden);
            NpzWriter.write(folder.resolve("video_discriminator_weights.npz"), weights);
        }
        passes(7);
    }

    private static double[] times(int n, int last, double step) {
        double[] ts = new double[3 * n];
        for (int i = 0; i < n; i++) {
            ts[3 * i + 1] = (float) ((1 + i * step) / last);
            ts[3 * i + 2] = (float) ((2 + i * 2 * step) / last);
        }
        return ts;
    }

    private static void put(Map<String, Npz.Array> arrays, String name, NDArray array) {
        arrays.put(name, array(Checks.doubles(array), array.getShape().getShape()));
    }
}
