package org.styleinv.gate.oidc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that an issuer of OpenID Connect gave out, and those that only say so. */
@Timeout(60)
public class IssuedTokensTest {
    private static final String ISSUER = "https://id.example/realm";

    private record Config(
            Optional<String> issuer,
            Optional<String> audience,
            Optional<URI> keys,
            String rolesClaim,
            String tenantClaim)
            implements OidcConfig {
        @Override
        public int streams() {
            return 2;
        }

        @Override
        public double frames() {
            return 0;
        }

        @Override
        public double pixels() {
            return 0;
        }

        @Override
        public double uploads() {
            return 0;
        }

        @Override
        public int broadcasts() {
            return 0;
        }
    }

    /** Where no such tokens are taken. */
    public static OidcConfig off() {
        return new Config(Optional.empty(), Optional.empty(), Optional.empty(), "roles", "sub");
    }

    /** Where they are, by keys that are there. */
    public static OidcConfig on(URI keys) {
        return new Config(Optional.of(ISSUER), Optional.of("styleinv"), Optional.of(keys), "realm/roles", "org");
    }

    @TempDir
    Path folder;

    private PublicJsonWebKey key;
    private IssuedTokens tokens;

    /** A fresh pair of that name. */
    public static PublicJsonWebKey key(String id) throws JoseException {
        PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId(id);
        return key;
    }

    /** The public half of keys, as an issuer shows it. */
    public static String shown(JsonWebKey... keys) {
        return new JsonWebKeySet(keys).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    /** A good token of ann's, once {@code change} has had its say. */
    public static String token(PublicJsonWebKey key, Consumer<JwtClaims> change) throws JoseException {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience("styleinv", "others");
        claims.setSubject("4f1c-Ann");
        claims.setExpirationTimeMinutesInTheFuture(5);
        claims.setClaim("realm", Map.of("roles", List.of("watch", "generate", "admin")));
        claims.setClaim("org", "house");
        change.accept(claims);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }

    @BeforeEach
    void open() throws Exception {
        key = key("one");
        Path file = Files.writeString(folder.resolve("keys.json"), shown(key));
        tokens = new IssuedTokens(on(file.toUri()));
        await(tokens, token(key, claims -> {}));
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    /** Keys are read behind everybody's back. */
    public static void await(IssuedTokens tokens, String good) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try {
                tokens.read(good);
                return;
            } catch (IssuedTokens.Unbelieved e) {
                assertTrue(System.nanoTime() < end, e.getMessage());
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    @Test
    void aTokenSaysWhoItsHolderIs() throws Exception {
        IssuedTokens.Said said = tokens.read(token(key, claims -> {}));
        assertEquals("4f1c-Ann", said.subject());
        assertEquals(List.of("watch", "generate", "admin"), said.roles());
        assertEquals("house", said.tenant());
        assertEquals(
                Instant.ofEpochSecond(Instant.MAX.getEpochSecond()),
                tokens.read(token(key, claims -> claims.setClaim("exp", Long.MAX_VALUE)))
                        .until(),
                "an issuer's way to say never");
        assertEquals(
                "Acme Corp",
                tokens.read(token(key, claims -> claims.setClaim("org", "Acme Corp")))
                        .tenant(),
                "another than Acme Labs");
        assertThrows(
                IssuedTokens.Unbelieved.class,
                () -> tokens.read(token(key, claims -> claims.setClaim("org", List.of("one", "two")))));
        assertEquals(
                List.of("watch"),
                tokens.read(token(key, claims -> claims.setClaim("realm", Map.of("roles", "watch"))))
                        .roles());
        assertEquals(
                List.of(),
                tokens.read(token(key, claims -> claims.unsetClaim("realm"))).roles());
    }

    private void refused(String token) {
        IssuedTokens.Unbelieved e = assertThrows(IssuedTokens.Unbelieved.class, () -> tokens.read(token));
        assertFalse(e.getMessage().contains("Ann"), e.getMessage());
    }

    @Test
    void whatIsNotGoodIsNotBelieved() throws Exception {
        refused(token(key, claims -> claims.setIssuer("https://id.example/other")));
        refused(token(key, claims -> claims.setAudience("others")));
        refused(token(key, claims -> claims.setExpirationTimeMinutesInTheFuture(-5)));
        refused(token(key, claims -> claims.unsetClaim("exp")));
        refused(token(key, claims -> claims.unsetClaim("sub")));
        refused(token(key, claims -> claims.unsetClaim("org")));
        refused(token(key, claims -> claims.setNotBeforeMinutesInThePast(-5)));
        refused(token(key("one"), claims -> {})); // signed by another key of that name
        refused(token(key("two"), claims -> {}));
        String good = token(key, claims -> {});
        refused(good.substring(0, good.length() - 4));
        refused(good.substring(0, good.lastIndexOf('.') + 1));
        refused("..");
    }

    @Test
    void whoChoosesItsSignatureHasNone() throws Exception {
        JwtClaims claims = JwtClaims.parse(new String(
                java.util.Base64.getUrlDecoder().decode(token(key, one -> {}).split("\\.")[1]),
                StandardCharsets.UTF_8));
        JsonWebSignature none = new JsonWebSignature();
        none.setPayload(claims.toJson());
        none.setAlgorithmConstraints(org.jose4j.jwa.AlgorithmConstraints.ALLOW_ONLY_NONE);
        none.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
        refused(none.getCompactSerialization());
        JsonWebSignature shared = new JsonWebSignature();
        shared.setPayload(claims.toJson());
        shared.setKeyIdHeaderValue("one");
        shared.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        shared.setKey(new HmacKey(key.getPublicKey().getEncoded())); // everybody knows it
        refused(shared.getCompactSerialization());
    }

    @Test
    void aNewKeyIsLookedForAndWhoAsksInVainCostsTheIssuerNothing() throws Exception {
        PublicJsonWebKey next = key("next");
        AtomicInteger asked = new AtomicInteger();
        String[] answer = {shown(key)};
        HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            byte[] body = answer[0].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
        IssuedTokens there = new IssuedTokens(
                on(URI.create("http://localhost:" + issuer.getAddress().getPort() + "/keys")));
        try {
            await(there, token(key, claims -> {}));
            answer[0] = shown(key, next);
            await(there, token(next, claims -> {})); // seconds later, and a token of the key before is good, too
            there.read(token(key, claims -> {}));
            int before = asked.get();
            for (int i = 0; i < 100; i++) {
                String strange = token(key("strange" + i), claims -> {});
                assertThrows(IssuedTokens.Unbelieved.class, () -> there.read(strange));
            }
            assertTrue(asked.get() - before <= 2, (asked.get() - before) + " questions for 100 strangers");
        } finally {
            there.close();
            issuer.stop(0);
        }
    }

    @Test
    void halfAConfigurationIsRefused() {
        for (OidcConfig half : List.of(
                new Config(Optional.of(ISSUER), Optional.empty(), Optional.of(URI.create("/k")), "r", "t"),
                new Config(Optional.of(ISSUER), Optional.of("a"), Optional.empty(), "r", "t"),
                on(URI.create("http://id.example.invalid/keys")))) {
            assertThrows(IllegalArgumentException.class, () -> new IssuedTokens(half));
        }
        assertFalse(new IssuedTokens(off()).areTaken());
    }
}
