package org.styleinv.decoder.door;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.styleinv.decoder.DecoderConfig;
import org.styleinv.network.serving.Patience;

/** Alive until the engine has been unable to paint for so long that only another process may help. */
@Liveness
@ApplicationScoped
class DecoderLife implements HealthCheck {
    private final DecoderProcess process;
    private final Patience patience;

    DecoderLife(DecoderProcess process, DecoderConfig config) {
        this.process = process;
        patience = new Patience(config.restartAfter());
    }

    @Override
    public HealthCheckResponse call() {
        String why = process.hindrance();
        var response = HealthCheckResponse.named("decoder-life").status(patience.with(why));
        return (why.isEmpty() ? response : response.withData("because", why)).build();
    }
}
