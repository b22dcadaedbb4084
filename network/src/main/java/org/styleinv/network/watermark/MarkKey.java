package org.styleinv.network.watermark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that marks are made and found with. */
public final class MarkKey {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] PURPOSE = "styleinv mark 1".getBytes(StandardCharsets.UTF_8);
    private static final int LEAST_BYTES = 16;
    private static final long MOST_BYTES = 1 << 12; // of the file

    private final Mac ready; // to be cloned: to look for an algorithm takes longer than to use it

    /** @param secret 16 bytes or more */
    public MarkKey(byte[] secret) {
        if (secret.length < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "a mark's key has " + LEAST_BYTES + " bytes or more, got " + secret.length);
        }
        try {
            ready = Mac.getInstance(ALGORITHM);
            ready.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }

    /**
     * The key of a file: one line of Base64.
     *
     * @throws IllegalArgumentException in one sentence that has nothing of the key, if there is none
     */
    public static MarkKey read(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
                byte[] secret = Base64.getDecoder()
                        .decode(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip());
                if (secret.length >= LEAST_BYTES) {
                    return new MarkKey(secret);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the key of marks " + file + " cannot be read ("
                            + e.getClass().getSimpleName() + "): check the file's rights",
                    e);
        } catch (IllegalArgumentException e) {
            // said below, without the key
        }
        throw new IllegalArgumentException(
                (Files.exists(file) ? file + " is no key of marks" : "there is no file " + file)
                        + ": it wants one line, Base64 of " + LEAST_BYTES
                        + " bytes or more, as `openssl rand -base64 32 > "
                        + file.getFileName() + "` writes it");
    }

    /** What shifts the lattice of each wave, in [0, 1): uniform and independent to whoever has no key. */
    float[] dithers(Payload payload) {
        Mac mac;
        try {
            mac = (Mac) ready.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's HMAC-SHA256 can be cloned", e);
        }
        float[] dithers = new float[Band.COUNT];
        ByteBuffer block = ByteBuffer.allocate(0);
        for (int k = 0; k < dithers.length; k++) {
            if (!block.hasRemaining()) {
                mac.update(PURPOSE);
                mac.update((byte) payload.model());
                mac.update((byte) payload.owner());
                block = ByteBuffer.wrap(mac.doFinal(new byte[] {(byte) k}));
            }
            dithers[k] = (block.getInt() >>> 8) * 0x1p-24f;
        }
        return dithers;
    }
}
