package org.styleinv.mesh.command.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: figures of each part, always beside a baseline of the same run. */
@Command(
        name = "bench",
        description = {
            "Measure a part, and a baseline in the same run.",
            "Rivals take turns and each gets the median of its rounds: on a shared machine trust the ratios, not the times."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchNetworkCommand.Decoder.class,
            BenchNetworkCommand.Encoder.class,
            BenchNetworkCommand.Motion.class,
            BenchCostCommand.class,
            BenchIndexCommand.class,
            BenchGpuCommand.class,
            BenchLoadCommand.class,
            BenchMemoryCommand.class,
            BenchStreamCommand.class,
            BenchStrideCommand.class,
            BenchMarkCommand.class,
            BenchPicturesCommand.class,
            BenchRatiosCommand.class,
            BenchReplicasCommand.class,
            BenchTrainCommand.class
        })
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "what to measure is missing, one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
