package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.stage.FrozenGenerator;

/**
 * Real clips as the frozen generator paints their inversions. It is not published: where the generator paints less than
 * there is to be seen, a discriminator tells its frames by how they are painted, which motion cannot mend, and learns
 * nothing of how they move (docs/training.md).
 *
 * @param drawn what generated clips start from
 * @param videos latents of the same data set
 */
record RepaintedClips(DrawnMotion drawn, LatentVideos videos, FrozenGenerator frozen, Noise.Mode noise)
        implements MotionInputs {
    private static final Script ROWS =
            Script.of("x: Tensor, ts: Tensor -> Tensor", "return torch.reshape(x, [torch.numel(ts), -1])");
    private static final Script CLIPS = Script.of(
            "frames: Tensor, ts: Tensor -> Tensor",
            "return torch.reshape(frames, [torch.size(ts, 0), -1, torch.size(frames, 2), torch.size(frames, 3)])");

    @Override
    public Start start(NDManager scope, Draws draws) {
        return drawn.start(scope, draws);
    }

    @Override
    public Clip real(NDManager scope, Draws draws) {
        Clip latents = videos.real(scope, draws);
        Pass pass = Pass.inference(scope, frozen.weights());
        NDArray frames = frozen.paintInParts(pass, ROWS.call(pass, latents.frames(), latents.ts()), draws.noise(noise));
        return new Clip(CLIPS.call(pass, frames, latents.ts()), latents.ts());
    }
}
