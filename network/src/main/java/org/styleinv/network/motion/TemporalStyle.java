package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.LongFunction;
import org.styleinv.network.HostMemory;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.AnchorConvolution;
import org.styleinv.network.stylegan.FullyConnected;
import org.styleinv.network.stylegan.FullyConnected.Activation;

/**
 * The temporal style {@code s_t}: first-frame-aware acyclic positional encoding of time, fused with the content. Random
 * anchors every {@code anchorDistance} frames pass two causal convolutions; waves between two anchors are bent so that
 * they vanish at both. The code at time 0 is one learned vector. StyleInV (Wang et al. 2023), section 3.3; StyleGAN-V
 * (Skorokhodov et al. 2022), section 3.1.
 */
public final class TemporalStyle extends Layer {
    /**
     * @param wDim width of w and of the style
     * @param zDim width of an anchor's noise
     * @param clipLength frames of a training clip: timestamps are {@code frame / (clipLength - 1)}
     * @param anchorDistance frames from anchor to anchor
     * @param frequencies number of waves; a motion code has twice as many values
     * @param minPeriod shortest wave, frames
     * @param maxPeriod longest wave, frames
     * @param kernel taps of the convolutions over anchors, of which only the first half and the middle count
     */
    public record Config(
            int wDim,
            int zDim,
            int clipLength,
            int anchorDistance,
            int frequencies,
            double minPeriod,
            double maxPeriod,
            int kernel) {
        public Config {
            if (clipLength < 2) {
                throw new IllegalArgumentException("clipLength must be at least 2, got " + clipLength);
            }
            if (anchorDistance < 1) {
                throw new IllegalArgumentException("anchorDistance must be at least 1, got " + anchorDistance);
            }
            if (frequencies < 1 || !(minPeriod > 0 && minPeriod <= maxPeriod)) {
                throw new IllegalArgumentException("frequencies must be at least 1 and periods rise from above 0, got "
                        + frequencies + ", " + minPeriod + " to " + maxPeriod);
            }
            if (kernel < 1 || kernel % 2 == 0) {
                throw new IllegalArgumentException("kernel must be odd, got " + kernel);
            }
        }

        /** How many anchors a trajectory up to a frame needs, both neighbours of that frame included. */
        public int anchors(double lastFrame) {
            return (int) Math.ceil(Math.max(clipLength - 1, lastFrame) / anchorDistance) + 2;
        }

        /** Anchors before a segment that its convolutions reach back to. */
        int reach() {
            return kernel - 1;
        }
    }

    private static final double LR_MULTIPLIER = 0.01;

    private final Config config;
    private final String frame0; // [zDim]
    private final AnchorConvolutions convolutions;
    private final TimeEncoder time;
    private final FullyConnected fuse0;
    private final FullyConnected fuse1;
    private final Script segment;

    public TemporalStyle(String name, Config config) {
        super(name);
        this.config = config;
        int f = config.frequencies();
        frame0 = parameter("motion_encoder.frame_0_const", Initializer.NORMAL, config.zDim());
        convolutions = child(new AnchorConvolutions(path("motion_encoder"), config));
        time = child(new TimeEncoder(path("motion_encoder.time_encoder"), config));
        fuse0 = child(new FullyConnected(
                path("fcf0"), config.wDim() + 2 * f, config.wDim(), Activation.LEAKY_RELU, LR_MULTIPLIER, 0));
        fuse1 = child(new FullyConnected(
                path("fcf1"), config.wDim(), config.wDim(), Activation.LEAKY_RELU, LR_MULTIPLIER, 0));
        segment = segmentScript(config);
    }

    public Config config() {
        return config;
    }

    public TimeEncoder time() {
        return time;
    }

    private static final Script WITH_FIRST = Script.of("z: Tensor, frame0: Tensor -> Tensor", """
            x = torch.repeat(torch.reshape(frame0, [1, 1, -1]), [torch.size(z, 0), 1, 1])
            return torch.cat([x, torch.slice(z, 1, 1, 9223372036854775807, 1)], 1)""");

    private static Script segmentScript(Config config) {
        String convolution = AnchorConvolution.causal(config.zDim(), config.kernel());
        return Script.of(
                "z: Tensor, mask: Tensor, " + AnchorConvolutions.ARGUMENTS
                        + ", scales: Tensor, periods: Tensor, phases: Tensor, aligners: Tensor -> Tensor",
                "x = torch.unsqueeze(torch.t(z), 0)\n"
                        + AnchorConvolutions.layer(convolution, 0)
                        + "x = torch.mul(x, mask)\n"
                        + AnchorConvolutions.layer(convolution, 1)
                        + "us = torch.transpose(x, 1, 2)\n" // [1, 2, zDim]: left and right
                        + "u = torch.select(us, 1, 0)\n"
                        + TimeEncoder.predictors(config)
                        + """
                        aligned = torch.matmul(us, torch.t(torch.mul(aligners, g)))
                        return torch.cat([torch.flatten(period), torch.flatten(phase), torch.flatten(aligned)], 0)""");
    }

