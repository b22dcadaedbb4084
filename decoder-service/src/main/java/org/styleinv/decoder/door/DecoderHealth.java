package org.styleinv.decoder.door;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.Readiness;
import org.styleinv.door.Health;
import org.styleinv.door.ReadyCheck;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.proto.DecoderGrpc;

/** Ready while the engine moves and Kafka is heard; says what is missing otherwise. */
@Readiness
@Singleton
class DecoderHealth extends ReadyCheck {
    private final DecoderProcess process;

    DecoderHealth(DecoderProcess process) {
        super("decoder", DecoderGrpc.SERVICE_NAME);
        this.process = process;
    }

    @Override
    public Health health() {
        return process.health();
    }

    @Override
    protected Map<String, Optional<String>> notes() {
        return Map.of(
                "model",
                        process.started()
                                ? Optional.of(process.variants().get(0).digest())
                                : Optional.empty(),
                "model-refused", process.watch().flatMap(ModelWatch::refused), // the old one serves on
                "model-loading", process.watch().flatMap(ModelWatch::loading));
    }
}
