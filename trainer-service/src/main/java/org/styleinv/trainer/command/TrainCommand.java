package org.styleinv.trainer.command;

import org.styleinv.trainer.command.stage.EmbeddingCommand;
import org.styleinv.trainer.command.stage.EncoderCommand;
import org.styleinv.trainer.command.stage.GeneratorCommand;
import org.styleinv.trainer.command.stage.JointCommand;
import org.styleinv.trainer.command.stage.MotionCommand;
import org.styleinv.trainer.command.stage.SmoothCommand;
import org.styleinv.trainer.command.stage.StyleCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code train}: one stage of the method at a time, from a folder of videos to a model folder. */
@Command(
        name = "train",
        description = "Trains a model from a folder of videos, stage by stage.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AllCommand.class,
            GeneratorCommand.class,
            EncoderCommand.class,
            EmbeddingCommand.class,
            JointCommand.class,
            MotionCommand.class,
            SmoothCommand.class,
            StyleCommand.class,
            VariantCommand.class,
            ExportCommand.class,
            EndedCommand.class,
            TrainWatchCommand.class
        })
public final class TrainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "train wants one of " + String.join(", ", spec.subcommands().keySet()) + "; see train --help");
    }
}
