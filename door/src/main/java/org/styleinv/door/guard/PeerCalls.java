package org.styleinv.door.guard;

import io.grpc.netty.InternalNettyChannelBuilder;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.quarkus.grpc.api.ChannelBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcClientConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import org.styleinv.door.trace.TraceCalls;
import org.styleinv.gate.AccessConfig;
import org.styleinv.proto.identity.Bearer;

/** How services call each other: in TLS where their doors speak it, and with a token if they have one; and in whose trace. */
@ApplicationScoped
class PeerCalls implements ChannelBuilderCustomizer<NettyChannelBuilder> {
    private final ServerTls tls;
    private final Optional<Bearer> token;

    PeerCalls(ServerTls tls, AccessConfig access) {
        this.tls = tls;
        token = access.tokenFile().map(Bearer::of);
    }

    @Override
    public Map<String, Object> customize(String name, GrpcClientConfiguration config, NettyChannelBuilder channel) {
        // Quarkus sets its own way of encryption after this, and one that is given to the builder so is left alone
        tls.calls()
                .ifPresent(context ->
                        InternalNettyChannelBuilder.setProtocolNegotiatorFactory(channel, new Negotiators(context)));
        token.ifPresent(channel::intercept);
        channel.intercept(new TraceCalls());
        return Map.of();
    }

    /** TLS, whose host is the channel's. */
    private record Negotiators(SslContext context) implements InternalProtocolNegotiator.ClientFactory {
        private static final int PORT = 443; // where a target says none; all of ours do

        @Override
        public InternalProtocolNegotiator.ProtocolNegotiator newNegotiator() {
            return InternalProtocolNegotiators.tls(context, null, null);
        }

        @Override
        public int getDefaultPort() {
            return PORT;
        }
    }
}
