package org.styleinv.motion.door;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.styleinv.motion.MotionConfig;
import org.styleinv.network.serving.Patience;

/** Alive until the engine has been unable to make latents for so long that only another process may help. */
@Liveness
@ApplicationScoped
class MotionLife implements HealthCheck {
    private final MotionProcess process;
    private final Patience patience;

    MotionLife(MotionProcess process, MotionConfig config) {
        this.process = process;
        patience = new Patience(config.restartAfter());
    }

    @Override
    public HealthCheckResponse call() {
        String why = process.hindrance();
        var response = HealthCheckResponse.named("motion-life").status(patience.with(why));
        return (why.isEmpty() ? response : response.withData("because", why)).build();
    }
}
