package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** On a CPU a row's bits depend on that row alone: not on its batch mates, its place, or the number of threads (ADR 0002). */
class BitIdenticalFramesTest {
    private static final int ROWS = 6;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu());
    private final int threads = JniUtils.getNumThreads();

    @AfterEach
    void close() {
        JniUtils.setNumThreads(threads);
        manager.close();
    }

    /** Evaluates rows the way a service does, {@code n x [wDim] -> n results}. */
    private List<float[]> evaluate(
            List<float[]> rows, int resolution, BiFunction<NDManager, NDArray, NDArray> network) {
        List<float[]> results = new ArrayList<>();
        for (FixedBatch.Part<float[]> part :
                FixedBatch.of(Device.cpu(), resolution).parts(rows)) {
            try (NDManager scope = manager.newSubManager()) {
                NDList list = new NDList(part.rows().stream().map(scope::create).toArray(NDArray[]::new));
                NDArray y = network.apply(scope, NDArrays.stack(list));
                for (int i = 0; i < part.count(); i++) {
                    results.add(y.get(i).toFloatArray());
                }
            }
        }
        return results;
    }

    private static List<float[]> rows(int width) {
        Random random = new Random(1);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            float[] row = new float[width];
            for (int j = 0; j < width; j++) {
                row[j] = (float) random.nextGaussian();
            }
            rows.add(row);
        }
        return rows;
    }

    private void assertInvariant(int width, int resolution, BiFunction<NDManager, NDArray, NDArray> network) {
        List<float[]> rows = rows(width);
        List<float[]> alone = new ArrayList<>();
        rows.forEach(row -> alone.addAll(evaluate(List.of(row), resolution, network)));
        Random random = new Random(2);
        for (int count : new int[] {2, 3, 5, ROWS}) {
            int[] order = random.ints(count, 0, ROWS).toArray();
            List<float[]> together =
                    evaluate(Arrays.stream(order).mapToObj(rows::get).toList(), resolution, network);
            for (int i = 0; i < count; i++) {
                assertArrayEquals(alone.get(order[i]), together.get(i), "row " + i + " of " + count);
            }
        }
        JniUtils.setNumThreads(2); // once: it takes seconds where no second core is free
        assertArrayEquals(
                alone.get(0), evaluate(rows.subList(0, 1), resolution, network).get(0), "with two threads");
    }

    private static Generator generator(int resolution) {
        return new Generator(
                new Generator.Config(32, 2, new SynthesisNetwork.Config(32, resolution, 1024, 48, true, 256)));
    }

    private static StyleInV motion() {
        return new StyleInV(new StyleInV.Config(
                new IrSeBackbone.Config(List.of(16, 16, 32, 48)),
                new TemporalStyle.Config(32, 32, 32, 8, 16, 8, 32, 11)));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 256})
    void aFrameDoesNotDependOnItsBatchMates(int resolution) {
        Generator generator = generator(resolution);
        Weights weights = generator.initialize(manager, 1);
        assertInvariant(32, resolution, (scope, w) -> generator
                .synthesis()
                .forward(Pass.inference(scope, weights), w, Noise.CONST));
    }

    @Test
    void aFrameInBfloat16DoesNotDependOnItsBatchMates() {
        Generator generator = generator(64);
        Weights weights = generator.initialize(manager, 1);
        assertInvariant(32, 64, (scope, w) -> generator
                .synthesis()
                .forward(Pass.inference(scope, weights).with(Precision.BFLOAT16), w, Noise.random(3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128})
    void aLatentDoesNotDependOnItsBatchMates(int resolution) {
        StyleInV motion = motion();
        Weights weights = motion.initialize(manager, 2);
        float[] picture = new float[3 * resolution * resolution];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = (float) Math.sin(i * 0.01);
        }
        Pass pass = Pass.inference(manager, weights);
        NDArray features = motion.prefix(pass, manager.create(picture, new Shape(1, 3, resolution, resolution)));
        NDArray w0 = manager.create(rows(32).get(0), new Shape(1, 32));
        assertInvariant(32, resolution, (scope, codes) -> {
            List<float[]> list = new ArrayList<>();
            for (int i = 0; i < codes.getShape().get(0); i++) {
                list.add(codes.get(i).toFloatArray());
            }
            Pass own = Pass.inference(scope, weights);
            return motion.encode(own, features, motion.style().styles(own, w0, list), w0);
        });
    }

    @Test
    void threadsAtWorkTogetherDoNotDisturbEachOther() {
        Generator generator = generator(32);
        Weights weights = generator.initialize(manager, 1);
        List<float[]> rows = rows(32);
        BiFunction<NDManager, NDArray, NDArray> network =
                (scope, w) -> generator.synthesis().forward(Pass.inference(scope, weights), w, Noise.CONST);
        List<float[]> expected = evaluate(rows, 32, network);
        List<CompletableFuture<List<float[]>>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(() -> evaluate(rows, 32, network)));
        }
        for (CompletableFuture<List<float[]>> one : all) {
            List<float[]> results = one.join();
            for (int i = 0; i < ROWS; i++) {
                assertArrayEquals(expected.get(i), results.get(i));
            }
        }
    }

    @Test
    void partsHaveOneSizeAndKeepTheOrder() {
        FixedBatch fours = FixedBatch.of(Device.cpu(), 64);
        assertEquals(
                List.of(new FixedBatch.Part<>(List.of(1, 2, 3, 4), 4), new FixedBatch.Part<>(List.of(5, 5, 5, 5), 1)),
                fours.parts(List.of(1, 2, 3, 4, 5)));
        assertEquals(List.of(), fours.parts(List.of()));
        assertEquals(1, FixedBatch.of(Device.cpu(), 1024).size());
        assertEquals(
                List.of(new FixedBatch.Part<>(List.of(1, 2, 3), 3)),
                FixedBatch.of(Device.gpu(), 64).parts(List.of(1, 2, 3)));
    }
}
