package org.styleinv.network.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.parity.check.Check;
import org.styleinv.network.parity.fixture.Npz;

/** What is wrong with a fixture is a verdict that names it, never a crash and never silence. */
@Tag("thorough")
class DamagedFixtureTest {
    private static final String FILE = "discriminator.npz";

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        for (String file : List.of(FILE, "discriminator_weights.npz", "discriminator_r1_gradstats.json")) {
            Files.copy(Fixtures.folder().resolve(file), folder.resolve(file));
        }
    }

    private List<Check> failures() throws IOException {
        List<Check> failures = new ArrayList<>();
        Parity.Summary summary = Parity.run(folder, check -> {
            if (!check.ok()) {
                failures.add(check);
            }
        });
        assertEquals(summary.failed(), failures.size());
        return failures;
    }

    /** The only failure. */
    private Check failure() throws IOException {
        List<Check> failures = failures();
        assertEquals(1, failures.size(), failures.toString());
        return failures.get(0);
    }

    @Test
    void aWholeSetPasses() throws IOException {
        assertEquals(List.of(), failures());
    }

    @ParameterizedTest
    @CsvSource({"logits, 0", "r1_penalty, 2", "r1_grad_slice, 100"})
    void onePerturbedValueIsNamed(String array, int index) throws IOException {
        Map<String, Npz.Array> arrays = NpzWriter.read(folder.resolve(FILE));
        double[] values = arrays.get(array).values();
        values[index] +=
                0.01 * java.util.Arrays.stream(values).map(Math::abs).max().orElseThrow();
        NpzWriter.write(folder.resolve(FILE), arrays);
        assertEquals(array, failure().array());
    }

    @Test
    void aValueThatIsNoNumberIsAFailure() throws IOException {
        Map<String, Npz.Array> arrays = NpzWriter.read(folder.resolve(FILE));
        arrays.get("r1_penalty").values()[0] = Double.NaN;
        NpzWriter.write(folder.resolve(FILE), arrays);
        assertUnmade("discriminator.npz: array r1_penalty holds NaN at element 0; it wants finite numbers");
    }

    /** The set cannot be compared, and a sentence of one line says why. */
    private void assertUnmade(String sentence) throws IOException {
        List<Check> failures = failures();
        assertTrue(
                failures.stream()
                        .anyMatch(check -> !check.made()
                                && check.note().contains(sentence)
                                && check.note().lines().count() == 1),
                failures.toString());
    }

    @Test
    void aMissingArrayIsNamed() throws IOException {
        Map<String, Npz.Array> arrays = NpzWriter.read(folder.resolve(FILE));
        arrays.remove("img");
        NpzWriter.write(folder.resolve(FILE), arrays);
        assertUnmade("there is no array img in discriminator.npz");
    }

    @Test
    void anInputOfAnotherShapeIsAFailure() throws IOException {
        Map<String, Npz.Array> arrays = NpzWriter.read(folder.resolve(FILE));
        Npz.Array image = arrays.get("img");
        long[] shape = {image.shape()[0], 1, 3 * image.shape()[2], image.shape()[3]};
        arrays.put("img", new Npz.Array("float32", image.values(), shape));
        NpzWriter.write(folder.resolve(FILE), arrays);
        assertUnmade("its arrays do not fit each other: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'[]' | discriminator_r1_gradstats.json holds no JSON object",
                "'7' | discriminator_r1_gradstats.json holds neither a list nor an object",
                "'{' | discriminator_r1_gradstats.json is not valid JSON",
                "'{\"b4.fc.bias\": NaN}' | discriminator_r1_gradstats.json is not valid JSON",
                "'{\"b4.fc.bias\": [1, 2, null]}' | it wants three numbers",
                "'{\"b4.fc.bias\": [0, 0, 0]}' | the file does not list it"
            })
    void statisticsThatAreNoneAreAFailure(String text, String sentence) throws IOException {
        Files.writeString(folder.resolve("discriminator_r1_gradstats.json"), text);
        assertUnmade(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"_prefix\": \"\"} | the recipe's _prefix is \"\"; it wants the text",
                "{\"_prefix\": 7} | the recipe's _prefix is 7; it wants the text",
                "{\"_prefix\": \"x:\", \"D.image\": {\"b4.fc.bias\": [[3], 0]}} | wants [shape, a, b]"
            })
    void aRecipeThatIsNoneIsAFailure(String text, String sentence) throws IOException {
        NpzWriter.write(folder.resolve("fullsize.npz"), Map.of("D.image_logits", logits()));
        Files.writeString(folder.resolve("fullsize_recipe.json"), text);
        assertUnmade(sentence);
    }

    private static Npz.Array logits() {
        return new Npz.Array("float32", new double[] {1}, new long[] {1, 1});
    }

    @Test
    void aPerturbedGradientIsNamed() throws IOException {
        Path file = folder.resolve("discriminator_r1_gradstats.json");
        ObjectNode statistics = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        ArrayNode entry = (ArrayNode) statistics.get("b32.conv0.weight");
        entry.set(0, new DoubleNode(entry.get(0).asDouble() * 1.01));
        new ObjectMapper().writeValue(file.toFile(), statistics);
        assertEquals("b32.conv0.weight", failure().array());
    }

    @Test
    void aTruncatedFileIsAFailure() throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        Check failure = failures().get(0);
        assertEquals(FILE, failure.file());
        assertTrue(failure.note().contains("not a whole zip file"), failure.note());
    }

    @Test
    void aFlippedBitIsAFailure() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve(FILE).toFile(), "rw")) {
            file.seek(file.length() / 2);
            int value = file.read();
            file.seek(file.length() / 2);
            file.write(value ^ 0x10);
        }
        assertTrue(failures().stream().anyMatch(check -> check.file().equals(FILE)));
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Files.delete(folder.resolve("discriminator_weights.npz"));
        assertTrue(failures().stream().anyMatch(check -> check.note().contains("discriminator_weights.npz")));
    }

    @Test
    void aKnownFileWithoutTheOneItGoesWithSaysSo() throws IOException {
        Files.copy(Fixtures.folder().resolve("generator_weights.npz"), folder.resolve("generator_weights.npz"));
        assertEquals("generator_weights.npz", failure().file());
        assertEquals(
                "read only with generator.npz, which is not there", failure().note());
    }

    @Test
    void anUnknownFileIsNamed() throws IOException {
        Files.writeString(folder.resolve("what.bin"), "?");
        assertEquals("what.bin", failure().file());
    }

    @Test
    void anUnknownArrayIsNamed() throws IOException {
        Map<String, Npz.Array> arrays = NpzWriter.read(folder.resolve(FILE));
        arrays.put("extra", new Npz.Array("float32", new double[] {1}, new long[] {1}));
        NpzWriter.write(folder.resolve(FILE), arrays);
        assertEquals("extra", failure().array());
    }
}
