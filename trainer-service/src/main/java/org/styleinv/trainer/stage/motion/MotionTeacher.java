package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.styleinv.network.Pass;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.MotionObjective.Made;
import org.styleinv.network.motion.MotionObjective.Scene;
import org.styleinv.trainer.critic.VideoCritic;
import org.styleinv.trainer.data.Draws;

/** What motion learns from in a step: clips to make, real ones beside them, and the discriminator that judges both. */
sealed interface MotionTeacher permits FrameTeacher, LatentTeacher {
    /** What is to be made, of the whole batch. */
    Scene scene(NDManager scope, Draws draws);

    /**
     * A scene as the discriminator is to see it.
     *
     * @param pass with the motion's weights
     */
    Made make(MotionObjective objective, Pass pass, Scene scene);

    /** Real clips, of the whole batch. */
    Clip real(NDManager scope, Draws draws);

    VideoCritic critic();

    /**
     * Adds what a person reads of the first frames.
     *
     * @param error mean squared, of what was made at time 0
     */
    void tellReconstruction(double error, Map<String, Double> figures);

    /** Adds what a person reads of the real clips that were shown. */
    void tellReal(Clip real, Map<String, Double> figures);
}
