package org.styleinv.door;

import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;

/** What all gRPC servers of the mesh have in common: bounded statuses, reflection, nobody who stays and asks nothing. */
@ApplicationScoped
class GrpcDoor implements ServerBuilderCustomizer<VertxServerBuilder> {
    /** A client of gRPC connects again by itself; one that sends its headers byte by byte never gets so far. */
    private static final long IDLE_SECONDS = 60;

    @Override
    public void customize(GrpcServerConfiguration settings, VertxServerBuilder server) {
        SlowHeads.guard();
        Reflection.services().forEach(server::addService);
        server.nettyBuilder().intercept(new StatusDoor()).maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS);
    }
}
