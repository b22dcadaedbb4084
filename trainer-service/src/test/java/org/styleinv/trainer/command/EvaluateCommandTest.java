package org.styleinv.trainer.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.IdentityEmbedding;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.RenderedFaces;
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
    private static Path run;

    @BeforeAll
    static void make() throws IOException {
        data = folder.resolve("data");
        RenderedFaces.render(data, 3, 20, R, 10, 5, Progress.NONE);
        model("model", 1);
        model("other", 2);
        run = Files.createDirectories(folder.resolve("run"));
        Files.writeString(run.resolve("stats.jsonl"), """
                {"stage":"motion","kimg":1.0,"sec_per_kimg":3,"loss_d":1.3}
                {"stage":"motion","kimg":3.0,"sec_per_kimg":3,"loss_d":9.9}
                {"stage":"motion","kimg":2.0,"sec_per_kimg":3,"loss_d":1.2}
                {"stage":"motion","kimg":2.0,"measures":[{"metric":"motion_misfit","value":0.4,"error":0.1}]}
                {"stage":"motion","kimg":2.5,"sec_per_kimg":3,"loss_d":""");
        embedding = Files.createDirectories(folder.resolve("who"));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            var config = new IdentityEmbedding.Config(R, 256, 16, 8);
            Embedder.write(embedding, config, new IdentityEmbedding(config).initialize(manager, 1), 3, 0);
        }
        detectors = TorchScripts.folder(folder.resolve("detectors"));
    }

    private static void model(String name, long seed) throws IOException {
        model(name, seed, true);
    }

    private static void model(String name, long seed, boolean moves) throws IOException {
        var backbone = new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
        var architecture = new Architecture(
                new Generator.Config(16, 2, new SynthesisNetwork.Config(16, R, 256, 16, false, 0)),
                new InversionEncoder.Config(16, backbone),
                moves ? new StyleInV.Config(backbone, new TemporalStyle.Config(16, 16, 32, 8, 8, 8, 32, 11)) : null);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ModelFolder.write(
                    folder.resolve(name),
                    name,
                    architecture,
                    new TrainingRecord("<b>faces</b>", 30, 0, "", Map.of(), Map.of(), "Apache-2.0"),
                    new Generator(architecture.generator()).initialize(manager, seed),
                    new InversionEncoder(architecture.encoder()).initialize(manager, seed + 1),
                    moves ? new StyleInV(architecture.motion()).initialize(manager, seed + 2) : null);
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
    @Tag("thorough")
    void aReportIsOnePageThatNeedsNothingElse() throws IOException {
        Path report = folder.resolve("docs/report");
        String[] options = {
            "--embedding=" + embedding, "--report=" + report, "--training=" + run, "--samples=3", "--seed=7"
        };
        Map<String, JsonNode> lines = evaluate("model", options);
        String page = Files.readString(report.resolve("report.html"));
        String markdown = Files.readString(report.resolve("report.md"));
        for (JsonNode line : lines.values()) {
            String name = line.get("metric").asText().replaceFirst("^(motion_[a-z_]+|blinking)_(real|ratio)$", "$1");
            assertTrue(page.contains(">" + name + "\n"), name);
            assertTrue(markdown.contains("| " + name.replace("_", "\\_") + " |"), name);
            assertTrue(page.contains("n " + line.get("count") + ", sd "), line.toString());
        }
        assertTrue(page.contains(", seed 7<"), "no seed");
        assertTrue(page.contains("synthesis(E(x)) against x, 3 frames"), "no protocol");
        assertTrue(page.contains("&lt;b&gt;faces") && markdown.contains("\\<b\\>faces"), "a name is no markup");
        assertEquals(List.of(), matches("(?:href|src|xlink:href)=\"(?!data:)[^\"]*|https?://|@import|url\\(", page));
        List<String> links = matches("data:[a-z0-9/+]+;base64,[A-Za-z0-9+/=]+", page);
        for (String link : links) {
            byte[] bytes = Base64.getDecoder().decode(link.substring(link.indexOf(',') + 1));
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (link.startsWith("data:video/mp4")) {
                assertEquals("ftyp", new String(bytes, 4, 4, StandardCharsets.US_ASCII));
            } else if (link.startsWith("data:image/svg+xml")) {
                assertTrue(text.contains("<polyline") && !text.contains("NaN"), text);
                assertEquals(List.of(), matches("[a-z]+://(?!www.w3.org/2000/svg)", text));
            } else {
                assertTrue(ImageIO.read(new ByteArrayInputStream(bytes)).getWidth() > 100);
            }
        }
        // clip, three sheets; way, change, colours, identity; loss_d and motion_misfit
        assertEquals(10, links.size());
        List<String> files = matches("\\]\\([^)]+", markdown);
        assertEquals(11, files.size(), files.toString());
        files.forEach(file -> assertTrue(Files.exists(report.resolve(file.substring(2))), file));
        assertTrue(markdown.contains("motion: loss\\_d: goes from 1.300 to 1.200"), markdown);

        // Another takes its place, and what else is there stays.
        Files.writeString(report.resolve("notes.txt"), "mine");
        evaluate("other", options);
        assertTrue(Files.readString(report.resolve("report.html")).contains("<title>other"));
        assertEquals("mine", Files.readString(report.resolve("notes.txt")));
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void aReportThatCannotBeMadeIsRefusedBeforeAnyWork() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        Path taken = Files.createDirectories(folder.resolve("taken"));
        Files.writeString(taken.resolve("notes.txt"), "mine");
        model("still", 5, false);
        long before = files("");
        assertRefused("is a file", "model", "--report=" + file);
        assertRefused("is a file", "model", "--report=" + file.resolve("deeper/report"));
        assertRefused("something else than a report", "model", "--report=" + taken);
        assertRefused("has no motion", "still", "--report=" + folder.resolve("none"));
        assertRefused("stats.jsonl is missing", "model", "--report=" + folder.resolve("none"), "--training=" + taken);
        assertRefused("--training is for --report", "model", "--training=" + run);
        assertRefused("no metric sharpness", "model", "--report=" + folder.resolve("none"), "--metric=sharpness");
        assertEquals(before, files(""), "work was done first");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertRefused("there is no video", "model", "--report=" + folder.resolve("none"), "--data=" + empty);
        assertFalse(Files.exists(folder.resolve("none")));
        try (var left = Files.list(taken)) {
            assertEquals(1, left.count());
        }
    }

    /** What a full disk looks like: the folder of the new page cannot be made. */
    @Test
    void aReportThatCannotBeWrittenLeavesNothingAndTheFiguresAreSaid() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self")), "no folder here that takes no files");
        Path report = Path.of("/proc/styleinv-report");
        assertRefused("cannot be written to /proc/styleinv-report", "model", "--report=" + report);
    }

    private static void assertRefused(String sentence, String model, String... options) {
        Exception refusal = assertThrows(Exception.class, () -> evaluate(model, options));
        assertTrue(refusal instanceof FileRefused || refusal instanceof IllegalArgumentException, refusal.toString());
        assertTrue(refusal.getMessage().contains(sentence), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
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
