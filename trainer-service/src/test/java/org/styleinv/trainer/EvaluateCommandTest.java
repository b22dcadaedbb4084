package org.styleinv.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.inversion.IdentityEmbedding;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.RenderedFaces;
import org.styleinv.trainer.evaluate.Embedder;
import org.styleinv.trainer.evaluate.Gate;
import org.styleinv.trainer.evaluate.Measures;
import org.styleinv.trainer.evaluate.detector.TorchScripts;
import picocli.CommandLine;

/** {@code evaluate} from its words to its lines: what it prints, keeps, goes on with and refuses. */
class EvaluateCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int R = 16;

    @TempDir
    static Path folder;

    private static Path data;
    private static Path embedding;
    private static Path detectors;

    @BeforeAll
    static void make() throws IOException {
        data = folder.resolve("data");
        RenderedFaces.render(data, 3, 20, R, 10, 5, Progress.NONE);
        model("model", 1);
        model("other", 2);
        embedding = Files.createDirectories(folder.resolve("who"));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            var config = new IdentityEmbedding.Config(R, 256, 16, 8);
            Embedder.write(embedding, config, new IdentityEmbedding(config).initialize(manager, 1), 3, 0);
        }
        detectors = TorchScripts.folder(folder.resolve("detectors"));
    }

    private static void model(String name, long seed) throws IOException {
        var backbone = new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
        var architecture = new Architecture(
                new Generator.Config(16, 2, new SynthesisNetwork.Config(16, R, 256, 16, false, 0)),
                new InversionEncoder.Config(16, backbone),
                new StyleInV.Config(backbone, new TemporalStyle.Config(16, 16, 32, 8, 8, 8, 32, 11)));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ModelFolder.write(
                    folder.resolve(name),
                    name,
                    architecture,
                    new TrainingRecord("none", 30, 0, "", Map.of(), Map.of(), "Apache-2.0"),
                    new Generator(architecture.generator()).initialize(manager, seed),
                    new InversionEncoder(architecture.encoder()).initialize(manager, seed + 1),
                    new StyleInV(architecture.motion()).initialize(manager, seed + 2));
        }
    }

    /** What a command says, by metric. */
    private static Map<String, JsonNode> evaluate(String model, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "--model=" + folder.resolve(model),
                "--data=" + data,
                "--cache=" + folder.resolve("cache"),
                "--samples=2",
                "--frames=20",
                "--json"));
        words.addAll(List.of(more));
        PrintStream out = System.out;
        var said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            Exception[] thrown = new Exception[1];
            int code = new CommandLine(new EvaluateCommand())
                    .setOverwrittenOptionsAllowed(true)
                    .setExecutionExceptionHandler((e, command, arguments) -> {
                        thrown[0] = e;
                        return 1;
                    })
                    .execute(words.toArray(String[]::new));
            if (thrown[0] instanceof IOException e) {
                throw e;
            }
            if (thrown[0] instanceof RuntimeException e) {
                throw e;
            }
            assertEquals(0, code);
        } finally {
            System.setOut(out);
        }
        Map<String, JsonNode> lines = new TreeMap<>();
        for (String line : said.toString(StandardCharsets.UTF_8).lines().toList()) {
            JsonNode json = JSON.readTree(line);
            lines.put(json.get("metric").asText(), json);
        }
        return lines;
    }

    @Test
    void everyFigureHasItsProtocolCountAndError() throws IOException {
        Map<String, JsonNode> lines =
                evaluate("model", "--embedding=" + embedding, "--record", "--pictures=" + folder.resolve("pictures"));
        for (String name : Measures.NAMES) {
            if (!Measures.PUBLISHED.contains(name)) {
                JsonNode line = lines.get(name);
                assertTrue(line != null, name + " is not taken: " + lines.keySet());
                assertTrue(line.get("protocol").asText().length() > 20, line.toString());
                assertTrue(line.has("value") && line.has("std") && line.has("error"), line.toString());
                assertTrue(line.get("error_of").asText().length() > 5, line.toString());
                assertTrue(line.get("count").asInt() >= 1, line.toString());
            }
        }
        assertEquals(
                Measures.NAMES.size() - Measures.PUBLISHED.size(), lines.size(), "names that a gate knows and lines");
        assertTrue(Files.exists(folder.resolve("pictures/streams.png")));

        // The same again, from what is on the disk: to the bit.
        assertEquals(lines, evaluate("model", "--embedding=" + embedding));
    }

    @Test
    void aModelIsHeldAgainstAnotherByOneProtocolOnly() throws IOException {
        evaluate("model", "--record");
        String file = folder.resolve("model/evaluation.json").toString();
        JsonNode line = evaluate("other", "--against=" + file).get("inversion_psnr_db");
        assertTrue(line.has("against") && line.has("errors_apart"), line.toString());
        Exception refusal =
                assertThrows(IOException.class, () -> evaluate("other", "--against=" + file, "--frames=18"));
        assertTrue(refusal.getMessage().contains("two protocols"), refusal.getMessage());
    }

    @Test
    void publishedMeasuresAreTakenByTheirDetectors() throws IOException {
        String[] options = {
            "--metric=fid50k,kid50k,is50k,fvd2048_16f", "--detectors=" + detectors, "--count=6", "--record"
        };
        Map<String, JsonNode> lines = evaluate("model", options);
        assertEquals(List.of("fid50k", "fvd2048_16f", "is50k", "kid50k"), List.copyOf(lines.keySet()));
        assertTrue(lines.get("fid50k").get("value").asDouble() > 0, lines.toString());
        assertTrue(lines.get("fvd2048_16f").get("protocol").asText().contains("3 videos"), lines.toString());
        assertTrue(lines.get("is50k").get("value").asDouble() >= 1, lines.toString());
        assertEquals(lines, evaluate("model", options));
        // Another model's evaluation finds the real features, so only its own are new.
        long before = files("real-");
        evaluate("other", options);
        assertEquals(before, files("real-"));
    }

    private static long files(String prefix) throws IOException {
        try (var all = Files.list(folder.resolve("cache"))) {
            return all.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .count();
        }
    }

    private enum Bad {
        MISSING("StyleGAN2-ADA"),
        TEXT("no TorchScript"),
        OTHER_ZIP("no TorchScript"),
        OTHER_ARGUMENTS("not return_features"),
        OTHER_WIDTH("another detector"),
        TAKES_NO_PICTURES("takes pictures first"),
        BREAKS("cannot look at pictures");

        private final String sentence;

        Bad(String sentence) {
            this.sentence = sentence;
        }

        void make(Path file) throws IOException {
            switch (this) {
                case MISSING -> {}
                case TEXT -> Files.writeString(file, "not a zip");
                case OTHER_ZIP -> {
                    try (var zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(file))) {
                        zip.putNextEntry(new java.util.zip.ZipEntry("a/data.pkl"));
                    }
                }
                case OTHER_ARGUMENTS -> TorchScripts.make(file, "img: Tensor", "    return torch.to(img, 6)\n");
                case OTHER_WIDTH ->
                    TorchScripts.make(
                            file, "img: Tensor, return_features: bool=False", "    return torch.zeros([6, 7])\n");
                case TAKES_NO_PICTURES ->
                    TorchScripts.make(file, "n: int, return_features: bool=False", "    return torch.zeros([6, 7])\n");
                case BREAKS ->
                    TorchScripts.make(
                            file,
                            "img: Tensor, return_features: bool=False",
                            "    return torch.reshape(img, [6, 2048])\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Bad.class)
    void anotherDetectorIsRefusedInASentence(Bad bad) throws IOException {
        Path own = Files.createDirectories(folder.resolve("detectors-" + bad));
        bad.make(own.resolve("inception-2015-12-05.pt"));
        Exception refusal = assertThrows(
                IOException.class,
                () -> evaluate("model", "--metric=fid50k", "--detectors=" + own, "--count=6", "--record"));
        assertTrue(refusal.getMessage().contains(bad.sentence), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("inception-2015-12-05.pt"), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "--metric=fid5,there is no metric fid5", "--metric=fid50k,--detectors", "--count=1,at least 2",
        "--samples=1,at least 2", "--frames=1,2 frames", "--metric=fvd2048_128f,128 frames"
    })
    void wrongWordsAreRefusedInASentence(String word, String sentence) {
        List<String> words = new ArrayList<>(List.of(word));
        if (!sentence.equals("--detectors")) {
            words.add("--detectors=" + detectors);
        }
        if (word.startsWith("--count")) {
            words.add("--metric=fid50k");
        }
        Exception refusal = assertThrows(Exception.class, () -> evaluate("model", words.toArray(String[]::new)));
        assertTrue(refusal.getMessage().contains(sentence), refusal.getMessage());
    }

    @Test
    void clipsOfOneFrameAreNoData() throws IOException {
        Path still = folder.resolve("still");
        RenderedFaces.render(still, 2, 1, R, 10, 5, Progress.NONE);
        Exception refusal = assertThrows(IOException.class, () -> evaluate("model", "--data=" + still));
        assertTrue(refusal.getMessage().contains("1 frames, but at least 2"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sharpness\": {\"at_least\": 1}}|names the measure sharpness",
                "{\"motion_1s\": {}}|no threshold for motion_1s",
                "{\"motion_1s\": {\"least\": 1}}|is not a gate",
                "[1]|is not a gate",
                "{|is not a gate"
            })
    void aGateThatIsNoneIsRefused(String gate, String sentence) throws IOException {
        Path at = Files.createDirectories(folder.resolve("gate-" + sentence.hashCode() + gate.length()));
        Files.writeString(at.resolve(Gate.FILE), gate);
        Exception refusal = assertThrows(IOException.class, () -> Gate.of(at));
        assertTrue(refusal.getMessage().contains(sentence), refusal.getMessage());
    }

    @Test
    void aGateNamesWhatFails() throws IOException {
        model("gated", 3);
        Path model = folder.resolve("gated");
        Files.writeString(
                model.resolve(Gate.FILE),
                "{\"inversion_psnr_db\": {\"at_least\": 90}, \"motion_1s\": {\"at_least\": -1, \"at_most\": 5},"
                        + " \"fid50k\": {\"at_most\": 10}, \"frechet_embedding\": {\"at_most\": 10}}");
        assertTrue(Gate.of(model).failures().get(0).contains("no evaluation"));
        evaluate("gated", "--record", "--frames=20");
        List<String> failures = Gate.of(model).failures();
        assertEquals(3, failures.size(), failures.toString()); // motion_1s is as it should be
        assertTrue(failures.get(0).matches("inversion_psnr_db is [-.0-9]+, at least 90.0 is wanted"), failures.get(0));
        assertEquals("fid50k was not taken", failures.get(1));
        assertEquals("frechet_embedding was not taken", failures.get(2));
        model("gated", 4);
        assertTrue(Gate.of(model).failures().get(0).contains("another model"));
    }
}
