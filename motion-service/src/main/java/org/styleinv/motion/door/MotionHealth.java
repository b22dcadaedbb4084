package org.styleinv.motion.door;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.Readiness;
import org.styleinv.door.Health;
import org.styleinv.door.ReadyCheck;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.proto.MotionGrpc;

/** Ready while the engine moves and Kafka is heard; says what is missing otherwise. */
@Readiness
@Singleton
class MotionHealth extends ReadyCheck {
    private final MotionProcess process;

    MotionHealth(MotionProcess process) {
        super("motion", MotionGrpc.SERVICE_NAME);
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
