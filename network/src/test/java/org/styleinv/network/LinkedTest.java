package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** One text that calls the texts of all layers gives the bits that these give one by one. */
class LinkedTest {
    private static final int WIDTH = 16;
    private static final int SIDE = 32;
    private static final List<Integer> BATCHES = List.of(1, 2, 4);
    private static final IrSeBackbone.Config BACKBONE =
            new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 2, 1, 1));

    private final NDManager manager = NDManager.newBaseManager(Device.cpu());

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray random(long... shape) {
        return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT32);
    }

    /** Three times each, the first of which is written down; the texts one by one come before, between and after. */
    private void same(Weights weights, Precision precision, Function<Pass, NDArray> network) {
        AtomicInteger calls = new AtomicInteger();
        Reading oneByOne = (script, pass, arguments) -> {
            calls.incrementAndGet();
            return Reading.WRITTEN.call(script, pass, arguments);
        };
        float[] expected = values(weights, precision, oneByOne, network);
        assertTrue(calls.get() > 5, "the other way is another way");
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(expected, values(weights, precision, Reading.WRITTEN, network));
        }
        assertArrayEquals(expected, values(weights, precision, oneByOne, network));
    }

    private float[] values(Weights weights, Precision precision, Reading reading, Function<Pass, NDArray> network) {
        try (NDManager scope = manager.newSubManager()) {
            return network.apply(Pass.inference(scope, weights, precision).with(reading))
                    .toFloatArray();
        }
    }

    private static Generator generator(boolean noise) {
        return new Generator(new Generator.Config(
                WIDTH, 2, new SynthesisNetwork.Config(WIDTH, SIDE, 16 * SIDE, 32, noise, noise ? 256 : 0)));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void ofAGenerator(Precision precision) {
        Generator generator = generator(true);
        Weights weights = generator.initialize(manager, 1).constant(generator, precision);
        for (int batch : precision == Precision.FLOAT32 ? BATCHES : List.of(2)) { // slow on most CPUs
            for (int picture = 0; picture < 2; picture++) { // other values of the same shape
                NDArray w = random(batch, WIDTH);
                same(weights, precision, pass -> generator.synthesis().forward(pass, w, Noise.CONST));
                same(weights, precision, pass -> generator.synthesis().forward(pass, w, Noise.NONE));
                same(weights, precision, pass -> generator.synthesis().forward(pass, w, Noise.random(7)));
            }
        }
    }

    @Test
    void ofMotionAndEncoder() {
        StyleInV motion = new StyleInV(
                new StyleInV.Config(BACKBONE, new TemporalStyle.Config(WIDTH, WIDTH, 32, 8, 8, 8, 32, 3), 1.5));
        Weights weights = motion.initialize(manager, 1).constant(motion, Precision.FLOAT32);
        InversionEncoder encoder = new InversionEncoder(new InversionEncoder.Config(WIDTH, BACKBONE));
        Weights encoding = encoder.initialize(manager, 2).constant(encoder, Precision.FLOAT32);
        for (int batch : BATCHES) {
            NDArray image = random(batch, 3, SIDE, SIDE);
            same(encoding, Precision.FLOAT32, pass -> encoder.forward(pass, image));
            NDArray features = random(batch, 16, SIDE / 2, SIDE / 2);
            NDArray one = random(1, 16, SIDE / 2, SIDE / 2);
            NDArray styles = random(batch, WIDTH);
            NDArray w0 = random(batch, WIDTH);
            same(weights, Precision.FLOAT32, pass -> motion.encode(pass, features, styles, w0));
            same(weights, Precision.FLOAT32, pass -> motion.encode(pass, one, styles, w0));
        }
    }

    @Test
    void otherWeightsAreOnesOfTheirOwn() {
        Generator generator = generator(false);
        Weights weights = generator.initialize(manager, 1).constant(generator, Precision.FLOAT32);
        Weights others = generator.initialize(manager, 2).constant(generator, Precision.FLOAT32);
        NDArray w = random(1, WIDTH);
        Function<Pass, NDArray> paint = pass -> generator.synthesis().forward(pass, w, Noise.NONE);
        float[] before = values(weights, Precision.FLOAT32, Reading.WRITTEN, paint);
        assertArrayEquals(before, values(weights, Precision.FLOAT32, Reading.WRITTEN, paint));
        assertFalse(Arrays.equals(before, values(others, Precision.FLOAT32, Reading.WRITTEN, paint)));
        String name = "synthesis.b8.conv1.bias";
        weights.put(name, random(weights.get(name).getShape().getShape()));
        assertFalse(Arrays.equals(before, values(weights, Precision.FLOAT32, Reading.WRITTEN, paint)), "it is read");
        same(weights, Precision.FLOAT32, paint);
    }

    @Test
    void nothingIsLeftBehind() {
        Generator generator = generator(false);
        Weights weights = generator.initialize(manager, 1).constant(generator, Precision.FLOAT32);
        NDArray w = random(2, WIDTH);
        int arrays = weights.manager().getManagedArrays().size();
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, weights, Precision.FLOAT32);
            generator.synthesis().forward(pass, w, Noise.NONE).close();
            for (int i = 1; i <= 3; i++) {
                assertEquals(
                        new Shape(2, 3, SIDE, SIDE),
                        generator.synthesis().forward(pass, w, Noise.NONE).getShape());
            }
            assertTrue(scope.getManagedArrays().size() >= 3, "results are the scope's");
        }
        assertEquals(arrays, weights.manager().getManagedArrays().size());
    }

    /** What is no text would be written down as the value that it had once. */
    @Test
    void whatIsNoTextIsRefused() {
        Generator generator = generator(false);
        Weights weights = generator.initialize(manager, 1).constant(generator, Precision.FLOAT32);
        Script add = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.add(x, y)");
        NDArray x = random(2, WIDTH);
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, weights, Precision.FLOAT32);
            Pass.Body eager = (each, inputs) ->
                    add.call(each, inputs.get(0), inputs.get(0).mul(2));
            String why = assertThrows(IllegalStateException.class, () -> pass.linked(generator, "eager", eager, x))
                    .getMessage();
            assertTrue(why.contains("only texts can be linked"), why);
            Pass.Body sum = (each, inputs) -> add.call(each, inputs.get(0), inputs.get(1));
            assertThrows(IllegalArgumentException.class, () -> pass.linked(generator, "twice", sum, x, x));
        }
    }
}
