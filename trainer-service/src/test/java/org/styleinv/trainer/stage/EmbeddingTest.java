package org.styleinv.trainer.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.IdentityEmbedding;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.evaluate.Embedder;
import org.styleinv.trainer.evaluate.Footage;
import org.styleinv.trainer.evaluate.StreamFigures;
import org.styleinv.trainer.evaluate.film.Drawn;
import org.styleinv.trainer.evaluate.film.Eyes;
import org.styleinv.trainer.evaluate.metric.Statistic;
import org.styleinv.trainer.run.TrainingRun;

/** An embedding that a few seconds of training make, and the defects of long streams that are seen with it. */
class EmbeddingTest {
    private static final int SIDE = 16;
    private static final IdentityEmbedding.Config NETWORK = new IdentityEmbedding.Config(SIDE, 256, 32, 16);
    private static final int STREAMS = 9;
    private static final int FRAMES = 12;

    @TempDir
    static Path folder;

    private static VideoDataset data;
    private static Embedder embedder;

    @BeforeAll
    static void train() throws IOException {
        RenderedFaces.render(folder.resolve("data"), 24, 6, 32, 3, 5, Progress.NONE);
        data = VideoDataset.open(folder.resolve("data"), SIDE, 2, Progress.NONE);
        try (EmbeddingStage stage = stage()) {
            double accuracy = 0;
            for (int step = 0; step < 60; step++) {
                accuracy = 0.9 * accuracy + 0.1 * stage.step(step).losses().get("accuracy");
            }
            assertTrue(accuracy > 0.8, "of 16 clips the right one is told in " + accuracy);
            Files.createDirectories(folder.resolve("ended"));
            Embedder.write(folder.resolve("ended"), NETWORK, stage.weights(), data.clips(), 1.9);
        }
        embedder = Embedder.open(folder.resolve("ended"));
    }

    @AfterAll
    static void close() throws IOException {
        embedder.close();
        data.close();
    }

    private static EmbeddingStage stage() {
        return new EmbeddingStage(NETWORK, new EmbeddingStage.Config(32, 0.004, true), data, 1);
    }

    @Test
    void aRunThatWasCutInTwoEndsInTheVeryStateOfAnUndisturbedOne() throws IOException {
        Map<String, float[]> whole = train(folder.resolve("whole"), 4);
        train(folder.resolve("cut"), 2);
        Map<String, float[]> cut = train(folder.resolve("cut"), 4);
        whole.forEach((key, values) -> assertArrayEquals(values, cut.get(key), key));
        assertTrue(Files.exists(folder.resolve("cut/pictures/embedding-000000.png")));
    }

    private static Map<String, float[]> train(Path run, int steps) throws IOException {
        try (EmbeddingStage stage = stage()) {
            new TrainingRun(stage, new TrainingRun.Config(run, steps * 0.032, 1e9, 1e9, 2, Map.of())).run(tick -> {});
            Map<String, float[]> state = new java.util.HashMap<>();
            stage.state().forEach((name, array) -> state.put(name, array.toFloatArray()));
            return state;
        }
    }

    /** Healthy streams against streams with a defect; figures that must move, and in which direction. */
    @ParameterizedTest
    @CsvSource({
        "SWAPPED_AT_100,identity_cos_150,-5",
        "SWAPPED_AT_100,identity_cos_1000000,-5",
        "SWAPPED_AT_100,identity_150,5",
        "SWAPPED_FAR,identity_cos_1000000,-5",
        "SWAPPED_EARLY,identity_cos_least,-5",
        "DRIFTING,drift_1000000,5",
        "DRIFTING,identity_1000000,3",
        "OTHER_STILL,frame0_psnr_db,-5"
    })
    void aPlantedDefectIsSeen(Plant plant, String figure, double errors) {
        Statistic good = statistic(Plant.HEALTHY, figure);
        Statistic bad = statistic(plant, figure);
        double away = (bad.value() - good.value()) / Math.hypot(good.error(), bad.error());
        assertTrue(errors > 0 ? away > errors : away < errors, good + ", " + bad + ": " + away + " standard errors");
    }

