package org.styleinv.decoder.door;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.styleinv.door.Serving;
import org.styleinv.proto.DecoderGrpc;

/** Ready while the engine moves and Kafka is heard; says what is missing otherwise. */
@Readiness
@ApplicationScoped
class DecoderHealth implements HealthCheck, Serving {
    private final DecoderProcess process;

    DecoderHealth(DecoderProcess process) {
        this.process = process;
    }

    @Override
    public String service() {
        return DecoderGrpc.SERVICE_NAME;
    }

    @Override
    public String complaint() {
        return process.complaint();
    }

    @Override
    public HealthCheckResponse call() {
        String complaint = complaint();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("decoder").status(complaint.isEmpty());
        if (!complaint.isEmpty()) {
            response.withData("because", complaint);
        }
        if (process.started()) {
            response.withData("model", process.variants().get(0).digest());
        }
        if (!process.refusedModel().isEmpty()) { // the old one serves, so this does not turn it red
            response.withData("model-refused", process.refusedModel());
        }
        if (!process.loadingModel().isEmpty()) {
            response.withData("model-loading", process.loadingModel());
        }
        return response.build();
    }
}
