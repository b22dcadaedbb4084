package org.styleinv.trainer.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.util.NDImageUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.data.Draws;

class TransferTest {
    private static Generator generator(int resolution) {
        return new Generator(new Generator.Config(8, 2, new SynthesisNetwork.Config(8, resolution, 128, 8, false, 0)));
    }

    private static float[] paint(NDManager manager, Generator network, Weights weights) {
        NDArray z = new Draws(4, 0, 0).normal(manager, 2, 8);
        return network.forward(Pass.inference(manager, weights), z, 1, Noise.NONE)
                .toFloatArray();
    }

    /** A grown generator paints what it painted before, larger, whatever its fresh arrays are. */
    @Test
    void aGrownGeneratorBeginsWithThePictureItHad() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Generator small = generator(16);
            Generator large = generator(32);
            Weights learned = small.initialize(manager, 1);
            Weights[] grown = {large.initialize(manager, 2), large.initialize(manager, 3)};
            for (Weights each : grown) {
                List<String> fresh = Transfer.take(learned, each);
                assertFalse(fresh.isEmpty());
                assertTrue(fresh.stream().allMatch(name -> name.startsWith("synthesis.b32.")), fresh.toString());
                Transfer.zero(each, "synthesis.b32.torgb.weight");
            }
            float[] before = paint(manager, small, learned);
            float[] after = paint(manager, large, grown[0]);
            assertArrayEquals(after, paint(manager, large, grown[1]));
            assertEquals(mean(before), mean(after), 0.05 * deviation(before));
            assertTrue(deviation(after) > 0.5 * deviation(before), "a picture, not grey");
        }
    }

    @Test
    void aGrownDiscriminatorKeepsItsCoarseLayers() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Weights learned = new Discriminator(new Discriminator.Config(16, 128, 8, 2, 0)).initialize(manager, 1);
            Weights grown = new Discriminator(new Discriminator.Config(32, 128, 8, 2, 0)).initialize(manager, 2);
            List<String> fresh = Transfer.take(learned, grown);
            assertTrue(fresh.stream().allMatch(name -> name.startsWith("b32.")), fresh.toString());
            assertArrayEquals(
                    learned.get("b16.conv0.weight").toFloatArray(),
                    grown.get("b16.conv0.weight").toFloatArray());
        }
    }

    /** Of a picture that is smooth, a grown critic thinks what the small one thinks of it at half the size. */
    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void aGrownDiscriminatorBeginsWithTheJudgementItHad(int resolution) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Discriminator small =
                    new Discriminator(new Discriminator.Config(16, 512, 64, 1, 0)); // 32 features of colour
            Discriminator large = new Discriminator(new Discriminator.Config(resolution, 512, 64, 1, 0)); // 16, or 8
            Weights learned = small.initialize(manager, 1);
            Weights grown = large.initialize(manager, 2);
            Transfer.take(learned, grown);
            NDArray rough =
                    new Draws(4, 0, 0).normal(manager, 24, 3, 4, 4).mul(0.5f).tanh();
            float[] before = judged(manager, small, learned, enlarged(rough, 16));
            double atChance = correlation(before, judged(manager, large, grown, enlarged(rough, resolution)));
            double lost = Growth.begin(learned, 16, grown, resolution);
            double begun = correlation(before, judged(manager, large, grown, enlarged(rough, resolution)));
            assertTrue(lost < 0.1, "lost " + lost);
            assertTrue(begun > 0.9 && begun > atChance + 0.2, "before " + atChance + ", after " + begun);
        }
    }

    /** Smoothly larger: {@code [n, 3, 4, 4] -> [n, 3, r, r]}. */
    private static NDArray enlarged(NDArray rough, int resolution) {
        return NDImageUtils.resize(rough.transpose(0, 2, 3, 1), resolution, resolution, Image.Interpolation.BILINEAR)
                .transpose(0, 3, 1, 2);
    }

    private static float[] judged(NDManager manager, Discriminator critic, Weights weights, NDArray images) {
        return critic.forward(Pass.inference(manager, weights), images).toFloatArray();
    }

    private static double correlation(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - mean(a)) * (b[i] - mean(b));
        }
        return sum / a.length / deviation(a) / deviation(b);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double deviation(float[] values) {
        double mean = mean(values);
        double sum = 0;
        for (float value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }
}
