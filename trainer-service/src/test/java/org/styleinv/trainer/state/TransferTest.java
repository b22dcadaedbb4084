package org.styleinv.trainer.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;
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
