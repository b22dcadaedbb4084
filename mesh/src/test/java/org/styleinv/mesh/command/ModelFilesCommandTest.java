package org.styleinv.mesh.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.mesh.TinyModel;
import org.styleinv.mesh.bench.network.PrecisionLoss;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.checkpoint.ModelFolder;

/** Checkpoints in and out by the command line; the pickle is a generator of 16 x 16 with random weights. */
class ModelFilesCommandTest {
    @TempDir
    private Path folder;

    private Path pickle;

    @BeforeEach
    void copyThePickle() throws IOException {
        pickle = folder.resolve("given.pkl");
        try (var in = getClass().getResourceAsStream("/published/stylegan2.pkl")) {
            Files.copy(in, pickle);
        }
    }

    private static void assertFine(Run run, String... words) {
        assertEquals(0, run.code(), run.err());
        for (String word : words) {
            assertTrue(run.out().contains(word), run.out());
        }
    }

    /** One sentence, exit code 2, and {@code made} is not there. */
    private static void assertRefused(Run run, Path made, String... words) {
        assertEquals(2, run.code(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        for (String word : words) {
            assertTrue(run.err().contains(word), run.err());
        }
        assertFalse(Files.exists(made));
    }

    @Test
    void directionsAreFoundShownAndKeptUnderNamesOfOnesChoice() throws IOException {
        String model = folder.resolve("model").toString();
        assertFine(Run.of("model", "import", pickle.toString(), "--out", model));
        Path sheet = folder.resolve("sheet.png");
        assertFine(
                Run.of("model", "directions", model, "--samples", "200", "--count", "2", "--dry-run"),
                "pca-2",
                "factor-2",
                "left as it is");
        assertFalse(Run.of("model", "inspect", model).out().contains("directions"));
        assertFine(
                Run.of(
                        "model",
                        "directions",
                        model,
                        "--samples",
                        "200",
                        "--keep",
                        "pca-1=smile,factor-2",
                        "--out",
                        sheet.toString()),
                "smile",
                "factor-2",
                "2 directions");
        assertEquals(7 * (192 + 12) + 12, ImageIO.read(sheet.toFile()).getWidth());
        assertFine(Run.of("model", "verify", model), "directions");
        assertFine(Run.of("model", "inspect", model), "directions.safetensors: 2 tensors", "smile");
        for (String wrong : new String[] {"ghost", "pca-1=Big Smile", "pca-1=a,pca-2=a"}) {
            Run run = Run.of("model", "directions", model, "--samples", "200", "--keep", wrong);
            assertEquals(2, run.code(), run.err());
            assertEquals(1, run.err().lines().count(), run.err());
        }
        assertFine(Run.of("model", "verify", model), "directions");
    }

    /** Half precision is another model, which says what it costs, and the way back leads to the one that it was. */
    @Test
    void aModelIsServedInAnotherPrecision() throws IOException {
        ModelFolder given = TinyModel.write(folder.resolve("tiny"), 16, 16, 1);
        String tiny = given.folder().toString();
        Path half = folder.resolve("made/half");
        Run run =
                Run.of("model", "precision", tiny, half.toString(), "--precision", "bf16", "--frames", "18", "--json");
        assertEquals(0, run.code(), run.err());
        List<JsonNode> rows = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            rows.add(new ObjectMapper().readTree(line));
        }
        assertEquals(
                List.of("decoder base", "decoder sketch", "frames base"),
                rows.subList(0, 3).stream()
                        .map(row -> row.path("part").asText() + " "
                                + row.path("variant").asText())
                        .toList());
        ModelFolder made = ModelFolder.open(half);
        assertEquals(made.digest(), rows.get(3).path("digest").asText());
        assertEquals("bfloat16", rows.get(3).path("precision").asText());
        assertEquals(Precision.BFLOAT16, made.precision());
        assertEquals(0, PrecisionLoss.aloneAndTogether(made, 18), "a frame is the same alone and in a batch");
        Map<String, Double> metrics = made.training().metrics();
        for (String name : List.of("half_decoder", "half_decoder_sketch", "half_frames")) {
            double all = Objects.requireNonNull(metrics.get(name + "_psnr_db"));
            double worst = Objects.requireNonNull(metrics.get(name + "_psnr_least_db"));
            assertTrue(20 < worst && worst < all && all < 80, name + ": " + all + ", " + worst);
            long warned = run.err()
                    .lines()
                    .filter(line -> line.contains(String.format(Locale.ROOT, "%.2f dB", all)))
                    .count();
            assertEquals(all < 38 ? 1 : 0, warned, run.err());
        }
        assertFine(Run.of("model", "verify", half.toString()), "served in bfloat16", made.digest());
        assertFine(Run.of("model", "inspect", half.toString()), "bfloat16", "half_frames_psnr_db");
        assertFine(Run.of("model", "list", folder.resolve("made").toString()), "in bfloat16");

        assertEquals(
                2,
                Run.of("model", "precision", tiny, half.toString(), "--precision", "f16")
                        .code());
        assertEquals(made.digest(), ModelFolder.open(half).digest());
        Path none = folder.resolve("none");
        assertRefused(
                Run.of("model", "precision", tiny, none.toString(), "--precision", "8"), none, "f32, bf16, f16, got 8");
        Path inside = folder.resolve("tiny/inside");
        assertRefused(Run.of("model", "precision", tiny, inside.toString(), "--precision", "f16"), inside, "lies in");

        Path back = folder.resolve("back");
        assertFine(
                Run.of("model", "precision", half.toString(), back.toString(), "--precision", "f32"), given.digest());
        assertEquals(given.training(), ModelFolder.open(back).training());
    }

    @Test
    void importsInspectsVerifiesAndExports() throws IOException {
        String model = folder.resolve("model").toString();
        String out = folder.resolve("out").toString();
        assertFine(Run.of("model", "import", pickle.toString(), "--out", model), "generator", "left out", "G");
        assertFine(
                Run.of("model", "inspect", model),
                "generator.safetensors: ",
                "synthesis.b16.conv1.weight",
                "[6, 6, 3, 3]");
        assertFine(Run.of("model", "inspect", "--json", model), "\"dtype\":\"F32\"", "\"resolution\":16");
        assertFine(Run.of("model", "verify", model), "is whole", "generator");
        assertFine(Run.of("model", "export", model, "--out", out), "generator.safetensors");
        assertFine(Run.of("model", "list", folder.toString()), "16 x 16");
        assertTrue(Files.size(Path.of(out, "generator.safetensors"))
                > Files.size(Path.of(model, "generator.safetensors")));

        Path weights = Path.of(model, "generator.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertRefused(Run.of("model", "verify", model), folder.resolve("none"), "generator.safetensors", "SHA-256");
        assertRefused(Run.of("model", "export", model, "--out", out + "2"), Path.of(out + "2"), "SHA-256");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.5, 0.999})
    void refusesATruncatedPickle(double part) throws IOException {
        byte[] whole = Files.readAllBytes(pickle);
        Files.write(pickle, Arrays.copyOf(whole, (int) (part * whole.length)));
        Path model = folder.resolve("deep").resolve("model");
        assertRefused(Run.of("model", "import", pickle.toString(), "--out", model.toString()), model, "given.pkl");
        assertFalse(Files.exists(model.getParent()));
    }

    @Test
    void namesWhatAPickleWouldRun() throws IOException {
        Path owned = folder.resolve("owned");
        String order = "touch " + owned;
        String calls = "\u0080\2cos\nsystem\nU" + (char) order.length() + order + "\u0085R.";
        Files.write(pickle, calls.getBytes(StandardCharsets.ISO_8859_1));
        Path model = folder.resolve("model");
        assertRefused(Run.of("model", "import", pickle.toString(), "--out", model.toString()), model, "os.system");
        assertFalse(Files.exists(owned));
    }

    @Test
    void leavesAFolderAloneThatHasSomethingInIt() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        assertFine(Run.of("model", "import", pickle.toString(), "--out", model.toString()));
        byte[] record = Files.readAllBytes(model.resolve("model.json"));
        Run again = Run.of("model", "import", pickle.toString(), "--out", model.toString());
        assertRefused(again, folder.resolve("none"), "is not empty");
        assertTrue(Arrays.equals(record, Files.readAllBytes(model.resolve("model.json"))));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(2, left.count()); // the pickle and the model
        }
    }

    @Test
    void refusesAMissingFile() {
        Path model = folder.resolve("model");
        assertRefused(Run.of("model", "import", "no/such.pkl", "--out", model.toString()), model, "no/such.pkl");
    }
}
