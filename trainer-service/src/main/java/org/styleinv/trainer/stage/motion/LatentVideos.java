package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import org.styleinv.network.Pass;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;

/**
 * A data set's videos as the inversion encoder sees them: a latent for each frame. A video is inverted as a whole when it is
 * first wanted, always in the same parts, so that a run that goes on has the very numbers of one that was not stopped.
 */
final class LatentVideos {
    private static final int T = FrameSampler.FRAMES;
    private static final int PART = 24; // frames at a time
    private static final int MEASURED = 16; // videos

    private final FrozenEncoder encoder;
    private final DrawnMotion drawn;
    private final Map<Integer, float[]> known = new HashMap<>(); // by video and mirror, [frames, wDim]

    LatentVideos(FrozenEncoder encoder, DrawnMotion drawn) {
        this.encoder = encoder;
        this.drawn = drawn;
    }

    /** Latents of real clips, {@code [n, t*wDim, 1, 1]}. */
    Clip real(NDManager scope, Draws draws) {
        int n = drawn.batch();
        int w = width();
        float[] values = new float[n * T * w];
        float[] ts = new float[n * T];
        for (int i = 0; i < n; i++) {
            DrawnMotion.Sample sample = drawn.sample(draws);
            float[] latents = latents(scope, sample.clip(), sample.mirrored());
            System.arraycopy(sample.ts(), 0, ts, i * T, T);
            for (int f = 0; f < T; f++) {
                System.arraycopy(latents, sample.frames()[f] * w, values, (i * T + f) * w, w);
            }
        }
        return new Clip(scope.create(values, new Shape(n, (long) T * w, 1, 1)), scope.create(ts, new Shape(n, T)));
    }

    /** What generated clips begin with: first latents of other real clips, {@code [n, wDim]}. */
    NDArray first(NDManager scope, Draws draws) {
        int n = drawn.batch();
        int w = width();
        float[] values = new float[n * w];
        for (int i = 0; i < n; i++) {
            DrawnMotion.Sample sample = drawn.sample(draws);
            float[] latents = latents(scope, sample.clip(), sample.mirrored());
            System.arraycopy(latents, sample.frames()[0] * w, values, i * w, w);
        }
        return scope.create(values, new Shape(n, w));
    }

    /** Mean distance of the latents of clips from their first, as {@code distance} has it of generated ones. */
    static double distance(Clip clip, int wDim) {
        float[] values = clip.frames().toFloatArray();
        double sum = 0;
        for (int at = 0; at < values.length; at += wDim) {
            int first = at / (T * wDim) * T * wDim;
            double square = 0;
            for (int k = 0; k < wDim; k++) {
                double d = values[at + k] - values[first + k];
                square += d * d;
            }
            sum += Math.sqrt(square);
        }
        return sum / (values.length / wDim);
    }

    /**
     * How far a value of a latent goes from the first of its video, root mean square over some videos of the data set.
     * Above 0, where videos stand still as well.
     */
    double moved(NDManager scope) {
        int w = width();
        int clips = drawn.data().clips();
        int measured = Math.min(MEASURED, clips);
        double sum = 0;
        long count = 0;
        for (int i = 0; i < measured; i++) {
            float[] latents = latents(scope, (int) ((long) i * clips / measured), false);
            for (int at = w; at < latents.length; at++) {
                double way = latents[at] - latents[at % w];
                sum += way * way;
                count++;
            }
        }
        return Math.max(1e-3, Math.sqrt(sum / count));
    }

    private int width() {
        return encoder.network().config().wDim();
    }

    private float[] latents(NDManager parent, int clip, boolean mirrored) {
        return known.computeIfAbsent(2 * clip + (mirrored ? 1 : 0), key -> invert(parent, clip, mirrored));
    }

    private float[] invert(NDManager parent, int clip, boolean mirrored) {
        VideoDataset data = drawn.data();
        int r = data.resolution();
        int size = 3 * r * r;
        int frames = data.frames(clip);
        float[] latents = new float[frames * width()];
        for (int from = 0; from < frames; from += PART) {
            int n = Math.min(PART, frames - from);
            float[] values = new float[n * size];
            for (int f = 0; f < n; f++) {
                data.read(clip, from + f, mirrored, values, f * size);
            }
            try (NDManager scope = parent.newSubManager()) {
                Pass pass = Pass.inference(scope, encoder.weights());
                float[] part = encoder.invert(pass, scope.create(values, new Shape(n, 3, r, r)))
                        .toFloatArray();
                System.arraycopy(part, 0, latents, from * width(), part.length);
            }
        }
        return latents;
    }
}
