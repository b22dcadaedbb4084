package org.styleinv.door;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * {@code grpc.health.v1}: each service by its name, and all together as the empty name. They are asked again and again, so
 * that what gRPC says and what readiness says is the same.
 */
public final class HealthDoor implements BindableService, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HealthDoor.class);
    private static final long LOOK_MS = 500;

    private final HealthStatusManager statuses = new HealthStatusManager();
    private final List<Serving> services;
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "grpc-health");
        thread.setDaemon(true);
        return thread;
    });

    /** @param services that this server has */
    public HealthDoor(List<Serving> services) {
        this.services = List.copyOf(services);
        set(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, false);
        services.forEach(one -> set(one.service(), false));
    }

    /** Asks from now on. */
    public void start() {
        clock.scheduleWithFixedDelay(this::look, 0, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        boolean all = true;
        for (Serving one : services) {
            boolean well = well(one);
            set(one.service(), well);
            all &= well;
        }
        set(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, all);
    }

    /** What it says of itself; not well where it cannot say. */
    static boolean well(Serving one) {
        try {
            return one.health().isWell();
        } catch (RuntimeException e) { // one that cannot say is not well, and the others are still asked
            LOG.debugf(e, "%s does not say how it is", one.service());
            return false;
        }
    }

    private void set(String service, boolean well) {
        statuses.setStatus(service, well ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    @Override
    public ServerServiceDefinition bindService() {
        return Requests.checked(statuses.getHealthService().bindService());
    }

    /** Says NOT_SERVING for good. */
    @Override
    public void close() {
        clock.shutdownNow();
        statuses.enterTerminalState();
    }
}
