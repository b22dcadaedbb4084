package org.styleinv.proto.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.styleinv.proto.wire.WireHeaders;

/**
 * Says of a record that a service of this mesh wrote it: HMAC-SHA256 (RFC 2104) over topic, stream, index and payload, each
 * behind its length, with a key that all services have. From version 2 of records on it covers the version, too, so that nobody
 * can have a record read by the rules of another version than it was written by.
 */
public final class RecordSeal {
    /** Seals nothing and believes everything: a mesh without keys. */
    public static final RecordSeal NONE = new RecordSeal(Optional.empty());

    /** Header of the seal: {@code KEY:BASE64}. */
    public static final String HEADER = WireHeaders.SEAL;

    private static final String ALGORITHM = "HmacSHA256";
    private static final String FIRST = String.valueOf(WireHeaders.FIRST_VERSION);
    private static final int LEAST_BYTES = 16;
    private static final long MOST_BYTES = 1 << 16;

    private final Optional<Supplier<Keys>> keys;

    /**
     * Keys by name.
     *
     * @param first whose seal new records get
     * @param all   each ready to begin, to be cloned: to look for an algorithm takes longer than to seal a latent
     */
    private record Keys(String first, Map<String, Mac> all) {}

    private RecordSeal(Optional<Supplier<Keys>> keys) {
        this.keys = keys;
    }

    /**
     * By a file with a line {@code NAME BASE64} for each key, of 16 bytes or more, read again when it changes. The first key
     * seals, and each opens.
     *
     * @throws IllegalArgumentException in one sentence, if it has none
     */
    public static RecordSeal of(Path file) {
        return new RecordSeal(Optional.of(FileWatch.of(List.of(file), () -> read(file))));
    }

    private static Keys read(Path file) throws IOException {
        Map<String, Mac> all = new LinkedHashMap<>();
        for (String line :
                TextFile.read(file, "file of keys", MOST_BYTES).lines().toList()) {
            if (TextFile.isComment(line)) {
                continue;
            }
            String[] words = line.strip().split("\\s+");
            if (words.length != 2 || !words[0].matches("[A-Za-z0-9_.-]{1,64}")) {
                throw new IllegalArgumentException(
                        file + " wants a line NAME BASE64 for each key, as `openssl rand -base64 32` makes them");
            }
            if (all.put(words[0], ready(bytes(file, words))) != null) {
                throw new IllegalArgumentException(file + " has two keys " + words[0]
                        + ", and records say by name which one sealed them: give the new one another name");
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException(file + " has no key");
        }
        return new Keys(all.keySet().iterator().next(), Map.copyOf(all));
    }

    private static Mac ready(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }

    private static byte[] bytes(Path file, String[] words) {
        try {
            byte[] bytes = Base64.getDecoder().decode(words[1]);
            if (bytes.length >= LEAST_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // said below: nothing of a key belongs into a sentence
        }
        throw new IllegalArgumentException(
                file + " has a key " + words[0] + " that is not Base64 of " + LEAST_BYTES + " bytes or more");
    }

    /** Whether records are sealed. */
    public boolean isOn() {
        return keys.isPresent();
    }

    /** Seals a record that is complete but for this. */
    public void seal(ProducerRecord<byte[], byte[]> record) {
        if (keys.isEmpty()) {
            return;
        }
        Keys now = keys.get().get();
        byte[] mac = mac(
                Objects.requireNonNull(now.all().get(now.first())),
                record.topic(),
                record.key(),
                record.headers(),
                record.value());
        record.headers().remove(HEADER);
        WireHeaders.put(
                record.headers(),
                HEADER,
                now.first() + ":" + Base64.getEncoder().withoutPadding().encodeToString(mac));
    }

    /** Name of the key that a record says it was sealed by; empty if it says none. */
    public static Optional<String> key(Headers headers) {
        return WireHeaders.text(headers, HEADER).map(RecordSeal::name);
    }

    private static String name(String seal) {
        return seal.substring(0, Math.max(0, seal.indexOf(':')));
    }

    /** Whether new records are sealed by that key; of a mesh without keys any is as good. */
    public boolean isFirst(String key) {
        return keys.isEmpty() || keys.get().get().first().equals(key);
    }

    /** Why a record is not believed, empty if it is. */
    public Optional<String> complaint(ConsumerRecord<byte[], byte[]> record) {
        return complaint(record.topic(), record.key(), record.headers(), record.value());
    }

    private Optional<String> complaint(String topic, byte[] key, Headers headers, byte[] value) {
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> seal = WireHeaders.text(headers, HEADER);
        if (seal.isEmpty()) {
            return Optional.of(
                    "the record is not sealed, but this mesh believes only those that are (styleinv.seal.keys)");
        }
        String name = name(seal.get());
        Mac secret = keys.get().get().all().get(name);
        if (secret == null) {
            return Optional.of("the record is sealed by the key \"" + name + "\", which is not known here");
        }
        try {
            byte[] told = Base64.getDecoder().decode(seal.get().substring(name.length() + 1));
            if (MessageDigest.isEqual(told, mac(secret, topic, key, headers, value))) {
                return Optional.empty();
            }
        } catch (IllegalArgumentException e) {
            // no Base64, so no seal
        }
        return Optional.of("the record's seal is not that of what it holds: it was forged or changed on its way");
    }

    private static byte[] mac(Mac key, String topic, byte[] stream, Headers headers, byte[] value) {
        try {
            Mac mac = (Mac) key.clone();
            part(mac, topic.getBytes(StandardCharsets.UTF_8));
            part(mac, stream);
            part(mac, text(headers, WireHeaders.STREAM));
            part(mac, text(headers, WireHeaders.INDEX));
            part(mac, value);
            Optional<String> version = WireHeaders.text(headers, WireHeaders.VERSION);
            if (version.isPresent() && !version.get().equals(FIRST)) { // in the first it was not thought of
                part(mac, version.get().getBytes(StandardCharsets.UTF_8));
            }
            return mac.doFinal();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("every Java's HMAC can be cloned", e);
        }
    }

    private static byte[] text(Headers headers, String name) {
        return WireHeaders.text(headers, name).orElse("").getBytes(StandardCharsets.UTF_8);
    }

    private static void part(Mac mac, byte[] bytes) {
        mac.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(bytes == null ? -1 : bytes.length)
                .flip());
        if (bytes != null) {
            mac.update(bytes);
        }
    }
}
