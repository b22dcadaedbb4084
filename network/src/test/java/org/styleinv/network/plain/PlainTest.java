package org.styleinv.network.plain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** A baseline that computes something else would be no baseline. Tolerances: float32, in another order of operations. */
class PlainTest {
    private static final IrSeBackbone.Config BACKBONE =
            new IrSeBackbone.Config(List.of(16, 16, 24, 32), List.of(2, 1, 1, 1));

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray random(long... shape) {
        return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT32);
    }

    /** Fresh weights whose vectors, which start as zeros and ones, count too. */
    private Weights weights(Layer network) {
        Weights weights = network.initialize(manager, 1);
        for (Layer.Variable variable : network.variables()) {
            if (variable.shape().length < 2) {
                NDArray value = weights.get(variable.name());
                value.addi(manager.randomUniform(0, 0.5f, value.getShape()));
            }
        }
        return weights;
    }

    private static void assertClose(NDArray expected, NDArray actual, double tolerance) {
        assertEquals(expected.getShape(), actual.getShape());
        float largest = expected.abs().max().getFloat();
        assertArrayEquals(expected.toFloatArray(), actual.toFloatArray(), (float) (tolerance * largest));
    }

    @Test
    void paintsWhatTheGeneratorPaints() {
        var config = new SynthesisNetwork.Config(24, 32, 512, 24, true, 256);
        var generator = new Generator(new Generator.Config(24, 2, config));
        Weights weights = weights(generator);
        NDArray w = random(3, 24);
        NDArray expected = generator.synthesis().forward(Pass.inference(manager, weights), w, Noise.CONST);
        var plain = new Plain(manager, weights);
        assertClose(expected, new PlainSynthesis(config).forward(plain, w), 1e-4);
        assertClose(
                expected,
                new PlainSynthesis(config).prepare(manager, weights).forward(new Plain(manager, weights), w),
                1e-4);
    }

    @Test
    void mapsWhatTheMappingMaps() {
        var config = new SynthesisNetwork.Config(24, 8, 128, 16, false, 0);
        var generator = new Generator(new Generator.Config(24, 3, config));
        Weights weights = weights(generator);
        NDArray z = random(3, 24);
        assertClose(
                generator.mapping().forward(Pass.inference(manager, weights), z),
                new PlainMapping(3).forward(new Plain(manager, weights), z),
                1e-4);
    }

    @Test
    void judgesWhatTheDiscriminatorJudges() {
        var config = new Discriminator.Config(32, 512, 24, 4, 256);
        var discriminator = new Discriminator(config);
        Weights weights = weights(discriminator);
        NDArray image = random(8, 3, 32, 32);
        assertClose(
                discriminator.forward(Pass.inference(manager, weights), image),
                new PlainDiscriminator(config).forward(new Plain(manager, weights), image),
                1e-4);
    }

    @Test
    void countsWhatTheShapesSay() {
        var config = new SynthesisNetwork.Config(16, 8, 128, 16, false, 0);
        var generator = new Generator(new Generator.Config(16, 2, config));
        var plain = new Plain(manager, weights(generator));
        new PlainSynthesis(config).forward(plain, random(2, 16));
        long affine = 5 * 16 * 16; // of three convolutions and two times colours
        long convolutions = 9 * 16 * 16 * (16 + 16 + 64); // the doubling one at the size before
        long colours = 3 * 16 * (16 + 64);
        assertEquals(2.0 * 2 * (affine + convolutions + colours), plain.flop());
    }

    @Test
    void invertsWhatTheEncoderInverts() {
        var encoder = new InversionEncoder(new InversionEncoder.Config(24, BACKBONE));
        Weights weights = weights(encoder);
        NDArray image = random(2, 3, 32, 32);
        assertClose(
                encoder.forward(Pass.inference(manager, weights), image),
                new PlainEncoder(BACKBONE).invert(new Plain(manager, weights), image),
                1e-4);
    }

    /** A backbone of 32 pixels reads a picture of 64 as that picture at half its size, and one of 32 as it is. */
    @Test
    void aLargerPictureIsReadAtTheSizeThatTheBackboneKnows() {
        var reads = new IrSeBackbone.Config(BACKBONE.widths(), BACKBONE.units(), 32);
        var encoder = new InversionEncoder(new InversionEncoder.Config(24, reads));
        Weights weights = weights(encoder);
        Pass pass = Pass.inference(manager, weights);
        NDArray large = random(2, 3, 64, 64);
        NDArray half = large.reshape(2, 3, 32, 2, 32, 2).mean(new int[] {5}).mean(new int[] {3});
        NDArray w = encoder.forward(pass, large);
        assertClose(w, encoder.forward(pass, half), 1e-5);
        assertClose(w, new PlainEncoder(reads).invert(new Plain(manager, weights), large), 1e-4);
        var whole = new InversionEncoder(new InversionEncoder.Config(24, BACKBONE));
        assertClose(encoder.forward(pass, half), whole.forward(pass, half), 0);
        assertNotEquals(w, whole.forward(pass, large));
    }

    @Test
    void movesWhatTheMotionMoves() {
        var motion = new StyleInV(new StyleInV.Config(BACKBONE, new TemporalStyle.Config(24, 24, 32, 8, 8, 8, 32, 11)));
        Weights weights = weights(motion);
        Pass pass = Pass.inference(manager, weights);
        NDArray image = random(2, 3, 32, 32);
        NDArray styles = random(2, 24);
        NDArray still = manager.zeros(new Shape(2, 24));
        var plain = new PlainEncoder(BACKBONE);
        var eager = new Plain(manager, weights);
        assertClose(
                motion.encode(pass, motion.prefix(pass, image), styles, still),
                plain.encode(eager, plain.prefix(eager, image), styles),
                1e-4);
    }
}
