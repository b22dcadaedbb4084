package org.styleinv.proto.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/**
 * The seal's form, held to numbers that Python's hmac made of the parts as RecordSeal's javadoc says them: {@code
 * hmac.new(bytes(range(32)), parts, 'sha256')}, each part behind {@code struct.pack('>i', len(part))}. A seal that this test does not
 * know is one that no running service knows.
 */
class RecordSealTest {
    private static final String STREAM = "p0-a";

    @TempDir
    private Path folder;

    private RecordSeal seal;

    @BeforeEach
    void keys() throws IOException {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        seal = RecordSeal.of(Files.writeString(
                folder.resolve("keys"), "k1 " + Base64.getEncoder().encodeToString(key) + "\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> latent(String version) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.LATENTS, bytes(STREAM), new byte[] {1, 2, 3});
        if (!version.isEmpty()) {
            WireHeaders.put(record.headers(), WireHeaders.VERSION, version);
        }
        WireHeaders.put(record.headers(), WireHeaders.STREAM, STREAM);
        WireHeaders.put(record.headers(), WireHeaders.INDEX, 7);
        return record;
    }

    private static ProducerRecord<byte[], byte[]> end(String version) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.BROADCASTS, bytes("ann/live"), null);
        WireHeaders.put(record.headers(), WireHeaders.VERSION, version);
        WireHeaders.put(record.headers(), WireHeaders.STREAM, STREAM);
        return record;
    }

    private String sealed(ProducerRecord<byte[], byte[]> record) {
        seal.seal(record);
        String text = WireHeaders.text(record.headers(), WireHeaders.SEAL)
                .orElseThrow()
                .substring("k1:".length());
        return HexFormat.of().formatHex(Base64.getDecoder().decode(text));
    }

    private Optional<String> complaint(ProducerRecord<byte[], byte[]> record) {
        var read = new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value());
        for (Header header : record.headers()) {
            read.headers().add(header);
        }
        return seal.complaint(read);
    }

    @ParameterizedTest
    @CsvSource({
        "'', ea7fe3bdb7bf40e6a70c6eebc02d521b0059314b7304e92375846bc598e469cc",
        "1, ea7fe3bdb7bf40e6a70c6eebc02d521b0059314b7304e92375846bc598e469cc",
        "2, 95c2b039369fab0c75b77494fa99d5dbd0831e1fe2f374839563145929b3f96a",
    })
    void ofALatentItIsWhatAnotherProgramMakes(String version, String hmac) {
        assertEquals(hmac, sealed(latent(version)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, dd0237bdfc25aac976800ddcdcc5e7b6932796574506eda65bca4f97835ea78c",
        "2, 74678bc15ff6cc447fd4f9d25d70399e86976c2226fc691830a8f0c9e020de39",
    })
    void ofARecordWithoutValueItIsWhatAnotherProgramMakes(String version, String hmac) {
        assertEquals(hmac, sealed(end(version)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2"})
    void whatItSealsItOpens(String version) {
        ProducerRecord<byte[], byte[]> record = latent(version);
        seal.seal(record);
        assertEquals(Optional.empty(), complaint(record));
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 1", "2, ''", "'', 2"})
    void aRecordWhoseVersionWasChangedIsNotSealed(String sealed, String changed) {
        ProducerRecord<byte[], byte[]> record = latent(sealed);
        seal.seal(record);
        record.headers().remove(WireHeaders.VERSION);
        if (!changed.isEmpty()) {
            WireHeaders.put(record.headers(), WireHeaders.VERSION, changed);
        }
        assertTrue(complaint(record).orElseThrow().contains("forged or changed on its way"));
    }

    @Test
    void headersThatOthersAddAreTheirs() {
        ProducerRecord<byte[], byte[]> record = latent("2");
        seal.seal(record);
        WireHeaders.put(record.headers(), WireHeaders.TRACE, "added by somebody's tool");
        assertEquals(Optional.empty(), complaint(record));
    }

    @Test
    void aFileOfKeysMayComeFromAnyEditor() throws IOException {
        String key = Base64.getEncoder().encodeToString(new byte[16]);
        RecordSeal windows = RecordSeal.of(
                Files.writeString(folder.resolve("windows"), "\ufeff  # of the mesh\r\n\r\nk2 " + key + "\r\n"));
        assertTrue(windows.isFirst("k2"));
    }

    @Test
    void whatIsWrongWithAFileOfKeysIsSaidWithoutThem() throws IOException {
        String key = Base64.getEncoder().encodeToString(new byte[16]);
        String other = Base64.getEncoder().encodeToString(new byte[17]);
        Path file = folder.resolve("wrong");
        assertEquals(
                file + " has two keys k1, and records say by name which one sealed them: give the new one another name",
                refused(Files.writeString(file, "k1 " + key + "\nk1 " + other + "\n")));
        assertEquals(
                file + " is no file of keys: it is not text in UTF-8",
                refused(Files.write(file, new byte[] {'k', (byte) 0xe9})));
        assertEquals(file + " has no key", refused(Files.writeString(file, "# none yet\n")));
        assertEquals(
                file + " is no file of keys: it has 70000 bytes, more than 65536",
                refused(Files.write(file, new byte[70_000])));
    }

    private static String refused(Path file) {
        return assertThrows(IllegalArgumentException.class, () -> RecordSeal.of(file))
                .getMessage();
    }
}
