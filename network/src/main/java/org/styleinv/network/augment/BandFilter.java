package org.styleinv.network.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/** Amplifies octaves of a picture's spectrum. Training GANs with Limited Data (Karras et al. 2020), appendix B. */
final class BandFilter {
    private static final double[][] BANK = Wavelets.bank();
    /** Share of a natural picture's power in each octave: the lowest has ten times that of the others. */
    private static final double[] POWER = {10 / 13.0, 1 / 13.0, 1 / 13.0, 1 / 13.0};

    /** {@code f [n, k]} along both axes, mirrored beyond the sides. */
    private static final Script FILTER = Script.of("x: Tensor, f: Tensor -> Tensor", """
            k = torch.repeat_interleave(f, torch.size(x, 1), 0)
            k = torch.unsqueeze(torch.unsqueeze(k, 1), 1)
            p = torch.floordiv(torch.size(f, 1), 2)
            c = torch.mul(torch.size(x, 0), torch.size(x, 1))
            y = torch.reflection_pad2d(torch.reshape(x, [1, c, torch.size(x, 2), torch.size(x, 3)]), [p, p, p, p])
            y = torch.conv2d(y, k, None, [1, 1], [0, 0], [1, 1], c)
            y = torch.conv2d(y, torch.transpose(k, 2, 3), None, [1, 1], [0, 0], [1, 1], c)
            return torch.reshape(y, torch.size(x))""");

    private BandFilter() {}

    /** Gains that change nothing. */
    static double[] flat() {
        double[] gains = new double[Wavelets.BANDS];
        java.util.Arrays.fill(gains, 1);
        return gains;
    }

    /** Multiplies one octave's gain, and all by what keeps a natural picture's power. */
    static void amplify(double[] gains, int band, double factor) {
        double power = 0;
        for (int i = 0; i < gains.length; i++) {
            power += POWER[i] * (i == band ? factor * factor : 1);
        }
        for (int i = 0; i < gains.length; i++) {
            gains[i] *= (i == band ? factor : 1) / Math.sqrt(power);
        }
    }

    /** @param gains of each picture's octaves, from the lowest */
    static NDArray apply(Pass pass, NDArray x, double[][] gains) {
        int taps = BANK[0].length;
        if (Math.min(x.getShape().get(2), x.getShape().get(3)) <= taps / 2) {
            throw new IllegalArgumentException("filtering octaves wants pictures of more than " + taps / 2
                    + " pixels a side, got " + x.getShape() + "; leave imgfilter out");
        }
        float[] filters = new float[gains.length * taps];
        for (int i = 0; i < gains.length; i++) {
            for (int k = 0; k < taps; k++) {
                double tap = 0;
                for (int band = 0; band < BANK.length; band++) {
                    tap += gains[i][band] * BANK[band][k];
                }
                filters[i * taps + k] = (float) tap;
            }
        }
        return FILTER.call(pass, x, pass.scope().create(filters, new Shape(gains.length, taps)));
    }
}
