package org.styleinv.network.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digests by which files are known. */
public final class Sha256 {
    private static final int BRIEF = 12;
    private static final int CHUNK = 1 << 16;

    private Sha256() {}

    /** A digest of nothing yet. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What a digest has come to. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Of a file's content.
     *
     * @throws FileRefused where it is no file, or cannot be read
     */
    public static String of(Path file) throws IOException {
        MessageDigest digest = start();
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        try (FileChannel channel = RegularFile.open(file)) {
            for (long left = channel.size(); left > 0; left -= bytes.position()) {
                RegularFile.read(file, channel, bytes.clear().limit((int) Math.min(CHUNK, left)));
                if (bytes.position() == 0) { // it became shorter
                    break;
                }
                digest.update(bytes.array(), 0, bytes.position());
            }
        }
        return hex(digest);
    }

    /** @throws FileRefused where the file's content has another digest */
    public static void check(Path file, String digest) throws IOException {
        String actual = of(file);
        if (!actual.equals(digest)) {
            throw new FileRefused(file + " has SHA-256 " + brief(actual) + "..., but its record says " + brief(digest)
                    + "...: the file is damaged or was replaced");
        }
    }

    /** As much of a digest as a person compares. */
    public static String brief(String digest) {
        return digest.substring(0, Math.min(BRIEF, digest.length()));
    }
}
