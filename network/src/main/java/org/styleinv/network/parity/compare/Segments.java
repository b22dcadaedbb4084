package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Pass;
import org.styleinv.network.motion.MotionSegment;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;

/** The way that serving goes: each time from the segment it lies in, where trajectories of stored noise are given. */
public record Segments(TemporalStyle style, Pass pass) {

    /**
     * Motion codes {@code [n, t, 2F]}.
     *
     * @param noise {@code [n, l, zDim]}
     * @param frames {@code n*t} times in frames
     */
    public NDArray codes(NDArray noise, double[] frames) {
        int n = (int) noise.getShape().get(0);
        int distance = style.config().anchorDistance();
        NDList rows = new NDList();
        for (int i = 0; i < frames.length; i++) {
            NDArray trajectory = noise.get(i / (frames.length / n));
            long anchor = style.anchorAt((long) frames[i]);
            MotionSegment segment = style.segment(pass, k -> trajectory.get(k).toFloatArray(), anchor);
            rows.add(pass.scope().create(segment.code(frames[i] - (double) anchor * distance)));
        }
        return NDArrays.stack(rows).reshape(n, frames.length / n, -1);
    }

    /** Latents {@code [t*n, wDim]}, time-major. */
    public NDArray latents(StyleInV network, NDArray image, NDArray w0, NDArray noise, double[] frames) {
        NDArray codes = codes(noise, frames);
        NDArray features = network.prefix(pass, image);
        NDList rows = new NDList();
        for (int t = 0; t < codes.getShape().get(1); t++) {
            List<float[]> values = new ArrayList<>();
            for (int i = 0; i < codes.getShape().get(0); i++) {
                values.add(codes.get(i, t).toFloatArray());
            }
            rows.add(network.encode(pass, features, style.styles(pass, w0, values), w0));
        }
        return NDArrays.concat(rows);
    }
}
