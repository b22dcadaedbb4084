package org.styleinv.motion.door;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.Liveness;
import org.styleinv.door.AliveCheck;
import org.styleinv.motion.MotionConfig;

/** Alive until the engine has been unable to make latents for so long that only another process may help. */
@Liveness
@Singleton
class MotionAlive extends AliveCheck {
    MotionAlive(MotionProcess process, MotionConfig config) {
        super("motion-life", process::able, config.restartAfter());
    }
}
