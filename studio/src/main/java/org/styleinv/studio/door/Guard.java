package org.styleinv.studio.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.page.PageFiles;
import org.styleinv.studio.problem.Problem;

/**
 * Stands before the studio's addresses: what a browser may do with an answer, how large a request may be, and how long it
 * may take to arrive.
 */
@ApplicationScoped
public class Guard {
    private static final int FIRST = 100;
    private static final long PARTING_MS = 1000;
    private static final String BODY = "styleinv.body";

    private final ObjectMapper json;
    private final String policy;
    private final long arrivalMs;
    private final int mostBytes;

    Guard(ObjectMapper json, StudioConfig config, PageFiles page) {
        this.json = json;
        policy = page.policy();
        arrivalMs = config.arrival().toMillis();
        mostBytes = config.maxPictureBytes();
    }

    void stand(@Observes Filters filters) {
        filters.register(this::pass, FIRST);
    }

    private void pass(RoutingContext request) {
        request.response().putHeader("X-Content-Type-Options", "nosniff");
        request.response().putHeader("Referrer-Policy", "no-referrer");
        if (!request.normalizedPath().startsWith("/q/")) { // the framework's own pages have scripts in them
            request.response().putHeader("Content-Security-Policy", policy);
        }
        if (request.normalizedPath().indexOf(';') >= 0) { // resources leave it out when they match a path
            refuse(request, Problem.of(404, "no address here has a ; in its path, got " + request.normalizedPath()));
        } else if (request.request().method().equals(HttpMethod.POST)
                && request.normalizedPath().equals("/v1/faces")) {
            read(request);
        } else {
            request.next();
        }
    }

    /** The body of a request that has passed. */
    static byte[] body(RoutingContext request) {
        return request.<Buffer>get(BODY).getBytes();
    }

    /** Takes the body at once, so that only its sender can be slow. */
    private void read(RoutingContext request) {
        String length = request.request().getHeader("Content-Length");
        if (length != null && length.matches("[0-9]{1,18}") && Long.parseLong(length) > mostBytes) {
            refuse(request, tooLarge());
            return;
        }
        long timer = request.vertx()
                .setTimer(
                        arrivalMs,
                        late -> refuse(
                                request,
                                Problem.of(408, "the request did not arrive within " + arrivalMs / 1000.0 + " s")));
        Buffer body = Buffer.buffer();
        request.request().handler(piece -> {
            if (body.length() + piece.length() <= mostBytes) {
                body.appendBuffer(piece);
            } else if (request.vertx().cancelTimer(timer)) {
                refuse(request, tooLarge());
            }
        });
        request.request().endHandler(end -> {
            if (request.vertx().cancelTimer(timer)) { // it was neither too large nor too late
                request.put(BODY, body);
                request.next();
            }
        });
        request.request().exceptionHandler(gone -> request.vertx().cancelTimer(timer));
    }

    private Problem tooLarge() {
        return Problem.of(413, "a picture has at most " + mostBytes + " bytes here, send a smaller one");
    }

    /** Answers at once, and closes the connection: the rest of the request is of no use. */
    private void refuse(RoutingContext request, Problem problem) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.headWritten()) {
            request.request().connection().close();
            return;
        }
        try {
            response.setStatusCode(problem.status())
                    .putHeader("Content-Type", "application/problem+json")
                    .putHeader("Connection", "close")
                    .end(json.writeValueAsString(problem.members()))
                    .onComplete(sent -> part(request));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem is plain text", e);
        }
    }

    /** Closes once all was sent that is on its way, or soon: a connection that is closed on a sender loses its answer. */
    private static void part(RoutingContext refused) {
        HttpServerRequest request = refused.request();
        HttpConnection connection = request.connection();
        if (request.isEnded()) {
            connection.close();
            return;
        }
        long timer = refused.vertx().setTimer(PARTING_MS, late -> connection.close());
        connection.closeHandler(closed -> refused.vertx().cancelTimer(timer));
        request.handler(piece -> {}).endHandler(end -> connection.close()).resume();
    }
}
