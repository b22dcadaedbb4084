package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * Acyclic positional encoding: waves between two anchors, bent so that they vanish at both, plus a line from one anchor's
 * aligned code to the next. StyleGAN-V (Skorokhodov et al. 2022), section 3.1, in the published float32 arithmetic.
 */
public final class TimeEncoder extends Layer {
    /**
     * Where times lie between anchors.
     *
     * @param frame of each time, {@code [n, t]}
     * @param left frame of the anchor at or before it, {@code [n, t]}
     * @param right frame of the anchor after it, {@code [n, t]}
     * @param share of the way from left to right, {@code [n, t, 1]} in [0, 1)
     * @param uLeft the left anchor, {@code [n, t, zDim]}
     * @param uRight the right anchor, {@code [n, t, zDim]}
     */
    public record Place(NDArray frame, NDArray left, NDArray right, NDArray share, NDArray uLeft, NDArray uRight) {}

    private final String frequencies; // [1, F], radians a frame
    private final String phaseScales; // [1, F]
    private final String periods; // [F, zDim]
    private final String phases; // [F, zDim]
    private final String aligners; // [2F, zDim]
    private final Script place;
    private final Script codes;

    TimeEncoder(String name, TemporalStyle.Config config) {
        super(name);
        int z = config.zDim();
        int f = config.frequencies();
        double[] rates = rates(config);
        frequencies = buffer("freqs", Initializer.of(floats(rates, 1)), 1, f);
        phaseScales = buffer("phase_scales", Initializer.of(floats(rates, config.maxPeriod() / (2 * Math.PI))), 1, f);
        periods = parameter("periods_predictor.weight", Initializer.NORMAL, f, z);
        phases = parameter("phase_predictor.weight", Initializer.NORMAL, f, z);
        aligners = parameter("aligners_predictor.weight", Initializer.NORMAL, 2 * f, z);
        place = placeScript(config);
        codes = codesScript(config);
    }

    /** Ascending rates of the waves, radians a frame. */
    private static double[] rates(TemporalStyle.Config config) {
        double[] rates = new double[config.frequencies()];
        double low = Math.log(config.minPeriod()) / Math.log(2);
        double high = Math.log(config.maxPeriod()) / Math.log(2);
        for (int i = 0; i < rates.length; i++) {
            double step = rates.length == 1 ? 0 : (high - low) * i / (rates.length - 1);
            rates[rates.length - 1 - i] = 2 * Math.PI / Math.pow(2, low + step);
        }
        return rates;
    }

    private static float[] floats(double[] values, double factor) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) (values[i] * factor);
        }
        return floats;
    }

    /** The three bias-free layers over anchors {@code u [..., zDim]}. */
    static String predictors(TemporalStyle.Config config) {
        return String.format(Locale.ROOT, """
                g = %s
                period = torch.add(torch.tanh(torch.matmul(u, torch.t(torch.mul(periods, g)))), 1.0)
                phase = torch.mul(torch.matmul(u, torch.t(torch.mul(phases, g))), scales)
                """, 1 / Math.sqrt(config.zDim()));
    }

    private static Script placeScript(TemporalStyle.Config config) {
        return Script.of(
                "anchors: Tensor, ts: Tensor -> List[Tensor]",
                String.format(Locale.ROOT, """
                t = torch.mul(ts, %1$d.)
                d = torch.remainder(t, %2$d.)
                left = torch.sub(t, d)
                k = torch.repeat(torch.unsqueeze(torch.to(torch.floor(torch.div(t, %2$d.)), 4), 2), [1, 1, %3$d])
                u = torch.gather(anchors, 1, k)
                ur = torch.gather(anchors, 1, torch.add(k, 1))
                return [t, left, torch.add(left, %2$d.), torch.unsqueeze(torch.div(d, %2$d.), 2), u, ur]""", config.clipLength() - 1, config.anchorDistance(), config.zDim()));
    }

    private static Script codesScript(TemporalStyle.Config config) {
        String wave = """
                x = torch.add(torch.mul(f, torch.unsqueeze(%s, 2)), phase)
                %s = torch.cat([torch.sin(x), torch.cos(x)], -1)
                """;
        return Script.of(
                "t: Tensor, tl: Tensor, tr: Tensor, a: Tensor, u: Tensor, ur: Tensor, "
                        + "freqs: Tensor, scales: Tensor, periods: Tensor, phases: Tensor, aligners: Tensor -> Tensor",
                predictors(config)
                        + """
                        f = torch.mul(freqs, period)
                        b = torch.rsub(a, 1.0)
                        """
                        + String.format(Locale.ROOT, wave, "t", "e")
                        + String.format(Locale.ROOT, wave, "tl", "el")
                        + String.format(Locale.ROOT, wave, "tr", "er")
                        + """
                        al = torch.t(torch.mul(aligners, g))
                        v = torch.sub(e, torch.add(torch.mul(el, b), torch.mul(er, a)))
                        return torch.add(v, torch.add(torch.mul(torch.matmul(u, al), b), torch.mul(torch.matmul(ur, al), a)))""");
    }

    /** @param u anchors, {@code [n, l, zDim]}
     * @param ts timestamps, {@code [n, t]}, {@code frame / (clipLength - 1)} */
    public Place place(Pass pass, NDArray u, NDArray ts) {
        NDList values = place.call(pass, new NDList(u, ts));
        return new Place(values.get(0), values.get(1), values.get(2), values.get(3), values.get(4), values.get(5));
    }

    /** Motion codes {@code v [n, t, 2F]}: all sines, then all cosines. */
    public NDArray codes(Pass pass, Place at) {
        return codes.call(
                pass,
                at.frame(),
                at.left(),
                at.right(),
                at.share(),
                at.uLeft(),
                at.uRight(),
                pass.weight(frequencies),
                pass.weight(phaseScales),
                pass.weight(periods),
                pass.weight(phases),
                pass.weight(aligners));
    }

    NDArray frequencies(Pass pass) {
        return pass.weight(frequencies);
    }

    /** What {@link #predictors} reads besides the anchors, and the aligners. */
    NDList arguments(Pass pass) {
        return new NDList(pass.weight(phaseScales), pass.weight(periods), pass.weight(phases), pass.weight(aligners));
    }
}
