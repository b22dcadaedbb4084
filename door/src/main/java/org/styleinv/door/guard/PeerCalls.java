package org.styleinv.door.guard;

import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.grpc.api.ChannelBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcClientConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import org.styleinv.gate.AccessConfig;
import org.styleinv.proto.identity.Bearer;

/** How services call each other: in TLS where their doors speak it, and with a token if they have one. */
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
        tls.calls().ifPresent(context -> channel.sslContext(context).negotiationType(NegotiationType.TLS));
        token.ifPresent(channel::intercept);
        return Map.of();
    }
}
