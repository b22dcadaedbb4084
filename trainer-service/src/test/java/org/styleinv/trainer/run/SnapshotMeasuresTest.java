package org.styleinv.trainer.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.command.TrainCommand;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.evaluate.metric.Statistic;
import org.styleinv.trainer.stage.Pictures;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.Step;
import org.styleinv.trainer.stage.Tiny;
import org.styleinv.trainer.stage.motion.StillMotion;
import org.styleinv.trainer.state.Snapshot;
import picocli.CommandLine;

/** {@code --metrics}: which snapshot is kept, what is written of each, and what is refused. */
class SnapshotMeasuresTest {
    private static final Generator GENERATOR =
            new Generator(new Generator.Config(Tiny.W, 2, new SynthesisNetwork.Config(Tiny.W, 16, 256, 16, true, 0)));

    @TempDir
    static Path folder;

    private static VideoDataset data;

    @BeforeAll
    static void render() throws IOException {
        RenderedFaces.render(folder.resolve("data"), 2, 20, 16, 30, 5, Progress.NONE);
        data = VideoDataset.open(folder.resolve("data"), 16, 2, Progress.NONE);
    }

    @AfterAll
    static void close() throws IOException {
        data.close();
    }

    /** A generator whose pictures get brighter by each step's amount: at 0 they are as they were drawn at random. */
    private static class Brightening implements Stage {
        private final NDManager manager = NDManager.newBaseManager("PyTorch");
        private final Weights weights = GENERATOR.initialize(manager, 1);
        private final NDArray bias = weights.get("synthesis.b16.torgb.bias");
        private final float[] brightness;

        private Brightening(float... brightness) {
            this.brightness = brightness;
        }

        @Override
        public String name() {
            return "generator";
        }

        @Override
        public int batch() {
            return 1;
        }

        @Override
        public Step step(long step) {
            float now = brightness[(int) step];
            bias.set(new float[] {now, now, now});
            return new Step(Map.of("loss", -1.0));
        }

        @Override
        public Map<String, NDArray> state() {
            return Map.of("bias", bias);
        }

        @Override
        public void draw(Path file) throws IOException {
            Pictures.grid(manager.zeros(new Shape(1, 3, 2, 2)), 1, 1, file);
        }

        @Override
        public Optional<String> better() {
            return Optional.of("loss");
        }

        @Override
        public Optional<MeasuredModel> subject() {
            return Optional.of(new MeasuredModel(GENERATOR, weights));
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    private static void train(Path run, int samples, float... brightness) throws IOException {
        try (Stage stage = new Brightening(brightness)) {
            var config = new TrainingRun.Config(run, brightness.length / 1000.0, 0, 0, 9, Map.of());
            TrainingRun training = samples == 0
                    ? new TrainingRun(stage, config)
                    : new TrainingRun(stage, config, new SnapshotMeasures(stage, data, samples, 3));
            training.run(tick -> {});
        }
    }

    private static float best(Path run) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray bias = manager.create(new float[3]);
            new Snapshot(run.resolve("best.safetensors")).read(Map.of("bias", bias));
            return bias.toFloatArray()[0];
        }
    }

    @Test
    void theSnapshotThatPaintsMostLikeTheDataIsKept() throws IOException {
        Path run = folder.resolve("run");
        train(run, 2, 8, 0, 9);
        assertEquals(0, best(run));
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("stats.jsonl"))) {
            JsonNode json = new ObjectMapper().readTree(line);
            if (json.has("measures")) {
                lines.add(json);
            }
        }
        assertEquals(3, lines.size());
        JsonNode second = lines.get(1);
        assertEquals(0.002, second.get("kimg").asDouble());
        JsonNode swd = second.get("measures").get(0);
        assertEquals("swd", swd.get("metric").asText());
        assertTrue(swd.get("protocol").asText().contains("held-out"), swd.toString());
        assertTrue(
                swd.has("error")
                        && swd.get("count").asInt() == 1
                        && swd.get("seed").asInt() == 3,
                swd.toString());
        assertEquals(0.003, TrainingRun.kimg(run));

        // Gone on with, it does not forget; by another protocol it begins anew, by a loss as well.
        train(run, 2, 8, 0, 9, 8);
        assertEquals(0, best(run));
        train(run, 1, 8, 0, 9, 8, 7);
        assertEquals(7, best(run));
        train(run, 0, 8, 0, 9, 8, 7, 6);
        assertEquals(6, best(run));
    }

    @Test
    void measuringLeavesWhatIsTrainedAsItIs() throws IOException {
        try (Brightening stage = new Brightening(1)) {
            float[] before = stage.weights.get("synthesis.b16.conv0.weight").toFloatArray();
            var measures = new SnapshotMeasures(stage, data, 2, 3);
            List<Statistic> figures = measures.take(stage);
            assertEquals(figures, measures.take(stage), "the same again");
            assertArrayEquals(
                    before, stage.weights.get("synthesis.b16.conv0.weight").toFloatArray());
        }
    }

    /** What moves is held against moving clips, and a still is far from them. */
    @Test
    void aStillIsNoMotion() throws IOException {
        var encoder = new InversionEncoder(new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE));
        var motion = new StyleInV(Tiny.MOTION);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Brightening painter = new Brightening(1)) {
            Weights inverter = encoder.initialize(manager, 1);
            Weights still = StillMotion.of(manager, motion, inverter, 3);
            Stage stage = new Brightening(1) {
                @Override
                public Optional<MeasuredModel> subject() {
                    return Optional.of(new MeasuredModel(GENERATOR, painter.weights, encoder, inverter, motion, still));
                }
            };
            Statistic misfit =
                    new SnapshotMeasures(stage, data, 2, 3).take(stage).get(0);
            assertEquals("motion_misfit", misfit.metric());
            assertTrue(misfit.value() > 1.5, misfit.toString());
            assertTrue(SnapshotMeasures.score(List.of(misfit)).value() < 0, "less is better");
            stage.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "embedding,--metrics,no measure that needs no download",
        "embedding,--held-out=none,--held-out is for --metrics",
        "embedding,--metrics --held-out=none,there is no folder none"
    })
    void whatCannotBeMeasuredIsRefusedBeforeTheRunBegins(String stage, String options, String sentence) {
        Path run = folder.resolve("refused");
        List<String> words =
                new ArrayList<>(List.of(stage, "--resolution=16", "--data=" + folder.resolve("data"), "--run=" + run));
        words.addAll(List.of(options.split(" ")));
        Exception[] refusal = new Exception[1];
        new CommandLine(new TrainCommand())
                .setExecutionExceptionHandler((e, command, arguments) -> {
                    refusal[0] = e;
                    return 2;
                })
                .setParameterExceptionHandler((e, arguments) -> {
                    refusal[0] = e;
                    return 2;
                })
                .execute(words.toArray(String[]::new));
        assertTrue(refusal[0].getMessage().contains(sentence), refusal[0].getMessage());
        assertFalse(Files.exists(run));
    }
}
