package org.styleinv.door;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;

/** Puts a {@link SlowHead} before every connection that a server of this process takes, of gRPC and of HTTP alike. */
public final class SlowHeads extends ChannelInitializerExtension {
    private static final long LIMIT_MS = 10_000;

    /** For the servers that start from now on; Netty looks once, before its first server. */
    public static void guard() {
        System.setProperty("io.netty.bootstrap.extensions", "serviceload");
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new SlowHead(LIMIT_MS));
    }
}
