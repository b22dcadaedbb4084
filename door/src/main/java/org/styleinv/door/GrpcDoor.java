package org.styleinv.door;

import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.runtime.StartupEvent;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.styleinv.door.guard.ServerTls;
import org.styleinv.door.guard.TokenDoor;
import org.styleinv.door.trace.TraceDoor;
import org.styleinv.gate.Exposure;
import org.styleinv.gate.Gatekeeper;
import org.styleinv.telemetry.trace.Traces;

/**
 * What all gRPC servers of the mesh have in common: who may come in, the trace of each call, bounded statuses, reflection, nobody who stays and asks
 * nothing.
 */
@ApplicationScoped
class GrpcDoor implements ServerBuilderCustomizer<VertxServerBuilder> {
    /** A client of gRPC connects again by itself; one that sends its headers byte by byte never gets so far. */
    private static final long IDLE_SECONDS = 60;

    private static final long HANDSHAKE_SECONDS = 10;

    /** Calls that a client may take back; a studio does so once a picture, a thousand a second at most. CVE-2023-44487. */
    private static final int RESETS = 5000;

    private static final int RESETS_SECONDS = 5;
    private static final String HOST = "quarkus.grpc.server.host";

    private final Exposure exposure;
    private final ServerTls tls;
    private final Gatekeeper keeper;
    private final Traces traces;

    GrpcDoor(Exposure exposure, ServerTls tls, Gatekeeper keeper, Traces traces) {
        this.traces = traces;
        this.keeper = keeper;
        this.exposure = exposure;
        this.tls = tls;
    }

    /** The framework goes on without a gRPC server that did not start; a service does not. */
    void start(
            @Observes @Priority(1) StartupEvent event,
            @ConfigProperty(name = HOST, defaultValue = "0.0.0.0") String host,
            @ConfigProperty(name = "quarkus.grpc.server.port", defaultValue = "9000") int port) {
        exposure.demand("gRPC", HOST, host, port);
    }

    @Override
    public void customize(GrpcServerConfiguration settings, VertxServerBuilder server) {
        exposure.demand("gRPC", HOST, settings.host(), settings.port());
        SlowHeads.guard();
        Reflection.services().forEach(server::addService);
        server.nettyBuilder()
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .intercept(new TraceDoor(traces)) // the last one runs first
                .intercept(new TokenDoor(keeper))
                .intercept(new StatusDoor())
                .maxRstFramesPerWindow(RESETS, RESETS_SECONDS)
                .maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS);
        tls.context().ifPresent(server.nettyBuilder()::sslContext);
    }

    /** First: where a service begins connections in a way of its own, that stands, and asks {@link ServerTls} itself. */
    @Override
    public int priority() {
        return Integer.MIN_VALUE;
    }
}
