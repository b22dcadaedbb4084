package org.styleinv.mesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.styleinv.gate.Token;
import org.styleinv.proto.identity.Certificates;

/**
 * All that guards a mesh at {@code localhost}, made for one that is gone when this process is: an authority, a certificate, good
 * for a day, tokens, keys of the seal. Each can be exchanged while the mesh runs, in the steps that docs/operating.md has.
 */
public final class OwnKeys {
    private static final int BYTES = 32;
    private static final Duration LIFE = Duration.ofDays(1);

    private final Path folder;
    private final Certificates authority = Certificates.authority("StyleInV of one run");
    private final Path ca;
    private final Certificates.Pair own;
    private final List<String> seals = new ArrayList<>(); // lines, whose first seals
    private final List<String> tokens = new ArrayList<>(); // lines, whose last is the services' own

    private OwnKeys(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        ca = authority.write(folder.resolve("ca.crt"));
        own = certify();
        addSeal("one");
        showToken(addToken("mesh"));
    }

    /**
     * Writes the files.
     *
     * @param folder to make, where others do not read
     */
    public static OwnKeys write(Path folder) throws IOException {
        return new OwnKeys(folder);
    }

    /** For {@link Guarding#of}. */
    public Map<String, String> settings() {
        return Map.of(
                "styleinv.tls.ca", ca.toString(),
                "styleinv.tls.cert", own.cert().toString(),
                "styleinv.tls.key", own.key().toString(),
                "styleinv.access.tokens", folder.resolve("tokens").toString(),
                "styleinv.access.token-file", folder.resolve("mesh.token").toString(),
                "styleinv.seal.keys", folder.resolve("keys").toString());
    }

    private Certificates.Pair certify() throws IOException {
        Instant now = Instant.now();
        return authority.issue(folder, "mesh", "localhost", now.minus(Duration.ofMinutes(1)), now.plus(LIFE));
    }

    /** A new certificate with a new key, of the same authority. */
    public void renewCertificate() throws IOException {
        certify();
    }

    /** A key that opens, and does not seal yet unless it is the only one. */
    public void addSeal(String name) throws IOException {
        seals.add(name + " " + random(Base64.getEncoder()));
        write("keys", seals);
    }

    /** The newest key seals; the others open. */
    public void sealByNewest() throws IOException {
        seals.add(0, seals.remove(seals.size() - 1));
        write("keys", seals);
    }

    /** Only the key that seals opens. */
    public void dropOldSeals() throws IOException {
        seals.subList(1, seals.size()).clear();
        write("keys", seals);
    }

    /**
     * A token of the role operate that is taken beside those that were.
     *
     * @return its text
     */
    public String addToken(String name) throws IOException {
        String token = random(Base64.getUrlEncoder().withoutPadding());
        tokens.add(name + " " + Token.hash(token) + " operate");
        write("tokens", tokens);
        return token;
    }

    /** What services show each other from now on. */
    public void showToken(String token) throws IOException {
        write("mesh.token", List.of(token));
    }

    /** Only the newest token is taken. */
    public void dropOldTokens() throws IOException {
        tokens.subList(0, tokens.size() - 1).clear();
        write("tokens", tokens);
    }

    /** Whole or not at all, as kubelet exchanges a Secret. */
    private void write(String name, List<String> lines) throws IOException {
        Path whole = Files.write(folder.resolve(name + ".new"), lines);
        Files.move(whole, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String random(Base64.Encoder encoder) {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return encoder.encodeToString(bytes);
    }
}
