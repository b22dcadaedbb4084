package org.styleinv.gate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.styleinv.gate.oidc.IssuedTokensTest;

/** A port that other machines reach opens only where it is guarded, or where a person says that it need not be. */
class ExposureTest {
    private record Tls(Optional<Path> ca, Optional<Path> cert, Optional<Path> key, boolean requireClients)
            implements TlsConfig {
        Tls(Optional<Path> cert, boolean requireClients) {
            this(cert, cert, cert, requireClients);
        }

        @Override
        public boolean kafka() {
            return false;
        }
    }

    private record Tokens(Optional<Path> tokens) implements AccessConfig {
        @Override
        public Optional<Path> tokenFile() {
            return Optional.empty();
        }
    }

    private static final Optional<Path> FILE = Optional.of(Path.of("file"));
    private static final Optional<Path> NONE = Optional.empty();

    private static Exposure exposure(Optional<Path> cert, boolean clients, Optional<Path> tokens, boolean insecure) {
        return new Exposure(
                new Tls(cert, clients), new Tokens(tokens), IssuedTokensTest.off(), insecure, "localhost", 8080);
    }

    private static void open(Exposure exposure, String host) {
        exposure.demand("gRPC", "quarkus.grpc.server.host", host, 9000);
    }

    @Test
    void anOpenPortIsRefusedInOneSentenceWithTheWayOut() {
        Exception e =
                assertThrows(ConfigurationException.class, () -> open(exposure(NONE, false, NONE, false), "0.0.0.0"));
        assertEquals(
                "gRPC would listen on 0.0.0.0:9000, which other machines reach, without TLS and tokens: set"
                        + " styleinv.tls.cert, styleinv.tls.key and styleinv.access.tokens, or listen on this machine alone"
                        + " with quarkus.grpc.server.host=localhost, or say styleinv.insecure=true",
                e.getMessage());
        assertEquals(0, e.getStackTrace().length);
    }

    @Test
    void halfAGuardIsNone() {
        for (Exposure half : List.of(exposure(FILE, false, NONE, false), exposure(NONE, false, FILE, false))) {
            assertThrows(ConfigurationException.class, () -> open(half, "::"));
        }
        Exception e = assertThrows(
                ConfigurationException.class,
                () -> open(exposure(NONE, false, FILE, false), "a-name-that-nobody-knows.invalid"));
        assertTrue(e.getMessage().contains("without TLS:"), e.getMessage());
    }

    @Test
    void aGuardedPortOpensAndSoDoesThisMachines() {
        assertDoesNotThrow(() -> open(exposure(FILE, false, FILE, false), "0.0.0.0"));
        assertDoesNotThrow(() -> open(exposure(FILE, true, NONE, false), "0.0.0.0"));
        assertDoesNotThrow(() -> open(exposure(NONE, false, NONE, true), "0.0.0.0"));
        for (String own : List.of("localhost", "127.0.0.1", "127.3.4.5", "::1")) {
            assertDoesNotThrow(() -> open(exposure(NONE, false, NONE, false), own));
        }
        assertFalse(Exposure.isOwn("0.0.0.0"));
        assertFalse(Exposure.isOwn("192.0.2.1"));
    }

    @Test
    void whereNoHostIsSaidAServiceListensForThisMachine() throws IOException {
        var defaults = new Properties();
        try (InputStream in = Exposure.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
            defaults.load(in);
        }
        for (String key : List.of("quarkus.http.host", "quarkus.grpc.server.host")) {
            assertTrue(Exposure.isOwn(defaults.getProperty(key)), key);
        }
    }

    /** It would open a port in plain text, or trust whoever Java trusts. */
    @Test
    void halfAConfigurationOfTlsIsRefused() {
        Map.of(
                        new Tls(NONE, FILE, NONE, false), "only styleinv.tls.cert is set",
                        new Tls(NONE, NONE, FILE, false), "only styleinv.tls.key is set",
                        new Tls(NONE, FILE, FILE, true), "wants styleinv.tls.ca")
                .forEach((tls, words) -> {
                    var exposure =
                            new Exposure(tls, new Tokens(FILE), IssuedTokensTest.off(), false, "localhost", 8080);
                    Exception e = assertThrows(ConfigurationException.class, () -> open(exposure, "0.0.0.0"));
                    assertTrue(e.getMessage().contains(words), e.getMessage());
                });
    }
}
