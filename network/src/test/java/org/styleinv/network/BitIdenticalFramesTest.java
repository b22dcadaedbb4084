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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.MotionNoise;
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
            FixedBatch batches, List<float[]> rows, BiFunction<NDManager, NDArray, NDArray> network) {
        List<float[]> results = new ArrayList<>();
        for (FixedBatch.Part<float[]> part : batches.parts(rows)) {
            float[] values = values(part.rows(), network);
            int size = values.length / part.rows().size();
            for (int i = 0; i < part.count(); i++) {
                results.add(Arrays.copyOfRange(values, i * size, (i + 1) * size));
            }
        }
        return results;
    }

    private float[] values(List<float[]> rows, BiFunction<NDManager, NDArray, NDArray> network) {
        try (NDManager scope = manager.newSubManager()) {
            NDList list = new NDList(rows.stream().map(scope::create).toArray(NDArray[]::new));
            return network.apply(scope, NDArrays.stack(list)).toFloatArray();
        }
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
        FixedBatch batches = FixedBatch.of(Device.cpu(), resolution)
                .tried(row -> MotionNoise.anchor(row, 0, width), list -> values(list, network));
        List<float[]> alone = new ArrayList<>();
        rows.forEach(row -> alone.addAll(evaluate(batches, List.of(row), network)));
        Random random = new Random(2);
        for (int count : new int[] {2, 3, 5, ROWS}) {
            int[] order = random.ints(count, 0, ROWS).toArray();
            List<float[]> together =
                    evaluate(batches, Arrays.stream(order).mapToObj(rows::get).toList(), network);
            for (int i = 0; i < count; i++) {
                assertArrayEquals(alone.get(order[i]), together.get(i), "row " + i + " of " + count);
            }
        }
        JniUtils.setNumThreads(2); // once: it takes seconds where no second core is free
        assertArrayEquals(
                alone.get(0), evaluate(batches, rows.subList(0, 1), network).get(0), "with two threads");
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
        Weights weights = generator.initialize(manager, 1).constant(generator);
        assertInvariant(32, resolution, (scope, w) -> generator
                .synthesis()
                .forward(Pass.inference(scope, weights), w, Noise.CONST));
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"BFLOAT16", "FLOAT16"})
    void aFrameInHalfPrecisionDoesNotDependOnItsBatchMates(Precision half) {
        Generator generator = generator(32);
        Weights weights = generator.initialize(manager, 1).constant(generator, half);
        assertInvariant(32, 32, (scope, w) -> generator
                .synthesis()
                .forward(Pass.inference(scope, weights, half), w, Noise.random(3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128})
    void aLatentDoesNotDependOnItsBatchMates(int resolution) {
        StyleInV motion = motion();
        Weights weights = motion.initialize(manager, 2).constant(motion);
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

    /** Whatever sizes the trial lets through here, a frame among sixteen is the one that it is alone. */
    @Test
    void largerPartsThatWereTriedChangeNoBit() {
        Generator generator = generator(64);
        Weights weights = generator.initialize(manager, 1).constant(generator);
        BiFunction<NDManager, NDArray, NDArray> network =
                (scope, w) -> generator.synthesis().forward(Pass.inference(scope, weights), w, Noise.CONST);
        FixedBatch fours = FixedBatch.of(Device.cpu(), 64);
        FixedBatch tried = fours.tried(row -> MotionNoise.anchor(row, 0, 32), rows -> values(rows, network));
        List<float[]> rows = IntStream.range(0, 29)
                .mapToObj(i -> MotionNoise.anchor(i, 1, 32))
                .toList();
        List<float[]> together = evaluate(tried, rows, network);
        for (int i : new int[] {0, 7, 15, 16, 23, 24, 28}) {
            assertArrayEquals(evaluate(tried, List.of(rows.get(i)), network).get(0), together.get(i), "row " + i);
        }
    }

    @Test
    void whereThePlaceInAPartChangesABitRowsAreEvaluatedOneByOne() {
        FixedBatch tried = FixedBatch.of(Device.cpu(), 64).tried(row -> row, rows -> {
            var values = new float[rows.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = rows.get(i) + (i == 1 ? 1e-6f : 0);
            }
            return values;
        });
        assertEquals(
                List.of(1, 1, 1),
                tried.parts(List.of(1, 2, 3)).stream()
                        .map(part -> part.rows().size())
                        .toList());
    }

    @Test
    void partsOfOtherBitsAreNotUsed() {
        FixedBatch fours = FixedBatch.of(Device.cpu(), 64);
        FixedBatch tried = fours.tried(row -> row, rows -> {
            var values = new float[rows.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = rows.get(i) + (rows.size() == 16 && i == 3 ? 1e-6f : 0); // one bit of one row in sixteen
            }
            return values;
        });
        List<Integer> rows = IntStream.range(0, 21).boxed().toList();
        assertEquals(
                List.of(8, 8, 4, 4),
                tried.parts(rows).stream().map(part -> part.rows().size()).toList());
        assertEquals(
                List.of(8, 8, 4, 1),
                tried.parts(rows).stream().map(FixedBatch.Part::count).toList());
        assertEquals(
                List.of(16, 4, 4),
                fours.tried(row -> row, list -> new float[list.size()]).parts(rows).stream()
                        .map(part -> part.rows().size())
                        .toList());
    }

    @Test
    void threadsAtWorkTogetherDoNotDisturbEachOther() {
        Generator generator = generator(32);
        Weights weights = generator.initialize(manager, 1).constant(generator);
        List<float[]> rows = rows(32);
        BiFunction<NDManager, NDArray, NDArray> network =
                (scope, w) -> generator.synthesis().forward(Pass.inference(scope, weights), w, Noise.CONST);
        FixedBatch batches = FixedBatch.of(Device.cpu(), 32);
        List<float[]> expected = evaluate(batches, rows, network);
        List<CompletableFuture<List<float[]>>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(() -> evaluate(batches, rows, network)));
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
        for (Precision half : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
            assertEquals(4, FixedBatch.of(Device.cpu(), 64, half).size());
            assertEquals(
                    List.of(new FixedBatch.Part<>(List.of(1, 2, 3, 3, 3, 3, 3, 3), 3)),
                    FixedBatch.of(Device.gpu(), 64, half).parts(List.of(1, 2, 3)));
        }
    }
}
