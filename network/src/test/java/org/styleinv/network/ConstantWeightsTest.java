package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Weights that nobody changes lie otherwise and are the same, and so is what is painted by them, however that is computed. */
class ConstantWeightsTest {
    private static final int SIDE =
            64; // whose last layers have kernels smaller than a picture, and the first ones larger
    private static final int WIDTH = 32;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu());
    private final Generator generator = new Generator(
            new Generator.Config(WIDTH, 2, new SynthesisNetwork.Config(WIDTH, SIDE, 1024, 48, true, 256)));

    @AfterEach
    void close() {
        manager.close();
    }

    private Weights fresh() {
        Weights weights = generator.initialize(manager, 1);
        weights.names().stream()
                .filter(name -> name.endsWith("noise_strength"))
                .toList()
                .forEach(name -> weights.put(name, new float[] {0.3f}));
        return weights;
    }

    private NDArray w(int rows) {
        Random random = new Random(3);
        float[] values = new float[rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(rows, WIDTH));
    }

    private float[] picture(Pass pass, int rows, Noise noise) {
        return Arrays.copyOf(generator.synthesis().forward(pass, w(rows), noise).toFloatArray(), 3 * SIDE * SIDE);
    }

    private static double farthest(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        double farthest = 0;
        for (int i = 0; i < expected.length; i++) {
            farthest = Math.max(farthest, Math.abs(expected[i] - actual[i]));
        }
        return farthest;
    }

    @Test
    void theyHaveTheSameShapesAndValues() {
        Weights given = fresh();
        Weights constant = given.copy(manager).constant(generator);
        assertEquals(given.names(), constant.names());
        for (String name : given.names()) {
            assertEquals(given.get(name).getShape(), constant.get(name).getShape(), name);
            assertArrayEquals(given.get(name).toFloatArray(), constant.get(name).toFloatArray(), name);
        }
        Weights copy = constant.copy(manager);
        for (String name : given.names()) {
            assertArrayEquals(given.get(name).toFloatArray(), copy.get(name).toFloatArray(), "a copy's " + name);
        }
    }

    @Test
    void aVariantSharesWhatIsMadeOfThem() {
        Weights base = fresh().constant(generator);
        Weights variant = base.copy(manager).constant(generator);
        String changed = "synthesis.b8.conv0.weight";
        variant.put(
                changed,
                new float[variant.get(changed).toFloatArray().length],
                variant.get(changed).getShape().getShape());
        variant.share(base);
        Pass pass = Pass.inference(manager, variant);
        Script never = Script.of("x: Tensor -> Tensor", "return torch.neg(x)");
        String kept = "synthesis.b8.conv1.weight";
        assertSame(base.get(kept), variant.get(kept));
        float[] ofZeros = pass.derived(changed, Script.of("x: Tensor -> Tensor", "return torch.sum(x)"))
                .toFloatArray();
        assertArrayEquals(new float[1], ofZeros, "what was made of another weight is gone");
        assertSame(Pass.inference(manager, base).derived(kept, never), pass.derived(kept, never));
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"BFLOAT16", "FLOAT16"})
    void kernelsAreConvertedOnceAndSharedByVariants(Precision half) {
        Weights base = fresh().constant(generator, half);
        Weights variant = fresh().constant(generator, half);
        String kernel = "synthesis.b8.conv0.weight";
        String matrix = "synthesis.b8.conv0.affine.weight";
        assertNotEquals(DataType.FLOAT32, base.get(kernel).getDataType());
        assertNotEquals(DataType.FLOAT32, base.get("synthesis.b64.torgb.weight").getDataType());
        assertEquals(DataType.FLOAT32, base.get(matrix).getDataType());
        variant.share(base);
        assertSame(base.get(kernel), variant.get(kernel));
        assertSame(base.get(matrix), variant.get(matrix));
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, CONST, 1e-5", "FLOAT32, NONE, 1e-5", "BFLOAT16, CONST, 0.05", "FLOAT16, CONST, 0.006"})
    void everyWayOfComputingPaintsTheSame(Precision precision, Noise.Mode mode, double tolerance) {
        Noise noise = mode == Noise.Mode.CONST ? Noise.CONST : Noise.NONE;
        Weights given = fresh();
        float[] recorded = picture(Pass.training(manager, given), 1, noise);
        double largest = farthest(recorded, new float[recorded.length]);
        assertTrue(largest > 0.1, "there is a picture: " + largest);
        Weights constant = given.copy(manager).constant(generator, precision);
        for (Weights weights : new Weights[] {given, constant}) {
            Pass pass = Pass.inference(manager, weights).with(precision);
            for (int rows : new int[] {1, 3}) {
                double off = farthest(recorded, picture(pass, rows, noise)) / largest;
                assertTrue(off < tolerance, rows + " rows are off by " + off + " of the largest value");
            }
        }
    }
}
