package org.styleinv.network.parity.check;

import java.util.List;
import org.styleinv.network.parity.fixture.Npz;

/** Arrays of published files that our networks do not store, since their values never change. */
public final class Buffers {
    private static final double[] TAPS = {1 / 8.0, 3 / 8.0, 3 / 8.0, 1 / 8.0};
    private static final String FILTER = "resample_filter";
    /** With a fixed momentum nothing reads batch normalisation's counter. */
    private static final String COUNTER = "num_batches_tracked";

    private Buffers() {}

    /** Compares those of {@code npz} that nothing has read. */
    public static void compare(Npz npz, Checks checks) {
        double[] filter = new double[TAPS.length * TAPS.length];
        for (int i = 0; i < filter.length; i++) {
            filter[i] = TAPS[i / TAPS.length] * TAPS[i % TAPS.length];
        }
        for (String array : List.copyOf(npz.unread())) {
            if (array.endsWith(FILTER)) {
                checks.compare(npz, array, "", filter, Tolerance.ELEMENTWISE);
            } else if (array.endsWith(COUNTER)) {
                npz.get(array);
            }
        }
    }
}
