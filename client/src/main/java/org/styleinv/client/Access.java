package org.styleinv.client;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.styleinv.proto.identity.Bearer;
import org.styleinv.proto.identity.TlsFiles;
import org.styleinv.proto.wire.Address;

/** How a client comes in: in plain text or by TLS, with or without a certificate and a token of its own. */
public final class Access {
    /** In plain text, as nobody. */
    public static final Access PLAIN = new Access(Optional.empty(), Optional.empty());

    private final Optional<SslContext> tls;
    private final Optional<Bearer> token;

    private Access(Optional<SslContext> tls, Optional<Bearer> token) {
        this.tls = tls;
        this.token = token;
    }

    /**
     * By files, which are read again when they change; in plain text where there is neither {@code ca} nor {@code cert}.
     *
     * @param ca        PEM, certificates that sign those of the servers; those that Java trusts if there is none
     * @param cert      PEM, the own certificate, where servers want one
     * @param key       PEM, its private key, PKCS #8
     * @param tokenFile a file with the token alone; it goes to another machine by TLS only
     * @throws IllegalArgumentException in one sentence, if a file cannot be read or does not say what it should
     */
    public static Access of(Optional<Path> ca, Optional<Path> cert, Optional<Path> key, Optional<Path> tokenFile) {
        return new Access(
                ca.or(() -> cert).or(() -> key).map(any -> context(TlsFiles.of(ca, cert, key))),
                tokenFile.map(Bearer::of));
    }

    /** @throws IllegalArgumentException if a token would go to another machine in plain text */
    NettyChannelBuilder channel(Address address) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port());
        if (tls.isPresent()) {
            builder.sslContext(tls.get());
        } else if (token.isPresent() && !isOwn(address.host())) {
            throw new IllegalArgumentException("a token is not sent to " + address
                    + " in plain text, where others could read it: give the certificate that signed the server's"
                    + " (--tls-ca)");
        } else {
            builder.usePlaintext();
        }
        token.ifPresent(builder::intercept);
        if (!isOwn(address.host())) { // a name of several replicas, as Kubernetes' headless Services are: each has its
            // share
            builder.defaultLoadBalancingPolicy("round_robin");
        }
        return builder;
    }

    private static SslContext context(TlsFiles files) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        files.keys().ifPresent(builder::keyManager);
        try {
            return GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .trustManager(files.trust())
                    .protocols(TlsFiles.PROTOCOLS)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("every Java speaks TLS", e);
        }
    }

    private static boolean isOwn(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
