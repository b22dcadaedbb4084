package org.styleinv.gate.oidc;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.Key;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/** JSON Web Tokens (RFC 7519) of one issuer, signed by a key of its own that nobody else has. */
@ApplicationScoped
public class IssuedTokens {
    private static final int SKEW_S = 30; // clocks differ

    /** Of public keys alone: a token that says it is signed by none, or by a shared secret, is no token. */
    private static final AlgorithmConstraints SIGNATURES = new AlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
            AlgorithmIdentifiers.EDDSA);

    private final OidcConfig config;
    private final Optional<IssuerKeys> keys;
    private final Optional<JwtConsumer> reader;

    /** @throws IllegalArgumentException in one sentence, if a setting lacks the others */
    @Inject
    public IssuedTokens(OidcConfig config) {
        this.config = config;
        if (!config.on()) {
            keys = Optional.empty();
            reader = Optional.empty();
            return;
        }
        if (config.audience().isEmpty() || config.keys().isEmpty()) {
            throw new IllegalArgumentException(
                    "styleinv.access.oidc.issuer wants .audience and .keys, too: without them"
                            + " tokens that were given out for others, or by nobody, would be taken");
        }
        keys = Optional.of(new IssuerKeys(config.keys().get()));
        reader = Optional.of(
                reader(config.issuer().orElseThrow(), config.audience().get()));
    }

    private JwtConsumer reader(String issuer, String audience) {
        return new JwtConsumerBuilder()
                .setExpectedIssuer(issuer)
                .setExpectedAudience(audience)
                .setRequireExpirationTime()
                .setRequireSubject()
                .setAllowedClockSkewInSeconds(SKEW_S)
                .setJwsAlgorithmConstraints(SIGNATURES)
                .setVerificationKeyResolver(this::key)
                .build();
    }

    private Key key(JsonWebSignature signed, List<JsonWebStructure> nested) throws UnresolvableKeyException {
        IssuerKeys now = keys.orElseThrow();
        try {
            return new JwksVerificationKeyResolver(now.known()).resolveKey(signed, nested);
        } catch (UnresolvableKeyException e) {
            now.lookAgain();
            throw e;
        }
    }

    /** Whether such tokens are taken at all. */
    public boolean areTaken() {
        return reader.isPresent();
    }

    /**
     * What a token says.
     *
     * @param subject its holder
     * @param roles   words, of which some may be roles here
     * @param tenant  whom its holder belongs to
     * @param until   when it expires
     */
    public record Said(String subject, List<String> roles, String tenant, Instant until) {}

    /** Thrown where a token is not believed. */
    public static final class Unbelieved extends Exception {
        private static final long serialVersionUID = 1;

        Unbelieved(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /** Whether a text looks like one; the file's have no dots, as {@code styleinv token} makes them. */
    public static boolean isOne(String text) {
        return text.chars().filter(letter -> letter == '.').count() == 2;
    }

    /** @throws Unbelieved in one sentence, that says nothing of the token which its holder does not know */
    public Said read(String token) throws Unbelieved {
        try {
            JwtClaims claims = reader.orElseThrow().processToClaims(token);
            NumericDate until = claims.getExpirationTime();
            return new Said(
                    claims.getSubject(),
                    words(at(claims.getClaimsMap(), config.rolesClaim())),
                    whole(at(claims.getClaimsMap(), config.tenantClaim()))
                            .orElseThrow(() -> new Unbelieved(
                                    "the token has no claim " + config.tenantClaim() + ", which says whose it is")),
                    Instant.ofEpochSecond(Math.min(until.getValue(), Instant.MAX.getEpochSecond())));
        } catch (InvalidJwtException e) {
            throw new Unbelieved(
                    e.hasExpired()
                            ? "the token has expired"
                            : "the token is none of " + config.issuer().orElseThrow() + " for "
                                    + config.audience().orElseThrow() + " that is good now");
        } catch (MalformedClaimException e) {
            throw new Unbelieved("the token says something that it must not: " + e.getMessage());
        }
    }

    private static @Nullable Object at(Map<String, Object> claims, String path) {
        @Nullable Object now = claims;
        for (String step : path.split("/")) {
            now = now instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return now;
    }

    /** Whom a holder belongs to is one text, spaces and all: "Acme Corp" is not "Acme". */
    private static Optional<String> whole(@Nullable Object claim) {
        Object one = claim instanceof List<?> list && list.size() == 1 ? list.get(0) : claim;
        return one instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
    }

    private static List<String> words(@Nullable Object claim) {
        if (claim instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return claim instanceof String text && !text.isBlank()
                ? Arrays.asList(text.strip().split(" +"))
                : List.of();
    }

    /** Looks for no keys any more. */
    @PreDestroy
    public void close() {
        keys.ifPresent(IssuerKeys::close);
    }
}
