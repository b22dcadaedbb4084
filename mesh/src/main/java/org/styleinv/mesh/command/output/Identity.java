package org.styleinv.mesh.command.output;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.Access;
import org.styleinv.mesh.stop.Failure;
import picocli.CommandLine.Option;

/** How a command comes in to a mesh that runs: by TLS, with a certificate, a token, and what Kafka wants. */
public final class Identity {
    @Option(
            names = "--tls-ca",
            paramLabel = "F",
            description = "PEM certificates that signed the servers'; with it gRPC goes by TLS.")
    private @Nullable Path ca;

    @Option(names = "--tls-cert", paramLabel = "F", description = "Own certificate, PEM, where servers want one.")
    private @Nullable Path cert;

    @Option(names = "--tls-key", paramLabel = "F", description = "Its private key, PEM.")
    private @Nullable Path key;

    @Option(names = "--token-file", paramLabel = "F", description = "File with the token to show.")
    private @Nullable Path token;

    @Option(
            names = "--kafka-config",
            paramLabel = "F",
            description = "Kafka's settings of a client, as security.protocol, NAME=VALUE in lines.")
    private @Nullable Path kafka;

    /** For gRPC. */
    public Access access() {
        return Access.of(
                Optional.ofNullable(ca),
                Optional.ofNullable(cert),
                Optional.ofNullable(key),
                Optional.ofNullable(token));
    }

    /** Whether anything is given. */
    boolean isGiven() {
        return ca != null || cert != null || key != null || token != null || kafka != null;
    }

    /** For Kafka's clients. */
    public Map<String, String> kafka() {
        Map<String, String> settings = new HashMap<>();
        Path given = kafka;
        if (given == null) {
            return settings;
        }
        try (Reader file = Files.newBufferedReader(given)) {
            Properties read = new Properties();
            read.load(file);
            read.stringPropertyNames().forEach(name -> settings.put(name, String.valueOf(read.getProperty(name))));
        } catch (IOException | IllegalArgumentException e) {
            throw Failure.input("--kafka-config " + given + " cannot be read: " + e.getMessage(), e);
        }
        return settings;
    }
}
