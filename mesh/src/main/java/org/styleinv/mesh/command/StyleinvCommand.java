package org.styleinv.mesh.command;

import java.nio.file.Path;
import org.styleinv.mesh.command.bench.BenchCommand;
import org.styleinv.mesh.command.file.DatasetCommand;
import org.styleinv.mesh.command.file.ModelCommand;
import org.styleinv.mesh.command.file.ProvenanceCommand;
import org.styleinv.mesh.command.file.TokenCommand;
import org.styleinv.mesh.command.output.Output;
import org.styleinv.trainer.command.EvaluateCommand;
import org.styleinv.trainer.command.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code styleinv}: the way into everything. Another room adds its commands to the list below. */
@Command(
        name = "styleinv",
        description = {"A still face in, an endless moving face out, as a live service.", ""},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Start with `styleinv demo`.",
            "Exit codes: 0 done; 2 what was given cannot be used (command line, value, file or model); 1 all else;",
            "130 cut short by Ctrl-C, 143 by SIGTERM; 141 whoever read the output has left."
        },
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            GenerateCommand.class,
            InvertCommand.class,
            WatchCommand.class,
            BroadcastCommand.class,
            DeadCommand.class,
            TokenCommand.class,
            ProvenanceCommand.class,
            DoctorCommand.class,
            ModelCommand.class,
            DatasetCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            BenchCommand.class,
            FaultsCommand.class,
            ParityCommand.class,
            BrokerCommand.class,
            HelpCommand.class
        })
public final class StyleinvCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and exit.")
    private boolean version;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: `styleinv demo` is a good first one");
    }

    /** Runs what {@code arguments} say and returns the exit code: 0 only on success. */
    public static int execute(String... arguments) {
        var errors = new Errors();
        var root = new CommandLine(new StyleinvCommand());
        prepare(root);
        root.registerConverter(Path.class, StyleinvCommand::path);
        root.setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpAutoWidth(true);
        return run(root, errors, arguments);
    }

    /** Runs a command whose failures are told by {@code errors}. */
    static int run(CommandLine command, Errors errors, String... arguments) {
        try {
            return command.setExecutionExceptionHandler(errors)
                    .setParameterExceptionHandler(errors)
                    .setExecutionStrategy(StyleinvCommand::run)
                    .execute(arguments);
        } catch (StackOverflowError | OutOfMemoryError | InternalError e) {
            return errors.exhausted(e, command, arguments);
        }
    }

    /** As usual, but output that is lost while help is printed goes the way of all failures, too. */
    private static int run(ParseResult arguments) {
        try {
            return new RunLast().execute(arguments);
        } catch (Output.Lost e) {
            throw new ExecutionException(arguments.commandSpec().commandLine(), e.getMessage(), e);
        }
    }

    /** An empty name, as an unset variable of a shell gives it, would be the current folder. */
    private static Path path(String name) {
        if (name.isBlank()) {
            throw new TypeConversionException("the name is empty: name a file or a folder, `.` for this one");
        }
        return Path.of(name);
    }

    private static void prepare(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true); // whole, it is broken inside of names
        command.getSubcommands().values().forEach(StyleinvCommand::prepare);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = StyleinvCommand.class.getPackage().getImplementationVersion();
            return new String[] {"styleinv " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
