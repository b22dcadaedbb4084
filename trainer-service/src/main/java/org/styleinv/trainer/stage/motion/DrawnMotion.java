package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;

/**
 * Random identities, motions and times, and sparse samples of a data set's clips. StyleInV (Wang et al. 2023), section 3.4.
 *
 * @param batch clips
 * @param inverted how many of them start from the inversion of a frame
 * @param zDim width of an identity's z
 * @param mirror whether clips are also shown mirrored
 * @param looped whether a video's first frame comes after its last, so that a clip may begin anywhere in it
 * @param noise of the generator
 */
record DrawnMotion(
        VideoDataset data,
        FrameSampler sampler,
        TemporalStyle.Config style,
        int batch,
        int inverted,
        int zDim,
        boolean mirror,
        boolean looped,
        Noise.Mode noise)
        implements MotionInputs {
    private static final int T = FrameSampler.FRAMES;

    @Override
    public Start start(NDManager scope, Draws draws) {
        NDArray identities = draws.normal(scope, batch - inverted, zDim);
        NDArray frames = draws.frames(scope, data, inverted, mirror);
        float[] ts = new float[batch * T];
        for (int i = 0; i < batch; i++) {
            double[] sampled = sampler.generated(length(draws), draws::uniform);
            System.arraycopy(sampler.timestamps(sampled), 0, ts, i * T, T);
        }
        NDArray z = draws.normal(scope, batch, style.anchors(sampler.clipLength() - 1), style.zDim());
        NDArray times = scope.create(ts, new Shape(batch, T));
        return new Start(frames, identities, times, z, draws.noise(noise), draws.noise(noise));
    }

    @Override
    public Clip real(NDManager scope, Draws draws) {
        int r = data.resolution();
        int size = 3 * r * r;
        float[] values = new float[batch * T * size];
        float[] ts = new float[batch * T];
        for (int i = 0; i < batch; i++) {
            Sample sample = sample(draws);
            System.arraycopy(sample.ts, 0, ts, i * T, T);
            for (int f = 0; f < T; f++) {
                data.read(sample.clip, sample.frames[f], sample.mirrored, values, (i * T + f) * size);
            }
        }
        return new Clip(scope.create(values, new Shape(batch, T * 3L, r, r)), scope.create(ts, new Shape(batch, T)));
    }

    /**
     * Some frames of a video.
     *
     * @param frames in the video
     * @param ts when they are, {@code [t]}
     */
    record Sample(int clip, boolean mirrored, int[] frames, float[] ts) {}

    Sample sample(Draws draws) {
        int clip = draws.below(data.clips());
        int length = data.frames(clip);
        int start = draws.below(looped ? length : Math.max(1, length - sampler.clipLength() + 1));
        boolean mirrored = draws.coin() && mirror;
        double[] frames = sampler.real(length, draws::uniform);
        int[] at = Arrays.stream(frames)
                .mapToInt(frame -> (start + (int) frame) % length)
                .toArray();
        return new Sample(clip, mirrored, at, sampler.timestamps(frames));
    }

    /** As often as a video is that long: or a discriminator would know a late frame by its time alone. */
    private int length(Draws draws) {
        return data.shortest() >= sampler.clipLength() ? sampler.clipLength() : data.frames(draws.below(data.clips()));
    }
}