    /** The styles of whole trajectories in the published float32 arithmetic: {@code [t*n, wDim]}, row {@code t*n + i}. */
    public NDArray sequence(Pass pass, NDArray w0, NDArray motionZ, NDArray ts) {
        NDArray v = codes(pass, anchors(pass, motionZ), ts);
        return fuse(pass, REPEAT.call(pass, w0, ts), TIME_MAJOR.call(pass, v));
    }

    private static final Script REPEAT =
            Script.of("w: Tensor, ts: Tensor -> Tensor", "return torch.repeat(w, [torch.size(ts, 1), 1])");
    private static final Script TIME_MAJOR =
            Script.of("v: Tensor -> Tensor", "return torch.flatten(torch.transpose(v, 0, 1), 0, 1)");

    /** Anchors after the convolutions: {@code motionZ [n, l, zDim] -> u [n, l, zDim]}; row 0 of motionZ is not used. */
    public NDArray anchors(Pass pass, NDArray motionZ) {
        return convolutions.causal(pass, WITH_FIRST.call(pass, motionZ, pass.weight(frame0)));
    }

    /** Motion codes {@code v [n, t, 2F]} at timestamps {@code ts [n, t]}. */
    public NDArray codes(Pass pass, NDArray u, NDArray ts) {
        return time.codes(pass, time.place(pass, u, ts));
    }

    /** Index of the anchor at or before a frame. */
    public long anchorAt(long frame) {
        if (frame < 0) {
            throw new IllegalArgumentException("a motion starts at frame 0, got frame " + frame);
        }
        return frame / config.anchorDistance();
    }

    /** The motion of seed {@code motionSeed} behind an anchor: a pure function, of constant cost for every anchor. */
    public MotionSegment segment(Pass pass, long motionSeed, long anchor) {
        return segment(pass, k -> MotionNoise.anchor(motionSeed, k, config.zDim()), anchor);
    }

    /** The motion behind an anchor, where {@code noise} gives the noise of each anchor from 1; at most 12 are asked for. */
    public MotionSegment segment(Pass pass, LongFunction<float[]> noise, long anchor) {
        int z = config.zDim();
        int f = config.frequencies();
        int reach = config.reach();
        float[] window = new float[(reach + 2) * z]; // anchors from anchor - reach to anchor + 1
        for (int row = 0; row < reach + 2; row++) {
            long k = anchor - reach + row;
            if (k >= 0) {
                float[] values = k == 0 ? pass.weight(frame0).toFloatArray() : noise.apply(k);
                System.arraycopy(values, 0, window, row * z, z);
            }
        }
        float[] mask = new float[reach / 2 + 2]; // what the first convolution would give before anchor 0 does not exist
        for (int row = 0; row < mask.length; row++) {
            mask[row] = anchor - reach / 2 + row >= 0 ? 1 : 0;
        }
        NDList arguments = new NDList(
                pass.scope().create(window, new Shape(reach + 2, z)),
                pass.scope().create(mask));
        convolutions.append(pass, arguments).addAll(time.arguments(pass));
        float[] values = segment.call(pass, arguments).get(0).toFloatArray();
        float[] freqs = time.frequencies(pass).toFloatArray();
        double[] rate = new double[f];
        for (int i = 0; i < f; i++) {
            rate[i] = (double) freqs[i] * values[i];
        }
        return new MotionSegment(
                anchor,
                config.anchorDistance(),
                rate,
                java.util.Arrays.copyOfRange(values, f, 2 * f),
                java.util.Arrays.copyOfRange(values, 2 * f, 4 * f),
                java.util.Arrays.copyOfRange(values, 4 * f, 6 * f));
    }

    /**
     * The styles of motion codes that segments gave.
     *
     * @param w0 {@code [n or 1, wDim]}
     * @param codes n times {@code [2F]}
     * @return {@code [n, wDim]}
     */
    public NDArray styles(Pass pass, NDArray w0, List<float[]> codes) {
        int width = 2 * config.frequencies();
        float[] values = new float[codes.size() * width];
        for (int i = 0; i < codes.size(); i++) {
            System.arraycopy(codes.get(i), 0, values, i * width, width);
        }
        return fuse(pass, w0, HostMemory.toDevice(pass, values, new Shape(codes.size(), width)));
    }

    private static final Script CONCAT = Script.of(
            "w: Tensor, v: Tensor -> Tensor", "return torch.cat([torch.expand(w, [torch.size(v, 0), -1]), v], 1)");

    private NDArray fuse(Pass pass, NDArray w, NDArray v) {
        return fuse1.forward(pass, fuse0.forward(pass, CONCAT.call(pass, w, v)));
    }
}
