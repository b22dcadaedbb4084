package org.styleinv.door.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.gate.TlsConfig;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.StopBroadcastRequest;
import org.styleinv.proto.identity.Certificates;
import org.styleinv.proto.identity.TlsFiles;

/** Mutual TLS at a gRPC door: whose certificate the authority has signed is heard, and nobody else. */
@Timeout(60)
class ServerTlsTest {
    private record Tls(Optional<Path> ca, Optional<Path> cert, Optional<Path> key, boolean requireClients)
            implements TlsConfig {
        @Override
        public boolean kafka() {
            return false;
        }
    }

    @TempDir
    Path folder;

    private final Certificates authority = Certificates.authority("the door's authority");

    /** What a call comes to; a service that knows no method answers all with UNIMPLEMENTED. */
    private Status.Code call(int port, Optional<Certificates.Pair> own) throws Exception {
        TlsFiles files = TlsFiles.of(
                Optional.of(folder.resolve("ca.crt")),
                own.map(Certificates.Pair::cert),
                own.map(Certificates.Pair::key));
        SslContextBuilder tls = SslContextBuilder.forClient().trustManager(files.trust());
        files.keys().ifPresent(tls::keyManager);
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(GrpcSslContexts.configure(tls, SslProvider.JDK).build())
                .build();
        try {
            return assertThrows(StatusRuntimeException.class, () -> MotionGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .stopBroadcast(StopBroadcastRequest.getDefaultInstance()))
                    .getStatus()
                    .getCode();
        } finally {
            channel.shutdownNow();
        }
    }

    private Server server(boolean requireClients) throws Exception {
        Certificates.Pair own = authority.issue(folder, "door", "localhost");
        Optional<Path> ca = Optional.of(authority.write(folder.resolve("ca.crt")));
        ServerTls tls = new ServerTls(new Tls(ca, Optional.of(own.cert()), Optional.of(own.key()), requireClients));
        return NettyServerBuilder.forPort(0)
                .sslContext(tls.context().orElseThrow())
                .build()
                .start();
    }

    @Test
    void whereClientsMustShowOneThatTheAuthoritySignedNoneElseIsHeard() throws Exception {
        Server server = server(true);
        try {
            int port = server.getPort();
            Certificates strange = Certificates.authority("a stranger");
            assertEquals(
                    Status.Code.UNIMPLEMENTED, call(port, Optional.of(authority.issue(folder, "known", "a.client"))));
            assertEquals(Status.Code.UNAVAILABLE, call(port, Optional.empty()));
            assertEquals(
                    Status.Code.UNAVAILABLE, call(port, Optional.of(strange.issue(folder, "strange", "a.client"))));
            assertEquals(
                    Status.Code.UNAVAILABLE, call(port, Optional.of(Certificates.itself(folder, "self", "a.client"))));
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void whereTheyNeedNotAllAreHeard() throws Exception {
        Server server = server(false);
        try {
            assertEquals(Status.Code.UNIMPLEMENTED, call(server.getPort(), Optional.empty()));
            assertEquals(
                    Status.Code.UNIMPLEMENTED,
                    call(server.getPort(), Optional.of(authority.issue(folder, "known", "a.client"))));
        } finally {
            server.shutdownNow();
        }
    }
}
