package org.styleinv.mesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.styleinv.gate.Token;
import org.styleinv.proto.identity.Certificates;

/** All that guards a mesh, made for one that is gone when this process is: an authority, a certificate, tokens, keys of the seal. */
public final class OwnKeys {
    private static final int BYTES = 32;
    private static final Duration LIFE = Duration.ofDays(1);

    private OwnKeys() {}

    /**
     * Writes the files of a mesh at {@code localhost}, good for a day.
     *
     * @param folder to make, where others do not read
     * @return settings for {@link Guarding#of}
     */
    public static Map<String, String> write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Certificates authority = Certificates.authority("StyleInV of one run");
        Instant now = Instant.now();
        Certificates.Pair own =
                authority.issue(folder, "mesh", "localhost", now.minus(Duration.ofMinutes(1)), now.plus(LIFE));
        String token = random(Base64.getUrlEncoder().withoutPadding());
        Path tokens = Files.writeString(folder.resolve("tokens"), "mesh " + Token.hash(token) + " operate\n");
        Path shown = Files.writeString(folder.resolve("mesh.token"), token + "\n");
        Path keys = Files.writeString(folder.resolve("keys"), "one " + random(Base64.getEncoder()) + "\n");
        return Map.of(
                "styleinv.tls.ca", authority.write(folder.resolve("ca.crt")).toString(),
                "styleinv.tls.cert", own.cert().toString(),
                "styleinv.tls.key", own.key().toString(),
                "styleinv.access.tokens", tokens.toString(),
                "styleinv.access.token-file", shown.toString(),
                "styleinv.seal.keys", keys.toString());
    }

    private static String random(Base64.Encoder encoder) {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return encoder.encodeToString(bytes);
    }
}
