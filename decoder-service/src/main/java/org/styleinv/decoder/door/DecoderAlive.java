package org.styleinv.decoder.door;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.Liveness;
import org.styleinv.decoder.DecoderConfig;
import org.styleinv.door.AliveCheck;

/** Alive until the engine has been unable to paint for so long that only another process may help. */
@Liveness
@Singleton
class DecoderAlive extends AliveCheck {
    DecoderAlive(DecoderProcess process, DecoderConfig config) {
        super("decoder-life", process::able, config.restartAfter());
    }
}