    @ParameterizedTest
    @CsvSource({"embedding.safetensors,damaged", "embedding.json,not the record", "embedding.json,format"})
    void aDamagedEmbeddingIsRefused(String name, String sentence) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy-" + sentence.hashCode()));
        for (String file : List.of("embedding.safetensors", "embedding.json")) {
            Files.copy(folder.resolve("ended").resolve(file), copy.resolve(file));
        }
        Path file = copy.resolve(name);
        switch (sentence) {
            case "damaged" -> {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 1] ^= 1;
                Files.write(file, bytes);
            }
            case "format" -> Files.writeString(file, Files.readString(file).replace("embedding/1", "embedding/9"));
            default -> Files.writeString(file, "{");
        }
        FileRefused refusal =
                assertThrows(FileRefused.class, () -> Embedder.open(copy).close());
        assertTrue(
                refusal.getMessage().contains(sentence) && refusal.getMessage().contains(name), refusal.getMessage());
    }

    @Test
    void oneClipIsNoDataForIdentities() throws IOException {
        RenderedFaces.render(folder.resolve("one"), 1, 2, 32, 3, 5, Progress.NONE);
        try (VideoDataset one = VideoDataset.open(folder.resolve("one"), SIDE, 2, Progress.NONE)) {
            var refusal = assertThrows(
                    IllegalArgumentException.class,
                    () -> new EmbeddingStage(NETWORK, new EmbeddingStage.Config(32, 0.004, true), one, 1));
            assertTrue(refusal.getMessage().contains("at least 2 clips"), refusal.getMessage());
        }
    }

    private enum Plant {
        HEALTHY,
        SWAPPED_AT_100,
        SWAPPED_FAR,
        SWAPPED_EARLY,
        DRIFTING,
        OTHER_STILL
    }

    private static final Map<Plant, List<Map<String, Double>>> FIGURES = new EnumMap<>(Plant.class); // of each stream

    private static Statistic statistic(Plant plant, String figure) {
        List<Double> values = FIGURES.computeIfAbsent(plant, EmbeddingTest::figures).stream()
                .map(figures -> figures.get(figure))
                .toList();
        assertEquals(STREAMS, values.size());
        return Statistic.of(figure, "a test", values, 0);
    }

    private static List<Map<String, Double>> figures(Plant plant) {
        Eyes eyes = new Eyes(10, 22, 16, 32, 0.6);
        return IntStream.range(0, STREAMS)
                .mapToObj(i -> new StreamFigures(eyes, embedder, FRAMES)
                        .of(new Planted(plant, 40 + i))
                        .figures())
                .toList();
    }

    /** A drawn stream without end. */
    private record Planted(Plant plant, long seed) implements Footage {
        @Override
        public int resolution() {
            return 32;
        }

        @Override
        public float[] still() {
            return plant == Plant.OTHER_STILL ? frame(20) : frame(0);
        }

        @Override
        public float[][] frames(long first, int count) {
            float[][] frames = new float[count][];
            for (int i = 0; i < count; i++) {
                frames[i] = frame(first + i);
            }
            return frames;
        }

        private float[] frame(long index) {
            boolean other =
                    switch (plant) {
                        case SWAPPED_AT_100 -> index >= 100;
                        case SWAPPED_FAR -> index >= 1000;
                        case SWAPPED_EARLY -> index >= 8 && index < 11;
                        default -> false;
                    };
            double drift = plant == Plant.DRIFTING ? Math.min(0.4, 0.4 * index / 1_000_000) : 0;
            return Drawn.shaded(Drawn.at(other ? seed + 500 : seed, seed, index, 32), drift, 1);
        }
    }
}
