package org.styleinv.gate;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.styleinv.gate.oidc.IssuedTokens;
import org.styleinv.gate.oidc.OidcConfig;
import org.styleinv.proto.identity.FileWatch;
import org.styleinv.proto.identity.TextFile;

/** Who comes, by the token that they show; without a file of tokens anybody. */
@ApplicationScoped
public class Gatekeeper {
    private static final long MOST_BYTES = 1 << 20;
    private static final String NO_TOKEN =
            "a token is wanted: give one (`--token-file`, or the header authorization:" + " Bearer TOKEN)";

    private final Optional<Supplier<Map<String, Token>>> tokens;
    private final Optional<Issued> issued;
    private final InstantSource clock;
    private final Map<String, Caller> callers = new ConcurrentHashMap<>(); // by name
    private final Map<String, Caller.Starts> starts = new ConcurrentHashMap<>(); // by tenant
    private final Passes passes = new Passes(this);

    /** @throws IllegalArgumentException in one sentence, if the file of tokens cannot be read */
    @Inject
    Gatekeeper(AccessConfig config, OidcConfig oidc, IssuedTokens tokens) {
        this(
                config.tokens(),
                tokens.areTaken() ? Optional.of(new Issued(oidc, tokens)) : Optional.empty(),
                InstantSource.system());
    }

    Gatekeeper(Optional<Path> file, Optional<Issued> issued, InstantSource clock) {
        this.issued = issued;
        tokens = file.map(path -> FileWatch.of(List.of(path), () -> read(path)));
        this.clock = clock;
    }

    /**
     * Reads a file of tokens, for whoever starts services that will.
     *
     * @throws IllegalArgumentException in one sentence, if it is none
     */
    public static void demand(Path file) {
        try {
            read(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + " cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static Map<String, Token> read(Path file) throws IOException {
        Map<String, Token> byHash = new HashMap<>();
        int number = 0;
        for (String line :
                TextFile.read(file, "file of tokens", MOST_BYTES).lines().toList()) {
            number++;
            if (TextFile.isComment(line)) {
                continue;
            }
            try {
                Token token = Token.parse(line);
                if (byHash.values().stream().anyMatch(other -> other.name().equals(token.name()))) {
                    throw new IllegalArgumentException("there is another token " + token.name()
                            + ": give one of them another name (`styleinv token --tenant` keeps the tenant)");
                }
                Token same = byHash.put(token.hash(), token);
                if (same != null) {
                    throw new IllegalArgumentException("token " + token.name() + " is the same text as token "
                            + same.name() + ": make one for each, so that one can be taken back alone");
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ", line " + number + ": " + e.getMessage(), e);
            }
        }
        return Map.copyOf(byHash);
    }

    /** Whether anybody may come in. */
    public boolean isOpen() {
        return tokens.isEmpty() && issued.isEmpty();
    }

    /**
     * Lets somebody in to do what {@code role} says.
     *
     * @param header {@code Bearer TOKEN}, or {@code Basic} with the token as password, as browsers send it; null if none came
     */
    public Caller admit(@Nullable String header, Role role) throws Denied {
        if (isOpen()) {
            return Caller.ANYBODY;
        }
        String shown = shown(header).orElseThrow(() -> new Denied(Denied.Kind.UNKNOWN, NO_TOKEN, 0));
        Token token = token(shown);
        if (token.until().isPresent() && !clock.instant().isBefore(token.until().get())) {
            throw new Denied(
                    Denied.Kind.UNKNOWN,
                    "token " + token.name() + " has expired at " + token.until().get(),
                    0);
        }
        if (!token.may(role)) {
            throw new Denied(
                    Denied.Kind.FORBIDDEN,
                    "token " + token.name() + " may "
                            + token.roles().stream().sorted().toList() + ", but this wants " + role,
                    0);
        }
        Caller caller = callers.computeIfAbsent(
                token.name() + "/" + token.tenant(),
                name -> new Caller(
                        System::nanoTime, starts.computeIfAbsent(token.tenant(), tenant -> new Caller.Starts())));
        caller.now(token);
        return caller;
    }

    /** Something open that a token has let in; closed when it is over. */
    @FunctionalInterface
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Watches over what {@link #admit} has let in, for as long as it is open.
     *
     * @param header as it was shown
     * @param gone   is told, once and within two seconds, when the token does not let in any more: it has expired, or is not in the file
     */
    public Held hold(@Nullable String header, Role role, Consumer<Denied> gone) {
        return isOpen() ? () -> {} : passes.hold(header, role, gone);
    }

    /** Looks at once at all that is open. */
    void look() {
        passes.look();
    }

    @PreDestroy
    void close() {
        passes.close();
    }

    private Token token(String shown) throws Denied {
        Token token = tokens.map(
                        file -> file.get().get(Token.hash(shown))) // by hash: the time of a look-up says nothing
                .orElse(null);
        if (token != null) {
            return token;
        }
        if (issued.isPresent() && IssuedTokens.isOne(shown)) {
            return issued.get().token(shown);
        }
        throw new Denied(Denied.Kind.UNKNOWN, "the token is not known here", 0);
    }

    /** Tokens of OpenID Connect as if they stood in the file. */
    record Issued(Quota quota, IssuedTokens tokens) {
        private static final String OURS = "[a-z0-9_.-]{1,64}";
        private static final int DIGITS = 32;

        Issued(OidcConfig config, IssuedTokens tokens) {
            this(quota(config), tokens);
        }

        private static Quota quota(OidcConfig config) {
            try {
                return new Quota(
                        config.streams(), config.frames(), config.pixels(), config.uploads(), config.broadcasts());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("styleinv.access.oidc: " + e.getMessage(), e);
            }
        }

        Token token(String shown) throws Denied {
            try {
                IssuedTokens.Said said = tokens.read(shown);
                Set<Role> roles = EnumSet.noneOf(Role.class);
                said.roles().forEach(word -> Role.find(word).ifPresent(roles::add));
                if (roles.isEmpty()) {
                    throw new Denied(Denied.Kind.FORBIDDEN, "the token has no role of this mesh", 0);
                }
                return new Token(
                        name(said.subject()),
                        Token.hash(shown),
                        roles,
                        quota,
                        Optional.of(said.until()),
                        roles.contains(Role.OPERATE) ? "" : tenant(said.tenant()));
            } catch (IssuedTokens.Unbelieved e) {
                throw new Denied(Denied.Kind.UNKNOWN, String.valueOf(e.getMessage()), 0);
            }
        }

        /** No token of the file has its name, so that their quotas do not mix. */
        private static String name(String subject) {
            return "oidc-" + Token.hash(subject).substring(0, DIGITS);
        }

        /** As the issuer says it, where that can be a name here. */
        private static String tenant(String said) {
            return said.matches(OURS) ? said : name(said);
        }
    }

    private static Optional<String> shown(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        String[] words = header.strip().split(" +", 2);
        if (words.length == 2 && words[0].equalsIgnoreCase("Bearer")) {
            return Optional.of(words[1].strip());
        }
        if (words.length == 2 && words[0].equalsIgnoreCase("Basic")) {
            try {
                String pair = new String(Base64.getDecoder().decode(words[1].strip()), StandardCharsets.UTF_8);
                return Optional.of(pair.substring(pair.indexOf(':') + 1));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
