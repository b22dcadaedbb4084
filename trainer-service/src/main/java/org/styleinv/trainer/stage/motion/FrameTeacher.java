package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.MotionObjective.Made;
import org.styleinv.network.motion.MotionObjective.Scene;
import org.styleinv.trainer.critic.VideoCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.stage.FrozenGenerator;

/** As published: clips are painted, and a discriminator of sparse clips judges them. StyleInV (Wang et al. 2023), section 3.4. */
record FrameTeacher(MotionInputs inputs, FrozenGenerator frozen, FrozenEncoder encoder, VideoCritic critic)
        implements MotionTeacher {
    private static final double STILL = 1e-10; // squared error of two equal frames, whose PSNR would be infinite

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");

    @Override
    public Scene scene(NDManager scope, Draws draws) {
        MotionInputs.Start start = inputs.start(scope, draws);
        Pass still = Pass.inference(scope, frozen.weights());
        NDArray w0 = frozen.map(still, start.identities());
        if (start.frames().getShape().get(0) > 0) {
            w0 = CONCAT.call(still, encoder.invert(still, start.frames()), w0);
        }
        return new Scene(w0, start.z(), start.ts(), start.firstNoise(), start.noise());
    }

    @Override
    public Made make(MotionObjective objective, Pass pass, Scene scene) {
        return objective.make(pass, scene);
    }

    @Override
    public Clip real(NDManager scope, Draws draws) {
        return inputs.real(scope, draws);
    }

    @Override
    public void tellReconstruction(double error, Map<String, Double> figures) {
        figures.put("psnr_0", 10 * Math.log10(4 / Math.max(error, STILL)));
    }

    @Override
    public void tellReal(Clip real, Map<String, Double> figures) {}
}
