package org.styleinv.network.watermark;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a mark says.
 *
 * @param model 0 to 63, some bits of a model's digest: they exclude models, and name none by themselves
 * @param owner 0 to 63, a number that the mesh's owner chose
 */
public record Payload(int model, int owner) {
    static final int MODELS = 64;
    /** Owners are numbered from 0 to one less. */
    public static final int OWNERS = 64;

    static final int COUNT = MODELS * OWNERS;

    public Payload {
        range("model", model, MODELS);
        range("owner", owner, OWNERS);
    }

    private static void range(String name, int got, int end) {
        if (got < 0 || got >= end) {
            throw new IllegalArgumentException(
                    "the " + name + " of a mark must be from 0 to " + (end - 1) + ", got " + got);
        }
    }

    /** @param digest of the model, in the form that frames say it in */
    public static Payload of(String digest, int owner) {
        return new Payload(modelBits(digest), owner);
    }

    /** The bits of a model: the first six of SHA-256 of its digest's text. */
    public static int modelBits(String digest) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(digest.getBytes(StandardCharsets.UTF_8));
            return (hash[0] & 0xff) * MODELS / 256;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static Payload at(int number) {
        return new Payload(number / OWNERS, number % OWNERS);
    }
}
