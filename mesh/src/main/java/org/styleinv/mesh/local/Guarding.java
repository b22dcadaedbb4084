package org.styleinv.mesh.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.styleinv.client.Access;
import org.styleinv.gate.Gatekeeper;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.identity.Bearer;
import org.styleinv.proto.identity.KafkaClient;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.identity.TlsFiles;

/**
 * How the mesh of this machine is guarded: {@code styleinv.tls.*}, {@code styleinv.access.*} and {@code styleinv.seal.*}, from
 * system properties or the environment, as for a service alone. Its own broker speaks TLS where the doors do, and wants its
 * clients' certificates, for it knows no tokens.
 */
public final class Guarding {
    /** Opens a mesh to whoever reaches it. */
    public static final String INSECURE = "styleinv.insecure";

    private static final String[] KEYS = {
        "styleinv.tls.ca",
        "styleinv.tls.cert",
        "styleinv.tls.key",
        "styleinv.tls.require-clients",
        "styleinv.access.tokens",
        "styleinv.access.token-file",
        "styleinv.seal.keys",
        INSECURE
    };

    private final Map<String, String> settings = new TreeMap<>();

    private Guarding(Map<String, String> given) {
        settings.putAll(given);
        if (isTls()) {
            settings.put("styleinv.tls.kafka", "true");
        }
    }

    /**
     * As it is configured.
     *
     * @throws Failure in one sentence, if that cannot be
     */
    public static Guarding configured() {
        Map<String, String> given = new HashMap<>();
        for (String key : KEYS) {
            Optional.ofNullable(System.getProperty(key))
                    .or(() -> Optional.ofNullable(
                            System.getenv(key.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"))))
                    .filter(value -> !value.isBlank())
                    .ifPresent(value -> given.put(key, value));
        }
        return of(given);
    }

    /**
     * By those settings, whatever is configured.
     *
     * @throws Failure in one sentence, if that cannot be
     */
    public static Guarding of(Map<String, String> given) {
        Guarding now = new Guarding(given);
        if (now.isTls() && now.path("styleinv.tls.ca").isEmpty()) {
            throw Failure.input(
                    "a mesh with styleinv.tls.cert wants styleinv.tls.ca, too: its parts trust each other by it");
        }
        if (now.path("styleinv.access.tokens").isPresent()
                && now.path("styleinv.access.token-file").isEmpty()) {
            throw Failure.input(
                    "a mesh with styleinv.access.tokens wants styleinv.access.token-file, too: its services show"
                            + " that token, of the role operate, to each other");
        }
        now.demandFiles();
        return now;
    }

    /** Read once before anything starts, so that a broker or a service need not say in its own words which file is wrong. */
    private void demandFiles() {
        demand("styleinv.access.tokens", "`styleinv token` makes its lines", Gatekeeper::demand);
        demand("styleinv.access.token-file", "it has a token alone, as `styleinv token` makes it", Bearer::of);
        demand("styleinv.seal.keys", "it has lines NAME BASE64, as `openssl rand -base64 32` makes it", RecordSeal::of);
        if (isTls()) {
            String pem = "it is PEM, as openssl writes it";
            Optional<Path> ca = path("styleinv.tls.ca");
            Optional<Path> cert = path("styleinv.tls.cert");
            demand("styleinv.tls.ca", pem, file -> TlsFiles.of(ca, Optional.empty(), Optional.empty()));
            demand("styleinv.tls.key", pem, key -> {});
            demand("styleinv.tls.cert", pem, file -> TlsFiles.of(ca, cert, path("styleinv.tls.key")));
        }
    }

    private void demand(String setting, String wanted, Consumer<Path> reading) {
        path(setting).ifPresent(file -> {
            if (!Files.isRegularFile(file)) {
                throw Failure.input(setting + ": there is no file " + file.toAbsolutePath() + "; " + wanted);
            }
            try {
                reading.accept(file);
            } catch (IllegalArgumentException e) {
                throw Failure.input(setting + ": " + e.getMessage(), e);
            }
        });
    }

    /** Whether doors speak TLS. */
    public boolean isTls() {
        return settings.containsKey("styleinv.tls.cert");
    }

    /** Whether who comes from another machine is known, and nobody listens on the way. */
    public boolean isGuarded() {
        return isTls()
                && (settings.containsKey("styleinv.access.tokens")
                        || Boolean.parseBoolean(settings.get("styleinv.tls.require-clients")));
    }

    /** For services. */
    public Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    /** For the broker's door; none for plain text. */
    public Map<String, String> broker() {
        return isTls()
                ? KafkaClient.door(path("styleinv.tls.ca"), path("styleinv.tls.cert"), path("styleinv.tls.key"))
                : Map.of();
    }

    /** For Kafka's clients of this process. */
    public Map<String, String> kafka() {
        return isTls()
                ? KafkaClient.settings(path("styleinv.tls.ca"), path("styleinv.tls.cert"), path("styleinv.tls.key"))
                : Map.of();
    }

    /** For a client of Kafka's at that address. */
    public Map<String, Object> client(String bootstrapServers) {
        Map<String, Object> settings = new HashMap<>(kafka());
        settings.put("bootstrap.servers", bootstrapServers);
        return settings;
    }

    /**
     * Refuses what would be open to other machines.
     *
     * @param host to listen on
     * @throws Failure in one sentence with the way out
     */
    public void demand(String host) {
        if (!isGuarded() && !Boolean.parseBoolean(settings.get(INSECURE)) && !Hosts.isOwn(host)) {
            throw Failure.input("the mesh would listen on " + host + ", which other machines reach, without TLS and"
                    + " tokens: set styleinv.tls.ca, .cert, .key, styleinv.access.tokens and .token-file, listen on"
                    + " localhost, or say " + INSECURE + "=true");
        }
    }

    /**
     * Refuses a mesh that could not call itself: its token goes to no other machine's address in plain text.
     *
     * @param advertised where its parts find each other
     * @throws Failure in one sentence with the way out
     */
    public void demandToken(String advertised) {
        if (!isTls() && path("styleinv.access.token-file").isPresent() && !Hosts.isOwn(advertised)) {
            throw Failure.input("the mesh would send its token (styleinv.access.token-file) to " + advertised
                    + " in plain text, where others could read it: set styleinv.tls.ca, .cert and .key, too, or listen"
                    + " on localhost");
        }
    }

    /** For gRPC calls of this process. */
    public Access access() {
        return Access.of(
                path("styleinv.tls.ca"),
                path("styleinv.tls.cert"),
                path("styleinv.tls.key"),
                path("styleinv.access.token-file"));
    }

    /** For HTTP of this process, where it is TLS. */
    public Optional<SSLContext> http() {
        return isTls()
                ? Optional.of(TlsFiles.of(path("styleinv.tls.ca"), path("styleinv.tls.cert"), path("styleinv.tls.key"))
                        .context())
                : Optional.empty();
    }

    /** What an operator shows by HTTP; read again when its file changes. */
    public Optional<Bearer> token() {
        return path("styleinv.access.token-file").map(Bearer::of);
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return isTls() ? "https" : "http";
    }

    private Optional<Path> path(String key) {
        return Optional.ofNullable(settings.get(key)).map(Path::of);
    }
}
