package org.styleinv.mesh.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How figures are written: as many digits as mean something. */
public final class Figures {
    private static final MathContext DIGITS = new MathContext(5);

    private Figures() {}

    /** Five digits; null for what is not a number. */
    public static @Nullable Double rounded(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : null;
    }

    /** The median of {@code values} as {@code name}, and their quartiles behind it. */
    public static void spread(Map<String, Object> figures, String name, double... values) {
        figures.put(name, rounded(Rounds.median(values)));
        figures.put(name + "_p25", rounded(Rounds.percentile(values, 0.25)));
        figures.put(name + "_p75", rounded(Rounds.percentile(values, 0.75)));
    }
}
