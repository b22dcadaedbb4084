package org.styleinv.trainer.state;

import ai.djl.ndarray.NDManager;
import org.styleinv.network.Weights;

/** Weights with fewer bits in each mantissa, so that files of them compress: float32 has more than training can fill with sense. */
public final class Mantissas {
    /** All that float32 has. */
    public static final int WHOLE = 23;

    private Mantissas() {}

    /**
     * {@code weights} rounded to the nearest value of {@code bits} bits after the first, a half upwards in size.
     *
     * @param parent that the result lives as long as
     * @param bits 1 to {@link #WHOLE}
     */
    public static Weights rounded(NDManager parent, Weights weights, int bits) {
        Weights rounded = weights.copy(parent);
        for (String name : weights.names()) {
            float[] values = weights.get(name).toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = rounded(values[i], bits);
            }
            rounded.put(name, values, weights.get(name).getShape().getShape());
        }
        return rounded;
    }

    /** How many bits {@code weights} have, all of them together: 1 to {@link #WHOLE}. */
    public static int bits(Weights weights) {
        int used = 1 << WHOLE - 1;
        for (String name : weights.names()) {
            for (float value : weights.get(name).toFloatArray()) {
                used |= Float.floatToRawIntBits(value);
            }
        }
        return WHOLE - Integer.numberOfTrailingZeros(used);
    }

    /** A value that would round to infinity stays as it is. */
    static float rounded(float value, int bits) {
        int cut = WHOLE - bits;
        if (cut == 0) {
            return value;
        }
        int kept = Float.floatToRawIntBits(value) + (1 << cut - 1) & -1 << cut;
        float rounded = Float.intBitsToFloat(kept);
        return Float.isFinite(rounded) ? rounded : value;
    }
}
