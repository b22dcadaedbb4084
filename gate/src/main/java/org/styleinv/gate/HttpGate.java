package org.styleinv.gate;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;

/**
 * Stands before every address of HTTP. Health is everybody's, for what starts and stops containers has neither token nor
 * certificate; metrics and the rest of {@code /q/} are an operator's.
 */
@ApplicationScoped
public class HttpGate {
    private static final Logger LOG = Logger.getLogger(HttpGate.class);
    private static final int BEFORE_ALL = 1000;
    private static final int SOCKET = 101; // a connection that goes on as a WebSocket
    private static final String HEALTH = "/q/health";
    private static final String TENANT = "styleinv.tenant";
    private static final String CALLER = "styleinv.caller";

    private final Gatekeeper keeper;
    private final boolean requireClients;
    private final List<HttpRoles> roles;

    HttpGate(Gatekeeper keeper, TlsConfig tls, @Any Instance<HttpRoles> roles) {
        this.keeper = keeper;
        requireClients = tls.on() && tls.requireClients();
        this.roles = roles.stream().toList();
    }

    void stand(@Observes Filters filters) {
        if (requireClients || !keeper.isOpen()) {
            filters.register(this::pass, BEFORE_ALL);
        }
    }

    private void pass(RoutingContext request) {
        String path = request.normalizedPath();
        if (path.indexOf(';')
                >= 0) { // what resources leave out when they match a path, so that it would pass as another
            request.response().setStatusCode(404).end();
            return;
        }
        if (path.equals(HEALTH) || path.startsWith(HEALTH + "/")) {
            request.next();
            return;
        }
        Role wanted = wanted(request.request().method().name(), path);
        try {
            if (requireClients && !isCertified(request.request().sslSession())) {
                throw new Denied(Denied.Kind.UNKNOWN, "a client's certificate is wanted here", 0);
            }
            Caller caller = keeper.admit(request.request().getHeader("Authorization"), wanted);
            request.put(TENANT, caller.tenant(request.request().getHeader(Tenant.HEADER)));
            request.put(CALLER, caller);
            if (wanted == Role.GENERATE) {
                count(request, caller);
            }
            hold(request, wanted);
            request.next();
        } catch (Denied denied) {
            refuse(request, denied);
        }
    }

    /** Whom a request that has passed is for. */
    public static Tenant tenant(RoutingContext request) {
        Tenant tenant = request.get(TENANT);
        return tenant == null ? Tenant.MESH : tenant;
    }

    /** Whose quotas a request that has passed is held to. */
    public static Caller caller(RoutingContext request) {
        Caller caller = request.get(CALLER);
        return caller == null ? Caller.ANYBODY : caller;
    }

    private Role wanted(String method, String path) {
        return roles.stream()
                .map(one -> one.wanted(method, path))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(Role.OPERATE);
    }

    /** A request counts as a stream for as long as it is answered. */
    private static void count(RoutingContext request, Caller caller) throws Denied {
        caller.enter();
        var in = new AtomicBoolean(true);
        Runnable leave = () -> {
            if (in.getAndSet(false)) {
                caller.leave();
            }
        };
        request.addEndHandler(ended -> {
            if (ended.failed() || request.response().getStatusCode() != SOCKET) {
                leave.run();
            }
        });
        if (request.request().getHeader("Upgrade") != null) {
            request.request().connection().closeHandler(gone -> leave.run());
        }
    }

    /**
     * An answer that is on its way when its token is not good any more ends with its connection: HTTP has no word for it then. A
     * WebSocket has, so its application says it.
     */
    private void hold(RoutingContext request, Role wanted) {
        String path = request.normalizedPath();
        Gatekeeper.Held held = keeper.hold(request.request().getHeader("Authorization"), wanted, denied -> {
            LOG.infof("an answer ends with its token path=%s cause=\"%s\"", path, denied.getMessage());
            request.vertx().runOnContext(now -> end(request, denied));
        });
        request.addEndHandler(ended -> held.close());
    }

    private static void end(RoutingContext request, Denied denied) {
        if (request.response().ended() || request.response().getStatusCode() == SOCKET) {
            return;
        }
        if (request.response().headWritten()) {
            request.response().reset();
        } else {
            refuse(request, denied);
        }
    }

    private static boolean isCertified(SSLSession session) {
        try {
            return session != null && session.getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    private static void refuse(RoutingContext request, Denied denied) {
        int status =
                switch (denied.kind()) {
                    case UNKNOWN -> 401;
                    case FORBIDDEN -> 403;
                    case BUSY -> 429;
                };
        var response = request.response().setStatusCode(status).putHeader("Content-Type", "application/problem+json");
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Basic realm=\"styleinv\", charset=\"UTF-8\"");
        }
        if (denied.retryMs() > 0) {
            response.putHeader("Retry-After", Long.toString((denied.retryMs() + 999) / 1000));
        }
        response.end(new JsonObject()
                .put("type", "about:blank")
                .put("title", response.getStatusMessage())
                .put("status", status)
                .put("detail", denied.getMessage())
                .encode());
    }
}
