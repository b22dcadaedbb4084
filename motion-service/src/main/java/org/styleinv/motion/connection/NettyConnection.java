package org.styleinv.motion.connection;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A connection that listens to all that comes in, and sends a PING of HTTP/2 (RFC 9113, section 6.7) when it has heard nothing for
 * a while. Every peer must answer that, above other frames, so one that is cut off or frozen is told from one that reads slowly.
 */
final class NettyConnection extends ChannelInboundHandlerAdapter implements ClientConnection {
    private static final long LOOK_MS = 50;
    private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long LONGEST_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double FADING = 0.9;
    private static final long PING = 0xDEAD; // what gRPC's own keep-alive sends: it expects such answers

    private final GrpcHttp2ConnectionHandler http2;
    private final long silentNanos;

    @SuppressWarnings("NullAway.Init") // when it is added to its channel
    private volatile ChannelHandlerContext place;

    private volatile boolean silent;
    private long heard; // this and the following belong to the event loop
    private long asked;
    private boolean waiting; // for an answer
    private long slowest; // answer of late: a long way is no silence
    private int watchers;
    private boolean looking;

    NettyConnection(GrpcHttp2ConnectionHandler http2, long silentNanos) {
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
        if (waiting) {
            waiting = false;
            silent = false;
            slowest = Math.max(heard - asked, (long) (slowest * FADING));
        }
        context.fireChannelRead(message);
    }

    @Override
    public void watch() {
        onLoop(() -> {
            watchers++;
            if (!looking) {
                looking = true;
                heard = System.nanoTime(); // nobody asked until now
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
            // the server has stopped, and its connections with it
        }
    }

    /** On the event loop, which reads what has come before it does this: a stall of our own is not taken for silence. */
    private void look() {
        looking = watchers > 0 && place.channel().isActive();
        if (!looking) {
            return;
        }
        long now = System.nanoTime();
        if (waiting) {
            long patience = Math.max(silentNanos - ASK_NANOS, Math.min(2 * slowest, LONGEST_ANSWER_NANOS));
            silent = now - asked > patience;
        } else if (now - heard >= ASK_NANOS) {
            waiting = true;
            asked = now;
            ChannelHandlerContext to = place.pipeline().context(http2);
            http2.encoder().writePing(to, false, PING, to.newPromise());
            to.flush();
        }
        place.executor().schedule(this::look, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean silent() {
        return silent;
    }
}
