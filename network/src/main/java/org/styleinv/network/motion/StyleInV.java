package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.inversion.IrSeBackbone;

/**
 * The motion generator: an inversion encoder modulated by a temporal style, {@code w_t = w0 + E(x0, s_t)}. Every latent
 * depends on the first frame and on time alone, on no other latent. StyleInV (Wang et al. 2023), section 3.
 */
public final class StyleInV extends Layer {
    /**
     * @param style the temporal style, whose wDim is also the width of the latents
     * @param reach how far a latent may go from the first one: {@code |w_t - w0| < reach}; 0 for no bound, as published.
     *     A model that was trained for hours, not weeks, now and then leaps to a latent that paints no face
     */
    public record Config(IrSeBackbone.Config backbone, TemporalStyle.Config style, double reach) {
        public Config {
            if (!(reach >= 0)) {
                throw new IllegalArgumentException("reach must be at least 0, got " + reach);
            }
        }

        /** The published motion generator. */
        public Config(IrSeBackbone.Config backbone, TemporalStyle.Config style) {
            this(backbone, style, 0);
        }
    }

    private final Config config;
    private final Script shift;
    private final IrSeBackbone encoder;
    private final List<AdaInBlock> blocks = new ArrayList<>();
    private final TemporalStyle style;

    public StyleInV(Config config) {
        super("");
        this.config = config;
        shift = shift(config.reach());
        int wDim = config.style().wDim();
        encoder = child(new IrSeBackbone("encoder", config.backbone(), wDim));
        for (int stage = 0; stage < IrSeBackbone.STAGES; stage++) {
            blocks.add(child(new AdaInBlock(
                    "encoder.adains." + stage, config.backbone().widths().get(stage), wDim)));
        }
        style = child(new TemporalStyle("mapping", config.style()));
        buffer("latent_avg", Initializer.ZEROS, wDim); // of published files; a latent is relative to w0 instead
    }

    /** {@code w0 + d}, or with a reach {@code w0 + d tanh(|d|/reach) reach/|d|}: hardly changed where d is small. */
    private static Script shift(double reach) {
        return Script.of(
                "d: Tensor, w0: Tensor -> Tensor",
                reach == 0 ? "return torch.add(d, w0)" : String.format(Locale.ROOT, """
                        n = torch.div(torch.sqrt(torch.add(torch.sum(torch.mul(d, d), [1], True), 1e-12)), %s)
                        return torch.add(w0, torch.mul(d, torch.div(torch.tanh(n), n)))""", reach));
    }

    public Config config() {
        return config;
    }

    public TemporalStyle style() {
        return style;
    }

    /**
     * What does not depend on time, about a seventh of the work: once for each stream.
     *
     * @param x0 the first frame as the generator paints it, {@code [n, 3, r, r]} in [-1, 1]
     * @return {@code [n, widths[0], r/2, r/2]}
     */
    public NDArray prefix(Pass pass, NDArray x0) {
        return encoder.stage(pass, 0, encoder.input(pass, x0));
    }

    /**
     * The latents at the times of some styles.
     *
     * @param features of {@link #prefix}: a row for each style, or one row for all
     * @param styles {@code [n, wDim]}
     * @param w0 {@code [n or 1, wDim]}
     * @return {@code w_t [n, wDim]}
     */
    public NDArray encode(Pass pass, NDArray features, NDArray styles, NDArray w0) {
        return pass.linked(
                this,
                "encode",
                (each, inputs) -> {
                    List<NDArray> modulated = modulated(each, inputs.get(0), inputs.get(1));
                    return shift.call(each, encoder.head(each, modulated.get(modulated.size() - 1)), inputs.get(2));
                },
                features,
                styles,
                w0);
    }

    /** What {@link #encode} passes on the way: the features behind each of the four modulation blocks. */
    public List<NDArray> modulated(Pass pass, NDArray features, NDArray styles) {
        List<NDArray> modulated = new ArrayList<>();
        NDArray x = features;
        for (int stage = 0; stage < IrSeBackbone.STAGES; stage++) {
            x = blocks.get(stage).forward(pass, stage == 0 ? x : encoder.stage(pass, stage, x), styles);
            modulated.add(x);
        }
        return modulated;
    }

    /** The encoder without its modulation blocks, as if there were no time: {@code x0 [n, 3, r, r] -> [n, wDim]}. */
    public NDArray encodeStill(Pass pass, NDArray x0, NDArray w0) {
        NDArray x = prefix(pass, x0);
        for (int stage = 1; stage < IrSeBackbone.STAGES; stage++) {
            x = encoder.stage(pass, stage, x);
        }
        return shift.call(pass, encoder.head(pass, x), w0);
    }

    /**
     * All of it, for training: the latents of a batch of streams at times of their own. The batch statistics of the
     * prefix are those of the repeated pictures; only its running variance differs, by less than 1/(n h w).
     *
     * @param x0 {@code [n, 3, r, r]}
     * @param w0 {@code [n, wDim]}
     * @param motionZ anchors' noise, {@code [n, l, zDim]}
     * @param ts timestamps, {@code [n, t]}, {@code frame / (clipLength - 1)}
     * @return {@code w_t [t*n, wDim]}, time-major: row {@code t*n + i}
     */
    public NDArray forward(Pass pass, NDArray x0, NDArray w0, NDArray motionZ, NDArray ts) {
        int times = Math.toIntExact(ts.getShape().get(1));
        NDArray styles = style.sequence(pass, w0, motionZ, ts);
        return encode(pass, repeat(pass, prefix(pass, x0), times), styles, repeat(pass, w0, times));
    }

    /** {@code x [n, ...] -> [times*n, ...]}, time-major. */
    private static NDArray repeat(Pass pass, NDArray x, int times) {
        return Script.of(
                        "x: Tensor -> Tensor",
                        "return torch.cat([" + String.join(", ", java.util.Collections.nCopies(times, "x")) + "], 0)")
                .call(pass, x);
    }
}
