package org.styleinv.trainer.run;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.styleinv.network.Weights;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.state.Growth;
import org.styleinv.trainer.state.Transfer;

/**
 * What a training of one resolution takes from one of the same or a lower resolution: arrays that agree in name and shape,
 * and for the rest a beginning at which the larger networks do what the smaller ones did. It says on standard error what is
 * fresh.
 */
public final class Grown {
    private Grown() {}

    /** The generator of {@code run} for the networks of {@code to}; what it painted is the beginning of what it paints. */
    public static Weights generator(NDManager manager, Path run, Preset to, long seed) throws IOException {
        Preset from = Runs.preset(run);
        Weights weights = Runs.generator(manager, from, run).weights();
        if (from.resolution() == to.resolution()) {
            return weights;
        }
        Weights start = new Generator(to.architecture().generator()).initialize(manager, seed);
        say("generator", run, Transfer.take(weights, start));
        for (int r = 2 * from.resolution(); r <= to.resolution(); r *= 2) {
            Transfer.zero(start, "synthesis.b" + r + ".torgb.weight");
        }
        return start;
    }

    /** The discriminator of {@code run} for the networks of {@code to}, likewise. */
    public static Weights critic(NDManager manager, Path run, Preset to, long seed) throws IOException {
        Preset from = Runs.preset(run);
        Weights weights = Runs.critic(manager, new Discriminator(from.critic()), run);
        Weights start = new Discriminator(to.critic()).initialize(manager, seed);
        List<String> fresh = Transfer.take(weights, start);
        if (!fresh.isEmpty()) {
            say("discriminator", run, fresh);
            if (from.resolution() < to.resolution()) {
                Growth.begin(weights, from.resolution(), start, to.resolution());
            }
        }
        return start;
    }

    private static void say(String network, Path run, List<String> fresh) {
        System.err.println("the " + network + " goes on from " + run + "; fresh are " + String.join(", ", fresh));
    }
}
