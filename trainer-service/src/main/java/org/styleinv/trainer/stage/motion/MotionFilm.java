package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import org.styleinv.network.Pass;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.stage.Pictures;

/**
 * What a motion run shows to people: always the same faces and motions, so that two of its pictures differ by what was learnt.
 *
 * @param noise of the generator, where it is none
 */
record MotionFilm(FrozenGenerator frozen, StyleInV motion, Noise.Mode noise, long seed) {
    private static final double FPS = 30;
    private static final int STREAMS = 8;
    private static final int COLUMNS = 16;
    private static final int STRIDE = 8;

    /**
     * A row for each of eight streams: the first frame, then every eighth frame of the video.
     *
     * @param pass with the motion's weights
     */
    void draw(Pass pass, Path file) throws IOException {
        Pictures.grid(video(pass, STREAMS, COLUMNS, STRIDE), COLUMNS, 1, file);
    }

    /** The first stream of {@link #draw}, every frame, first frame first. */
    void film(Pass pass, Path file) throws IOException {
        Pictures.film(video(pass, 1, motion.config().style().clipLength(), 1), FPS, file);
    }

    /** {@code [streams * frames, 3, r, r]}, stream by stream, every {@code stride}th frame. */
    private NDArray video(Pass pass, int streams, int frames, int stride) {
        NDManager scope = pass.scope();
        Draws draws = new Draws(seed, -1, 0);
        NDArray w0 = frozen.map(pass, draws.normal(scope, streams, frozen.zDim()));
        Noise painted = noise == Noise.Mode.NONE ? Noise.NONE : Noise.CONST;
        NDArray x0 = frozen.paint(pass, w0, painted);
        int clipLength = motion.config().style().clipLength();
        float[] ts = new float[streams * frames];
        for (int i = 0; i < ts.length; i++) {
            ts[i] = (i % frames) * (float) stride / (clipLength - 1);
        }
        int anchors = motion.config().style().anchors(stride * frames);
        NDArray z =
                draws.normal(scope, streams, anchors, motion.config().style().zDim());
        NDArray wt = motion.forward(pass, x0, w0, z, scope.create(ts, new Shape(streams, frames)));
        NDArray byStream = wt.reshape(frames, streams, -1).transpose(1, 0, 2).reshape((long) streams * frames, -1);
        return frozen.paintInParts(pass, byStream, painted);
    }
}
