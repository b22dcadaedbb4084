package org.styleinv.door;

import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** A service's liveness check: red once it has been unable to work for so long that only another process may help. */
public abstract class AliveCheck implements HealthCheck {
    private final String name;
    private final Supplier<Health> able;
    private final Duration patience;
    private long since; // of the trouble; 0 where there is none; guarded by this

    /** @param able whether it could work if it had any; asked now and then */
    protected AliveCheck(String name, Supplier<Health> able, Duration patience) {
        this.name = name;
        this.able = able;
        this.patience = patience;
    }

    @Override
    public HealthCheckResponse call() {
        Health health = able.get();
        var response = HealthCheckResponse.named(name).status(bearable(health));
        health.because().ifPresent(why -> response.withData("because", why));
        return response.build();
    }

    private synchronized boolean bearable(Health health) {
        long now = System.nanoTime();
        if (health.isWell()) {
            since = 0;
        } else if (since == 0) {
            since = Math.max(1, now);
        }
        return since == 0 || now - since <= patience.toNanos();
    }
}
