package org.styleinv.mesh.local;

import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.styleinv.mesh.stop.Failure;

/** Whether every service of this JVM says that it can do its job. */
@ApplicationScoped
public class Readiness {
    private final SmallRyeHealthReporter health;

    Readiness(SmallRyeHealthReporter health) {
        this.health = health;
    }

    /** Returns when all are ready. */
    public void await(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (health.getReadiness().isDown()) {
            if (System.nanoTime() > end) {
                throw new Failure("the mesh is not ready after " + limit.toSeconds() + " s: " + what()
                        + "; `styleinv doctor` looks for the cause");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** The checks that are down, each with what it tells. */
    public String what() {
        return health.getReadiness().getPayload().getJsonArray("checks").getValuesAs(JsonObject.class).stream()
                .filter(check -> check.getString("status").equals("DOWN"))
                .map(check -> check.getString("name") + (check.containsKey("data") ? " " + check.get("data") : ""))
                .collect(Collectors.joining(", "));
    }
}
