package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration.md is what the code says. Run with {@code -Dstyleinv.docs.write=true} to write it anew, as in {@code mvn
 * -o test -pl mesh -am -Dtest=ConfigurationDocTest -Dsurefire.failIfNoSpecifiedTests=false -Dstyleinv.docs.write=true}.
 */
class ConfigurationDocTest {
    private static final Path HOME = Path.of("..");
    private static final List<String> MAPPINGS = List.of(
            "motion-service/src/main/java/org/styleinv/motion/MotionConfig.java",
            "decoder-service/src/main/java/org/styleinv/decoder/DecoderConfig.java",
            "encoder-service/src/main/java/org/styleinv/encoder/EncoderConfig.java",
            "studio/src/main/java/org/styleinv/studio/StudioConfig.java",
            "door/src/main/java/org/styleinv/door/kafka/TopicsConfig.java",
            "gate/src/main/java/org/styleinv/gate/TlsConfig.java",
            "gate/src/main/java/org/styleinv/gate/AccessConfig.java",
            "gate/src/main/java/org/styleinv/gate/oidc/OidcConfig.java",
            "door/src/main/java/org/styleinv/door/kafka/SealConfig.java",
            "telemetry/src/main/java/org/styleinv/telemetry/log/LogConfig.java",
            "telemetry/src/main/java/org/styleinv/telemetry/trace/TracesConfig.java");
    private static final Pattern PREFIX = Pattern.compile("@ConfigMapping\\(prefix = \"([^\"]+)\"\\)");
    private static final Pattern ABOUT =
            Pattern.compile("/\\*\\* (Settings of [^*]+?|How topics [^*]+?) \\*/\\s*@ConfigMapping");
    private static final Pattern KEY = Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@WithDefault\\(\"([^\"]*)\"\\)\\s*)?([\\w<>. ]+?) (\\w+)\\(\\);",
            Pattern.DOTALL);

    private static final String HEAD = """
            # Configuration

            Every key of every service, made from the code (`ConfigurationDocTest`). A key is a system property
            (`-Dstyleinv.motion.window=16`), an environment variable (`STYLEINV_MOTION_WINDOW=16`), or a line in
            `config/application.properties` beside the service. Times are ISO 8601 (`PT2S`) or `2s`. A value outside its range
            ends the start with a sentence.

            All services: `styleinv.model`, the model folder; `kafka.bootstrap.servers`, the broker as `host:port`, with any other
            `kafka.*` that Kafka's clients know; `quarkus.grpc.server.host` and `.port`; `quarkus.http.host` and `.port`, where
            `/q/health` and `/q/metrics` are. motion-service also wants `quarkus.grpc.clients.encoder.host` and `.port`, and those
            of `decoder`; encoder-service those of `decoder`.

            A service listens on `localhost` where it is told no host; images are told all addresses. One that would listen where other
            machines reach it wants `styleinv.tls.cert` and `.key`, and
            `styleinv.access.tokens` or `styleinv.tls.require-clients`; without them it does not start, unless
            `styleinv.insecure` is `true` (ADR 0016). `./styleinv up` takes the same keys as environment variables, and wants
            `styleinv.tls.ca` and `styleinv.access.token-file` with them; its broker then speaks TLS, too, and wants a
            client's certificate.
            """;

    @Test
    void isWhatTheCodeSays() throws IOException {
        StringBuilder text = new StringBuilder(HEAD);
        for (String mapping : MAPPINGS) {
            append(Files.readString(HOME.resolve(mapping)), mapping, text);
        }
        Path doc = HOME.resolve("docs").resolve("configuration.md");
        if (Boolean.getBoolean("styleinv.docs.write")) {
            Files.writeString(doc, text);
        }
        assertEquals(text.toString(), Files.readString(doc));
    }

    private static void append(String source, String mapping, StringBuilder text) {
        Matcher prefix = PREFIX.matcher(source);
        assertTrue(prefix.find(), mapping);
        Matcher about = ABOUT.matcher(source);
        assertTrue(about.find(), mapping);
        text.append("\n## `").append(prefix.group(1)).append(".*`\n\n").append(about.group(1));
        text.append("\n\n| key | default | |\n|---|---|---|\n");
        String body = source.substring(prefix.end());
        Matcher key = KEY.matcher(body);
        int keys = 0;
        while (key.find()) {
            keys++;
            String type = key.group(3).strip();
            String otherwise =
                    key.group(2) != null ? "`" + key.group(2) + "`" : type.startsWith("Optional") ? "" : "must be set";
            text.append("| `")
                    .append(dashed(key.group(4)))
                    .append("` | ")
                    .append(otherwise)
                    .append(" | ");
            text.append(plain(key.group(1))).append(" |\n");
        }
        long methods = body.lines()
                .filter(line -> line.matches("    \\w[\\w<>. ]* \\w+\\(\\);"))
                .count();
        assertEquals(methods, keys, mapping + ": a key has no Javadoc");
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String plain(String javadoc) {
        return javadoc.replaceAll("\\s*\\n\\s*\\*\\s*", " ")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\{@link #?([^}]*)}", "$1")
                .replace("|", "\\|")
                .strip();
    }
}
