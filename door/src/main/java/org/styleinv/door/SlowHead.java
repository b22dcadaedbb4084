package org.styleinv.door;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection whose request does not get past its head in time: nothing comes, or a byte a second. The head of HTTP/1
 * and the preface of HTTP/2 both end with an empty line. Behind it a body, another protocol or HTTP/2 have their own limits.
 *
 * <pre>
 * waiting for a head --empty line--> between requests --a byte--> waiting for a head ...
 *        |                                                            |
 *     too late: closed                      a body, an upgrade, HTTP/2, TLS: not looked at any more
 * </pre>
 */
final class SlowHead extends ChannelInboundHandlerAdapter {
    private static final int MOST = 1 << 16; // of a head that is looked at; servers refuse longer ones

    private final long limitMs;
    private final StringBuilder head = new StringBuilder();
    private @Nullable Future<?> end;

    SlowHead(long limitMs) {
        this.limitMs = limitMs;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        await(context);
    }

    private Future<?> await(ChannelHandlerContext context) {
        Future<?> waiting = context.executor().schedule(() -> late(context), limitMs, TimeUnit.MILLISECONDS);
        end = waiting;
        return waiting;
    }

    private void late(ChannelHandlerContext context) {
        if (context.pipeline().get(SslHandler.class) != null) {
            context.pipeline().remove(this); // its handshake has a limit of its own, and heads cannot be seen
        } else {
            context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            look(context, bytes);
        }
        context.fireChannelRead(message);
    }

    private void look(ChannelHandlerContext context, ByteBuf bytes) {
        Future<?> waiting = end == null ? await(context) : end;
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            char one = (char) (bytes.getByte(i) & 0xff);
            if (one != '\r') {
                head.append(one);
            }
            int length = head.length();
            if (length > 1 && one == '\n' && head.charAt(length - 2) == '\n') {
                waiting.cancel(false);
                end = null;
                if (hasMore(head.toString().toLowerCase(Locale.ROOT))) {
                    context.pipeline().remove(this);
                    return;
                }
                head.setLength(0);
                if (i + 1 < bytes.writerIndex()) {
                    await(context); // the next request is here, too
                }
            } else if (length > MOST) {
                head.delete(0, length - 1); // no server takes it; the limit of time goes on
            }
        }
    }

    /** Whether what follows is no other head. */
    private static boolean hasMore(String head) {
        return head.startsWith("pri * http/2")
                || head.contains("\ncontent-length:")
                || head.contains("\ntransfer-encoding:")
                || head.contains("\nupgrade:");
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (end != null) {
            end.cancel(false);
        }
    }
}
