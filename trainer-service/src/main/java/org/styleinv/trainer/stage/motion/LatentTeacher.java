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

/**
 * Before the published phase: the same losses on latents, against a critic of trajectories. Nothing is painted but first
 * frames, which the motion sees.
 *
 * @param drawn times and motions
 * @param videos latents of the same data set
 */
record LatentTeacher(DrawnMotion drawn, LatentVideos videos, VideoCritic critic) implements MotionTeacher {
    @Override
    public Scene scene(NDManager scope, Draws draws) {
        MotionInputs.Start start = drawn.start(scope, draws);
        return new Scene(videos.first(scope, draws), start.z(), start.ts(), start.firstNoise(), start.noise());
    }

    @Override
    public Made make(MotionObjective objective, Pass pass, Scene scene) {
        return objective.makeLatents(pass, scene);
    }

    @Override
    public Clip real(NDManager scope, Draws draws) {
        return videos.real(scope, draws);
    }

    /** An error of latents, which is no PSNR. */
    @Override
    public void tellReconstruction(double error, Map<String, Double> figures) {
        figures.put("error_w0", error);
    }

    @Override
    public void tellReal(Clip real, Map<String, Double> figures) {
        figures.put("distance_real", LatentVideos.distance(real, drawn.style().wDim()));
    }
}
