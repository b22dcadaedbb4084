package org.styleinv.mesh.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** How figures are written: as many digits as mean something. */
public final class Figures {
    private static final MathContext DIGITS = new MathContext(5);

    private Figures() {}

    /** Five digits; null for what is not a number. */
    public static @Nullable Double rounded(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : null;
    }
}
