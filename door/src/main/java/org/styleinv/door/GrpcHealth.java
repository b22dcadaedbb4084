package org.styleinv.door;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.GrpcService;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import org.styleinv.door.meter.Meters;

/** {@link HealthDoor} of a Quarkus application, in place of Quarkus's own, which says SERVING whatever readiness says. */
@GrpcService
class GrpcHealth implements BindableService {
    private final HealthDoor door;

    GrpcHealth(@Any Instance<Serving> services, MeterRegistry meters) {
        List<Serving> all = services.stream().toList();
        door = new HealthDoor(all);
        for (Serving one : all) {
            Meters.gauge(
                    meters,
                    "styleinv.ready",
                    "1 while a service is ready, as its health says, else 0",
                    () -> HealthDoor.well(one) ? 1 : 0,
                    "service",
                    one.service());
        }
    }

    void start(@Observes StartupEvent event) {
        door.start();
    }

    void stop(@Observes ShutdownEvent event) {
        door.close();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return door.bindService();
    }
}
