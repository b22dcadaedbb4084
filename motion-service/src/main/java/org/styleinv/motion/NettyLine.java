package org.styleinv.motion;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A line that listens to all that comes in, and sends a PING of HTTP/2 (RFC 9113, section 6.7) when it has heard nothing for
 * a while. Every peer must answer that, above other frames, so one that is cut off or frozen is told from one that reads slowly.
 */
final class NettyLine extends ChannelInboundHandlerAdapter implements Line {
    private static final long LOOK_MS = 50;
    private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long PING = 0xDEAD; // what gRPC's own keep-alive sends: it expects such answers

    private final GrpcHttp2ConnectionHandler http2;
    private final long silentNanos;
    private volatile long heard = System.nanoTime();
    private volatile ChannelHandlerContext place;
    private long asked = heard; // this and the following belong to the event loop
    private int watchers;
    private boolean looking;

    NettyLine(GrpcHttp2ConnectionHandler http2, long silentNanos) {
        this.http2 = http2;
        this.silentNanos = silentNanos;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        place = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heard = System.nanoTime();
        context.fireChannelRead(message);
    }

    @Override
    public void watch() {
        onLoop(() -> {
            watchers++;
            if (!looking) {
                looking = true;
                look();
            }
        });
    }

    @Override
    public void unwatch() {
        onLoop(() -> watchers--);
    }

    private void onLoop(Runnable task) {
        try {
            place.executor().execute(task);
        } catch (RejectedExecutionException e) {
            // the server has stopped, and its lines with it
        }
    }

    private void look() {
        looking = watchers > 0 && place.channel().isActive();
        if (!looking) {
            return;
        }
        long now = System.nanoTime();
        boolean answered = heard - asked >= 0;
        if (answered && now - heard >= ASK_NANOS) {
            asked = now;
            ChannelHandlerContext to = place.pipeline().context(http2);
            http2.encoder().writePing(to, false, PING, to.newPromise());
            to.flush();
        }
        place.executor().schedule(this::look, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean silent() {
        return System.nanoTime() - heard > silentNanos;
    }
}
