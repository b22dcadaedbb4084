package org.styleinv.studio.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
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

    private final ObjectMapper json;
    private final String policy;
    private final Upload upload;

    Guard(ObjectMapper json, Upload upload, PageFiles page) {
        this.json = json;
        this.upload = upload;
        policy = page.policy();
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
        } else if (upload.isTooLarge(request.request())) {
            refuse(request, upload.tooLarge());
        } else {
            request.next();
        }
    }

    /** Answers at once, and closes the connection: the rest of the request is of no use. */
    private void refuse(RoutingContext request, Problem problem) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.headWritten()) {
            request.request().connection().close();
            return;
        }
        try {
            response.setStatusCode(problem.status()).putHeader("Content-Type", "application/problem+json");
            if (request.request().version() != HttpVersion.HTTP_2) {
                response.putHeader("Connection", "close");
            }
            response.end(json.writeValueAsString(problem.members())).onComplete(sent -> part(request));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem is plain text", e);
        }
    }

    /**
     * Reads on for a moment and drops it, then ends the connection, or where others share it this request: one that is closed on a
     * sender loses its answer.
     */
    static void part(RoutingContext refused) {
        HttpServerRequest request = refused.request();
        Runnable end = request.version() == HttpVersion.HTTP_2
                ? () -> request.response().reset(0)
                : () -> request.connection().close();
        if (request.isEnded()) {
            if (request.version() != HttpVersion.HTTP_2) {
                end.run();
            }
            return;
        }
        long timer = refused.vertx().setTimer(PARTING_MS, late -> end.run());
        request.connection().closeHandler(closed -> refused.vertx().cancelTimer(timer));
        request.handler(piece -> {})
                .endHandler(all -> {
                    if (refused.vertx().cancelTimer(timer) && request.version() != HttpVersion.HTTP_2) {
                        end.run();
                    }
                })
                .resume();
    }
}
