package org.styleinv.decoder;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the engine moves and Kafka is heard; says what is missing otherwise. */
@Readiness
@ApplicationScoped
class DecoderHealth implements HealthCheck {
    private final DecoderProcess process;

    DecoderHealth(DecoderProcess process) {
        this.process = process;
    }

    @Override
    public HealthCheckResponse call() {
        String complaint = process.complaint();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("decoder").status(complaint.isEmpty());
        return complaint.isEmpty()
                ? response.build()
                : response.withData("because", complaint).build();
    }
}
