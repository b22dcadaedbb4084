package org.styleinv.gate;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;
import org.styleinv.proto.identity.TlsFiles;

/** Settings of TLS, the same for gRPC, HTTP and Kafka in every service. */
@ConfigMapping(prefix = "styleinv.tls")
public interface TlsConfig {
    /** PEM file of the certificates that sign those of services and clients; those that Java trusts if not set. */
    Optional<Path> ca();

    /** PEM file of the own certificate, and behind it those between it and `ca`. With it every door speaks TLS 1.3 or 1.2 only. Read again when it changes, for HTTP within a minute. */
    Optional<Path> cert();

    /** PEM file of the certificate's private key, PKCS #8, of RSA or EC: the HTTP door reads no others. */
    Optional<Path> key();

    /** Whether callers must show a certificate that `ca` signed (mutual TLS). Health is answered without one. */
    @WithDefault("false")
    boolean requireClients();

    /** Whether Kafka is spoken to by the same files, too; if not, `kafka.*` says how. */
    @WithDefault("false")
    boolean kafka();

    /** Whether doors speak TLS. */
    default boolean on() {
        return cert().isPresent();
    }

    /**
     * Refuses what is half said, and so would guard nothing.
     *
     * @throws IllegalArgumentException in one sentence
     */
    default void demandWhole() {
        if (cert().isPresent() != key().isPresent()) {
            throw new IllegalArgumentException("styleinv.tls.cert and styleinv.tls.key go together, but only "
                    + (cert().isPresent() ? "styleinv.tls.cert" : "styleinv.tls.key") + " is set: set both or none");
        }
        if (requireClients() && ca().isEmpty()) {
            throw new IllegalArgumentException("styleinv.tls.require-clients wants styleinv.tls.ca: who signs them?");
        }
    }

    /**
     * The files.
     *
     * @throws IllegalArgumentException in one sentence, if one is missing or cannot be read
     */
    default TlsFiles files() {
        demandWhole();
        return TlsFiles.of(ca(), cert(), key());
    }
}
