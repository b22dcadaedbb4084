package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Statistics;

/**
 * The variables of a batch normalisation and the expression that a layer's script applies it by. The published counter
 * {@code num_batches_tracked} is left out: with a fixed momentum nothing reads it. Ioffe and Szegedy (2015).
 */
final class BatchNorm extends Layer {
    private final String weight; // [c]
    private final String bias; // [c]
    private final String mean; // [c]
    private final String variance; // [c]

    BatchNorm(String name, int channels) {
        super(name);
        weight = parameter("weight", Initializer.ONES, channels);
        bias = parameter("bias", Initializer.ZEROS, channels);
        mean = buffer("running_mean", Initializer.ZEROS, channels);
        variance = buffer("running_var", Initializer.ONES, channels);
    }

    /** Declares the arguments that {@link #append} passes. */
    static String arguments(String prefix) {
        return String.format(Locale.ROOT, "%1$sw: Tensor, %1$sb: Tensor, %1$sm: Tensor, %1$sv: Tensor", prefix);
    }

    /**
     * The normalised {@code x}; with the batch's statistics it also moves the running ones, in place. Those are taken of
     * contiguous values: libtorch sums them in float64, but channels-last ones in float32, which cost the encoder's first
     * gradients a digit.
     */
    static String text(String x, String prefix, Statistics statistics) {
        boolean batch = statistics == Statistics.BATCH;
        return String.format(
                Locale.ROOT,
                "torch.batch_norm(%1$s, %2$sw, %2$sb, %2$sm, %2$sv, %3$s, 0.1, 1e-05, False)",
                batch ? String.format(Locale.ROOT, "torch.contiguous(%s, memory_format=0)", x) : x,
                prefix,
                batch ? "True" : "False");
    }

    /** A script's arguments with this layer's values behind them. */
    NDList append(Pass pass, NDArray... arguments) {
        return append(pass, new NDList(arguments));
    }

    NDList append(Pass pass, NDList arguments) {
        arguments.add(pass.weight(weight));
        arguments.add(pass.weight(bias));
        arguments.add(pass.weight(mean));
        arguments.add(pass.weight(variance));
        return arguments;
    }
}
