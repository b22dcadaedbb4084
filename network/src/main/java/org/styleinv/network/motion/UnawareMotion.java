package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;

/**
 * Motion codes that know nothing of the first frame, as StyleGAN-V has them: no learned first anchor, and convolutions that
 * look both ways and are not padded. The ablation of StyleInV (Wang et al. 2023), section 4.3.
 */
public final class UnawareMotion extends Layer {
    private final AnchorConvolutions convolutions;
    private final TimeEncoder time;

    public UnawareMotion(String name, TemporalStyle.Config config) {
        super(name);
        convolutions = child(new AnchorConvolutions(name, config));
        time = child(new TimeEncoder(path("time_encoder"), config));
    }

    /** How many anchors a trajectory up to a frame needs: the convolutions eat {@code 2 (kernel - 1)}. */
    public static int anchors(TemporalStyle.Config config, double lastFrame) {
        return config.anchors(lastFrame) + 2 * (config.kernel() - 1);
    }

    /**
     * Motion codes {@code v [n, t, 2F]}.
     *
     * @param motionZ anchors' noise, {@code [n, l, zDim]}
     * @param ts timestamps, {@code [n, t]}, {@code frame / (clipLength - 1)}
     */
    public NDArray codes(Pass pass, NDArray motionZ, NDArray ts) {
        return time.codes(pass, time.place(pass, convolutions.both(pass, motionZ), ts));
    }
}
