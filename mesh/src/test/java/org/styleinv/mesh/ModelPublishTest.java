package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.mesh.command.Run;
import org.styleinv.mesh.process.ModelPlace;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.trainer.evaluate.Evaluation;
import org.styleinv.trainer.evaluate.metric.Statistic;

/** What services read is a whole model before, after, and whatever goes wrong. */
@Tag("thorough")
class ModelPublishTest {
    @TempDir
    private Path folder;

    private Path models;
    private Path served;

    @BeforeEach
    void make() throws IOException {
        models = Files.createDirectories(folder.resolve("models"));
        served = models.resolve("served");
    }

    private Run publish(String model) {
        return Run.of("model", "publish", folder.resolve(model).toString(), "--to", served.toString());
    }

    private void assertServes(String model) throws IOException {
        assertEquals(0, Run.of("model", "verify", served.toString()).code());
        assertEquals(-1, Files.mismatch(folder.resolve(model).resolve("model.json"), served.resolve("model.json")));
        try (Stream<Path> all = Files.list(models)) {
            assertEquals(List.of(served), all.toList());
        }
    }

    @Test
    void aModelReplacesTheOneBefore() throws IOException {
        TinyModel.write(folder.resolve("one"), 32, 16, 1);
        TinyModel.write(folder.resolve("two"), 32, 16, 2);
        assertEquals(0, publish("one").code());
        assertServes("one");
        Run again = publish("two");
        assertEquals(0, again.code(), again.err());
        assertServes("two");
    }

    /** A gate is read while others wait to publish. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{", "fifo", "/dev/zero", "/proc/kmsg"})
    @Timeout(60)
    void aGateThatIsNoneIsRefusedAtOnce(String gate) throws Exception {
        TinyModel.write(folder.resolve("one"), 32, 16, 1);
        Path file = folder.resolve("one/gate.json");
        if (gate.equals("fifo")) {
            assertEquals(
                    0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        } else if (gate.startsWith("/")) {
            Files.createSymbolicLink(file, Path.of(gate));
        } else {
            Files.writeString(file, gate);
        }
        Run refused = publish("one");
        assertEquals(2, refused.code(), refused.err());
        assertTrue(refused.err().contains("gate.json"), refused.err());
    }

    @Test
    void aDamagedModelChangesNothing() throws IOException {
        TinyModel.write(folder.resolve("one"), 32, 16, 1);
        TinyModel.write(folder.resolve("two"), 32, 16, 2);
        assertEquals(0, publish("one").code());
        Path weights = folder.resolve("two/generator.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        Run refused = publish("two");
        assertNotEquals(0, refused.code());
        assertTrue(refused.err().contains("generator.safetensors"), refused.err());
        assertServes("one");
    }

    @Test
    void aPublisherThatWasKilledBetweenItsRenamesIsMended() throws IOException {
        TinyModel.write(folder.resolve("one"), 32, 16, 1);
        assertEquals(0, publish("one").code());
        Files.move(served, models.resolve(".served.old"));
        Files.createDirectories(models.resolve(".served.new"));
        assertServes("one"); // to whoever reads first
        Files.move(served, models.resolve(".served.old"));
        assertNotEquals(0, publish("missing").code());
        assertServes("one");
        assertEquals(0, publish("one").code());
        assertServes("one");
    }

    /** Two at once, again and again: each says what it did, one of the two is there whole, and nothing else. */
    @Test
    void twoPublishersAtOnceLeaveOneWholeModel() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<String> digests = List.of(
                    TinyModel.write(folder.resolve("one"), 32, 16, 1).digest(),
                    TinyModel.write(folder.resolve("two"), 32, 16, 2).digest());
            for (int round = 0; round < 8; round++) {
                List<Future<ModelPlace.Outcome>> both = threads.invokeAll(List.of(
                        () -> new ModelPlace(served).publish(folder.resolve("one")),
                        () -> new ModelPlace(served).publish(folder.resolve("two"))));
                for (int i = 0; i < both.size(); i++) {
                    assertEquals(digests.get(i), both.get(i).get().digest());
                }
                ModelFolder there = ModelFolder.open(served);
                assertTrue(digests.contains(there.digest()));
                assertServes(there.digest().equals(digests.get(0)) ? "one" : "two");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aModelThatFailsItsGateIsPublishedByForceOnly() throws IOException {
        TinyModel.write(folder.resolve("one"), 32, 16, 1);
        TinyModel.write(folder.resolve("two"), 32, 16, 2);
        assertEquals(0, publish("one").code());
        Path gate = folder.resolve("two/gate.json");
        Files.writeString(gate, "{\"frame0_psnr_db\": {\"at_least\": 38}}");
        assertRefused("no evaluation");
        var figure = new Statistic("frame0_psnr_db", 12, 1, "a test", 0.1, "the mean over 2", 2, 0);
        ModelFolder two = ModelFolder.open(folder.resolve("two"));
        new Evaluation(two.digest(), List.of(figure)).write(two.folder());
        assertRefused("frame0_psnr_db is 12.0, at least 38.0 is wanted");
        Files.writeString(gate, "{\"sharpness\": {\"at_least\": 38}}");
        assertRefused("names the measure sharpness");

        Files.writeString(gate, "{\"frame0_psnr_db\": {\"at_least\": 38}}");
        assertEquals(
                0,
                Run.of("model", "publish", two.folder().toString(), "--to", served.toString(), "--force")
                        .code());
        assertServes("two");
        String record = Files.readString(served.resolve("published.json"));
        assertTrue(record.contains("\"forced\":true") && record.contains("frame0_psnr_db is 12.0"), record);

        Files.writeString(gate, "{\"frame0_psnr_db\": {\"at_least\": 3}}");
        assertEquals(0, publish("two").code());
        assertTrue(Files.readString(served.resolve("published.json")).contains("\"forced\":false"));
    }

    private void assertRefused(String sentence) throws IOException {
        Run refused = publish("two");
        assertEquals(2, refused.code(), refused.err());
        assertTrue(refused.err().contains(sentence), refused.err());
        assertServes("one");
    }
}
