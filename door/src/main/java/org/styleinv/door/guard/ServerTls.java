package org.styleinv.door.guard;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.styleinv.gate.TlsConfig;
import org.styleinv.proto.identity.TlsFiles;

/**
 * TLS of the gRPC server and of calls to other services. Quarkus reads the certificates of its separate server once, and its
 * registry does not reach the Netty clients, so both stand on {@link TlsFiles} (ADR 0016).
 */
@ApplicationScoped
public class ServerTls {
    private final Optional<SslContext> server;
    private final Optional<SslContext> client;

    /** @throws IllegalArgumentException in one sentence, if a file cannot be read */
    ServerTls(TlsConfig config) {
        server = config.on() ? Optional.of(server(config.files(), config.requireClients())) : Optional.empty();
        client = config.on() ? Optional.of(client(config.files())) : Optional.empty();
    }

    /** What a server of this process speaks; empty where that is plain text. */
    public Optional<SslContext> context() {
        return server;
    }

    /** What this process speaks to other services. */
    Optional<SslContext> calls() {
        return client;
    }

    private static SslContext server(TlsFiles files, boolean requireClients) {
        return build(
                SslContextBuilder.forServer(files.keys()
                                .orElseThrow(() -> new IllegalArgumentException("a server wants a certificate")))
                        .clientAuth(requireClients ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL),
                files);
    }

    private static SslContext client(TlsFiles files) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        files.keys().ifPresent(builder::keyManager);
        return build(builder, files);
    }

    private static SslContext build(SslContextBuilder builder, TlsFiles files) {
        try {
            return GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .trustManager(files.trust())
                    .protocols(TlsFiles.PROTOCOLS)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("every Java speaks TLS", e);
        }
    }
}
