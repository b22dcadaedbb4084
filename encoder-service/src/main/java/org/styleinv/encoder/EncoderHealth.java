package org.styleinv.encoder;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.Readiness;
import org.styleinv.door.Health;
import org.styleinv.door.ReadyCheck;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.proto.EncoderGrpc;

/** Ready while the engine moves; says what is wrong otherwise. */
@Readiness
@Singleton
class EncoderHealth extends ReadyCheck {
    private final EncoderProcess process;

    EncoderHealth(EncoderProcess process) {
        super("encoder", EncoderGrpc.SERVICE_NAME);
        this.process = process;
    }

    @Override
    public Health health() {
        return process.health();
    }

    @Override
    protected Map<String, Optional<String>> notes() {
        return Map.of(
                "model-refused", process.watch().flatMap(ModelWatch::refused), // the old one serves on
                "model-loading", process.watch().flatMap(ModelWatch::loading));
    }
}
