package org.styleinv.mesh.local;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.identity.Certificates;

/** What of a mesh's keys and tokens is wrong is said by the setting's name, before anything starts. */
class GuardingTest {
    @TempDir
    Path folder;

    private final Map<String, String> good = new TreeMap<>();

    @BeforeEach
    void files() throws Exception {
        Certificates authority = Certificates.authority("authority");
        Certificates.Pair own = authority.issue(folder, "mesh", "localhost");
        good.put("styleinv.tls.ca", authority.write(folder.resolve("ca.crt")).toString());
        good.put("styleinv.tls.cert", own.cert().toString());
        good.put("styleinv.tls.key", own.key().toString());
        good.put("styleinv.access.tokens", file("tokens", "ann " + "0".repeat(64) + " watch"));
        good.put("styleinv.access.token-file", file("mesh.token", "secret"));
        good.put("styleinv.seal.keys", file("keys", "k1 " + "A".repeat(43) + "="));
    }

    private String file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void aFileThatIsNotThereIsNamedWithItsSetting() {
        assertDoesNotThrow(() -> Guarding.of(good));
        Map<String, String> wanted = Map.of(
                "styleinv.tls.ca", "it is PEM",
                "styleinv.tls.cert", "it is PEM",
                "styleinv.tls.key", "it is PEM",
                "styleinv.access.tokens", "`styleinv token` makes its lines",
                "styleinv.access.token-file", "as `styleinv token` makes it",
                "styleinv.seal.keys", "openssl rand -base64 32");
        wanted.forEach((setting, wayOut) -> {
            Map<String, String> given = new TreeMap<>(good);
            Path missing = folder.resolve("missing");
            given.put(setting, missing.toString());
            String said = assertThrows(Failure.class, () -> Guarding.of(given)).getMessage();
            for (String part : List.of(setting + ": there is no file " + missing, wayOut)) {
                assertTrue(said.contains(part), said);
            }
        });
    }

    @Test
    void aTokenWithoutTlsStaysOnThisMachine() {
        Map<String, String> plain = new TreeMap<>(good);
        plain.keySet().removeIf(setting -> setting.startsWith("styleinv.tls."));
        assertDoesNotThrow(() -> Guarding.of(plain).demandToken("localhost"));
        assertDoesNotThrow(() -> Guarding.of(good).demandToken("192.0.2.1"));
        String said = assertThrows(Failure.class, () -> Guarding.of(plain).demandToken("192.0.2.1"))
                .getMessage();
        assertTrue(said.contains("192.0.2.1") && said.contains("set styleinv.tls.ca"), said);
    }
}
