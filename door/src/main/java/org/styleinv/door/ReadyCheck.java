package org.styleinv.door;

import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** A service's readiness check: green while it is well, and the sentence of its trouble otherwise. Its gRPC health says the same. */
public abstract class ReadyCheck implements HealthCheck, Serving {
    private final String name;
    private final String service;

    /** @param service full name on the wire, as {@code styleinv.v1.Motion} */
    protected ReadyCheck(String name, String service) {
        this.name = name;
        this.service = service;
    }

    @Override
    public String service() {
        return service;
    }

    /** What else is worth a word: it turns nothing red. */
    protected abstract Map<String, Optional<String>> notes();

    @Override
    public HealthCheckResponse call() {
        Health health = health();
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name).status(health.isWell());
        if (health instanceof Health.Trouble trouble) {
            response.withData("part", trouble.part()).withData("because", trouble.sentence());
        }
        notes().forEach((about, note) -> note.ifPresent(said -> response.withData(about, said)));
        return response.build();
    }
}
