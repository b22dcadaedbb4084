package org.styleinv.network.parity.check;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.styleinv.network.parity.fixture.Npz;

/**
 * The group size of the minibatch standard deviation is the one size of a discriminator that no array shows. It is told
 * by the logits: the divisors of the batch are tried, the usual 4 first.
 */
public final class Groups {
    private static final int USUAL = 4;

    private Groups() {}

    /** The network whose logits meet the reference; that of the usual group where none does. */
    public static <D> D fitting(long batch, IntFunction<D> network, Function<D, NDArray> logits, Npz.Array reference) {
        return candidates(batch)
                .mapToObj(network)
                .filter(candidate -> fits(logits.apply(candidate), reference))
                .findFirst()
                .orElseGet(() -> network.apply(candidates(batch).findFirst().orElseThrow()));
    }

    /** Group sizes to try, the likeliest first. */
    public static IntStream candidates(long batch) {
        return IntStream.concat(IntStream.of((int) Math.min(USUAL, batch)), IntStream.rangeClosed(1, (int) batch))
                .filter(group -> batch % group == 0);
    }

    public static boolean fits(NDArray logits, Npz.Array reference) {
        return fits(Checks.doubles(logits), reference.values());
    }

    private static boolean fits(double[] actual, double[] expected) {
        double scale = 0;
        double error = 0;
        for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
            scale = Math.max(scale, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(actual[i] - expected[i]));
        }
        return error <= Tolerance.NETWORK * scale;
    }
}
