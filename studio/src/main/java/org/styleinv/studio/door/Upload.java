package org.styleinv.studio.door;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.problem.Problem;

/** A request's body, which is bounded, and has to be here soon; only its sender can be slow, for no thread waits. */
@ApplicationScoped
public class Upload {
    private final long arrivalMs;
    private final int mostBytes;

    Upload(StudioConfig config) {
        arrivalMs = config.arrival().toMillis();
        mostBytes = config.maxPictureBytes();
    }

    /** Whether more is announced than is taken. */
    boolean isTooLarge(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return length != null && length.matches("[0-9]{1,18}") && Long.parseLong(length) > mostBytes;
    }

    Problem tooLarge() {
        return Problem.of(413, "a picture has at most " + mostBytes + " bytes here, send a smaller one");
    }

    private Problem tooLate() {
        return Problem.of(408, "the request did not arrive within " + arrivalMs / 1000.0 + " s");
    }

    /**
     * The body; fails with a {@link Problem} if it is too large, or late. Subscribed to where the request's events come, before
     * anybody else reads them.
     */
    Uni<byte[]> body(RoutingContext request) {
        return Uni.createFrom().emitter(taker -> read(request, taker));
    }

    private void read(RoutingContext context, UniEmitter<? super byte[]> taker) {
        HttpServerRequest request = context.request();
        Buffer body = Buffer.buffer();
        long timer = context.vertx().setTimer(arrivalMs, late -> fail(context, taker, tooLate()));
        request.handler(piece -> {
            if (body.length() + piece.length() <= mostBytes) {
                body.appendBuffer(piece);
            } else if (context.vertx().cancelTimer(timer)) {
                fail(context, taker, tooLarge());
            }
        });
        request.endHandler(end -> {
            if (context.vertx().cancelTimer(timer)) { // it was neither too large nor too late
                taker.complete(body.getBytes());
            }
        });
        request.exceptionHandler(
                gone -> context.vertx().cancelTimer(timer)); // its connection, too: nobody is to be told
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.resume();
    }

    private static void fail(RoutingContext context, UniEmitter<? super byte[]> taker, Problem problem) {
        if (context.request().version() != HttpVersion.HTTP_2) {
            context.response().putHeader("Connection", "close");
        }
        context.addEndHandler(sent -> Guard.part(context));
        taker.fail(problem);
    }
}
