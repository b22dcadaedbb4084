package org.styleinv.motion.connection;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.styleinv.door.guard.ServerTls;
import org.styleinv.motion.MotionConfig;

/**
 * Puts a {@link NettyConnection} into each connection of the gRPC server, and gives it to the calls that come by it. gRPC has no
 * public way to a connection's handlers, so this stands on the one that it keeps for its own transports, with TLS and without.
 */
@ApplicationScoped
public class ClientConnections implements ServerBuilderCustomizer<VertxServerBuilder>, ServerInterceptor {
    private final Map<SocketAddress, ClientConnection> connections = new ConcurrentHashMap<>();
    private final long silentNanos;

    private final ServerTls tls;

    ClientConnections(MotionConfig config, ServerTls tls) {
        this.tls = tls;
        silentNanos = config.silentAfter().toNanos();
    }

    @Override
    public void customize(GrpcServerConfiguration settings, VertxServerBuilder server) {
        if (silentNanos > 0) {
            server.nettyBuilder().protocolNegotiator(new Negotiator());
        }
    }

    @Override
    public <T, R> ServerCall.Listener<T> interceptCall(
            ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
        SocketAddress client = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        ClientConnection connection = client == null ? null : connections.get(client);
        return connection == null
                ? next.startCall(call, headers)
                : Contexts.interceptCall(
                        Context.current().withValue(ClientConnection.OF_CALL, connection), call, headers, next);
    }

    private void add(ChannelHandlerContext context, GrpcHttp2ConnectionHandler http2) {
        SocketAddress client = context.channel().remoteAddress();
        NettyConnection connection = new NettyConnection(http2, silentNanos);
        context.pipeline().addFirst(connection);
        if (client != null) {
            connections.put(client, connection);
            context.channel().closeFuture().addListener(closed -> connections.remove(client, connection));
        }
    }

    /** The way to begin a connection, in TLS where the door speaks it, behind what listens. */
    private final class Negotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
        private final InternalProtocolNegotiator.ProtocolNegotiator usual = tls.context()
                .map(InternalProtocolNegotiators::serverTls)
                .orElseGet(InternalProtocolNegotiators::serverPlaintext);

        @Override
        public AsciiString scheme() {
            return usual.scheme();
        }

        @Override
        public ChannelHandler newHandler(GrpcHttp2ConnectionHandler http2) {
            ChannelHandler behind = usual.newHandler(http2);
            return new ChannelHandlerAdapter() {
                @Override
                public void handlerAdded(ChannelHandlerContext context) {
                    add(context, http2);
                    context.pipeline().replace(this, null, behind);
                }
            };
        }

        @Override
        public void close() {
            usual.close();
        }
    }
}
