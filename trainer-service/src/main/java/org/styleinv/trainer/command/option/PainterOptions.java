package org.styleinv.trainer.command.option;

import org.styleinv.network.stylegan.Noise;
import picocli.CommandLine.Option;

/** How the frozen generator of stages 2 and 3 paints. */
public final class PainterOptions {
    @Option(
            names = "--noise-mode",
            converter = Named.NoiseMode.class,
            paramLabel = "MODE",
            description = "noise of the generator: const, none or random (default: the preset's)")
    public Noise.Mode noise;
}
