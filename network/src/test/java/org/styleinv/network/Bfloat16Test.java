package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.parity.Fixtures;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;

/** Convolutions in bfloat16 keep 8 bits: results within some percent, and gradients that point the same way. */
class Bfloat16Test {
    private static final IrSeBackbone.Config BACKBONE = new IrSeBackbone.Config(List.of(16, 16, 24, 48));

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static FixtureSet fixtures() throws IOException {
        return FixtureSet.open(Fixtures.folder());
    }

    /** Without those instructions a convolution takes some ten times as long as in float32. */
    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void itPaysOnACpuWithAvx512() throws IOException {
        boolean has = Files.readString(Path.of("/proc/cpuinfo")).contains(" avx512bw ");
        assertEquals(
                has ? Precision.BFLOAT16 : Precision.FLOAT32,
                Precision.bfloat16WhereItPays(NDManager.newBaseManager(Device.cpu())));
    }

    @Test
    void encodersStayClose() throws IOException {
        InversionEncoder encoder = new InversionEncoder(new InversionEncoder.Config(48, BACKBONE));
        Pass pass = Pass.inference(manager, fixtures().weights(manager, encoder, "encoder_weights.npz"));
        Npz golden = fixtures().npz("encoder.npz");
        NDArray w = encoder.forward(pass.with(Precision.BFLOAT16), golden.in(manager, "img"));
        NDArray expected = golden.in(manager, "delta");
        NDArray error = w.sub(pass.weight("latent_avg")).sub(expected).abs().max();
        assertTrue(error.getFloat() <= 5e-2 * expected.abs().max().getFloat(), () -> "error " + error.getFloat());
    }

    @Test
    void gradientsOfTheMotionPointTheSameWay() throws IOException {
        StyleInV motion =
                new StyleInV(new StyleInV.Config(BACKBONE, new TemporalStyle.Config(48, 48, 32, 8, 16, 8, 32, 11)));
        Weights weights = fixtures().weights(manager, motion, "styleinv_weights.npz");
        List<NDArray> parameters = weights.parameters(motion);
        Npz golden = fixtures().npz("styleinv.npz");
        List<float[][]> both = new ArrayList<>();
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            Pass pass = Pass.training(manager, weights).with(precision).with(Statistics.BATCH);
            NDArray w0 = golden.in(manager, "wc");
            NDArray latents = motion.forward(
                    pass,
                    golden.in(manager, "img"),
                    w0,
                    golden.in(manager, "motion_z"),
                    golden.in(manager, "Ts").squeeze(2));
            NDArray loss =
                    latents.sub(golden.in(manager, "codes").mul(1.1f)).square().sum();
            both.add(Autograd.gradients(pass, loss, parameters).stream()
                    .map(NDArray::toFloatArray)
                    .toArray(float[][]::new));
        }
        Map<String, double[]> parts = new TreeMap<>(); // of the network: three products each
        int i = 0;
        for (Layer.Variable variable : motion.variables()) {
            if (variable.trainable()) {
                String part = variable.name().startsWith("mapping")
                        ? "mapping"
                        : variable.name().contains("adains") ? "adains" : "encoder";
                double[] products = parts.computeIfAbsent(part, key -> new double[3]);
                float[] a = both.get(0)[i];
                float[] b = both.get(1)[i];
                for (int j = 0; j < a.length; j++) {
                    products[0] += (double) a[j] * b[j];
                    products[1] += (double) a[j] * a[j];
                    products[2] += (double) b[j] * b[j];
                }
                i++;
            }
        }
        parts.forEach((part, products) -> {
            double cosine = products[0] / Math.sqrt(products[1] * products[2]);
            System.out.printf(Locale.ROOT, "bfloat16 gradient of %s: cosine %.4f%n", part, cosine);
            assertTrue(cosine > 0.95, part + ": cosine " + cosine);
        });
    }
}
