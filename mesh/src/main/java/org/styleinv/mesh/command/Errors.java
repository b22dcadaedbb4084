package org.styleinv.mesh.command;

import ai.djl.engine.EngineException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.broker.BrokerException;
import org.styleinv.client.BrokerAwayException;
import org.styleinv.mesh.command.output.Output;
import org.styleinv.mesh.command.output.StreamOptions;
import org.styleinv.mesh.local.NotStarted;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.Printable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever went wrong into one sentence on standard error and an exit code that is not 0: 2 where what was
 * given cannot be used (command line, value, file or model), 1 for all else. Which of the two is told by what was
 * thrown: {@link FileRefused} and paths that lead nowhere for files, {@link IllegalArgumentException} for values,
 * {@link Failure#input} for what only a command can say, and a service's INVALID_ARGUMENT and NOT_FOUND.
 */
public final class Errors implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private static final int LONGEST_NAME = 255; // bytes, of the file systems in use
    private static final Pattern NO_NUMBER = Pattern.compile("'([^']*)' is not an? (int|long|short|double|float)$");

    /** All that a system says where a file that is open cannot grow: no name. */
    private static final Pattern FULL_DISK = Pattern.compile("No space left on device|Disk quota exceeded");

    /** How gRPC's channel describes a server that speaks HTTP, but not gRPC, or something else altogether. */
    private static final Pattern OTHER_PROTOCOL = Pattern.compile(
            "HTTP status code|invalid content-type|First received frame was not SETTINGS|Unexpected HTTP/1|HTTP/2 preface|^http2 exception$");

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments) {
        boolean verbose = verbose(arguments.originalArgs().toArray(String[]::new));
        tell(command, unanswered(failure) ? nobody(command, failure) : sentence(failure), failure, verbose);
        return wrongInput(failure)
                ? command.getCommandSpec().exitCodeOnInvalidInput()
                : command.getCommandSpec().exitCodeOnExecutionException();
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr()
                .println("styleinv: "
                        + Printable.sentence(sentence(failure))
                        + "; `"
                        + command.getCommandSpec().qualifiedName() + " --help` lists what it takes");
        if (verbose(arguments)) {
            failure.printStackTrace(command.getErr());
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Of a command line: what is wrong, and what may have been meant. */
    private static String sentence(ParameterException failure) {
        String told = String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
        Matcher number = NO_NUMBER.matcher(told);
        if (number.find()) {
            boolean whole = !number.group(2).matches("double|float");
            boolean digits = number.group(1).matches("[+-]?[0-9]+");
            String wanted = !whole
                    ? "is no number such as 0.5"
                    : !digits
                            ? "is no whole number"
                            : number.group(2).equals("long")
                                    ? "lies outside of -2^63 to 2^63 - 1"
                                    : "lies outside of -2^31 to 2^31 - 1";
            return told.substring(0, number.end(1) + 1) + " " + wanted;
        }
        List<String> meant =
                failure instanceof UnmatchedArgumentException unknown ? unknown.getSuggestions() : List.of();
        return told + (meant.isEmpty() ? "" : ", did you mean " + meant.get(0) + "?");
    }

    /**
     * The last resort, where what was given took more memory than there is, or a file that was mapped was cut short meanwhile;
     * picocli hands only exceptions on.
     */
    int exhausted(VirtualMachineError failure, CommandLine command, String[] arguments) {
        tell(command, sentence(failure), failure, verbose(arguments));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String sentence(VirtualMachineError failure) {
        if (failure instanceof StackOverflowError) {
            return "what was given is nested too deeply to be read: is it damaged, or made to do harm?";
        }
        if (failure instanceof InternalError) {
            return "a file could not be read to its end (" + failure.getMessage()
                    + "): leave it alone while it is read, and look at its disk";
        }
        return "what was given takes more memory than the "
                + (Runtime.getRuntime().maxMemory() >> 20)
                + " MB that this program may have: give less at once, or more memory by "
                + "STYLEINV_JAVA_OPTS=-Xmx4g";
    }

    private static boolean wrongInput(Exception failure) {
        return failure instanceof FileRefused
                || failure instanceof FileSystemException file && mistaken(file).isPresent()
                || failure instanceof IllegalArgumentException
                || failure instanceof Failure own && own.input()
                || failure instanceof BrokerException broker && broker.getCause() instanceof FileSystemException
                || failure instanceof StatusRuntimeException refused
                        && (refused.getStatus().getCode() == Status.Code.INVALID_ARGUMENT
                                || refused.getStatus().getCode() == Status.Code.NOT_FOUND);
    }

    private static boolean unanswered(Exception failure) {
        return failure instanceof StatusRuntimeException status
                && status.getStatus().getCode() == Status.Code.UNAVAILABLE;
    }

    /** Where no mesh answers; those commands that name a server by default cannot do without. */
    private static String nobody(CommandLine command, Exception failure) {
        OptionSpec server = command.getCommandSpec().findOption("--server");
        return sentence(failure)
                + (server == null || server.defaultValue() != null ? "" : ", or leave it out to work without one");
    }

    private static void tell(CommandLine command, String sentence, Throwable failure, boolean verbose) {
        if (Stopping.requested() || Output.lost()) {
            return; // what breaks while all is being stopped is no news
        }
        command.getErr().println("styleinv: " + Printable.sentence(sentence));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
    }

    /** What lies behind {@code failure} that a framework has wrapped. */
    static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            if (root instanceof EngineException engine) {
                return sentence(engine);
            }
            root = root.getCause();
        }
        if (root instanceof FileSystemException file) { // its message may be no more than a path
            return sentence(file);
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** What to tell a person about {@code failure}. */
    static String sentence(Throwable failure) {
        if (failure instanceof Failure) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof NotStarted) {
            return failure.getMessage() + ": " + root(failure.getCause() == null ? failure : failure.getCause())
                    + "; --verbose shows where";
        }
        if (failure instanceof BrokerAwayException) {
            return failure.getMessage()
                    + ": start a mesh with `styleinv up`, name another with --bootstrap, or give --kafka-config where it wants TLS";
        }
        if (failure instanceof BrokerException broker) {
            return broker.getMessage() + broker.choice().map(Errors::option).orElse("");
        }
        if (failure instanceof StatusRuntimeException status) {
            return sentence(status.getStatus());
        }
        if (failure instanceof StatusException status) {
            return sentence(status.getStatus());
        }
        if (failure instanceof EngineException engine && engine.getCause() instanceof FileSystemException file) {
            return "the engine cannot unpack its libraries (" + denial(file)
                    + "): let DJL_CACHE_DIR name a folder that can be written, on a disk with 500 MB free";
        }
        if (failure instanceof AccessDeniedException denied) {
            return "access to " + denied.getFile() + " is denied: change its permissions, or name another path";
        }
        if (failure instanceof FileSystemException file) {
            Optional<String> mistake = mistaken(file);
            if (mistake.isPresent()) {
                return mistake.get();
            }
            return file.getFile() + " cannot be used" + (file.getReason() == null ? "" : " (" + file.getReason() + ")")
                    + ": name another path";
        }
        if (failure instanceof IOException full
                && FULL_DISK.matcher(String.valueOf(full.getMessage())).matches()) {
            return "a disk is full (" + full.getMessage() + "), that of what is written or of "
                    + System.getProperty("java.io.tmpdir") + ": make room, or name another path";
        }
        if (failure instanceof IOException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException) {
            return failure.getMessage() == null ? unexpected(failure) : failure.getMessage();
        }
        return unexpected(failure);
    }

    /** Where a path itself is wrong, not what lies there: what is wrong with it. The system's own words depend on its language. */
    private static Optional<String> mistaken(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return Optional.of("there is no file " + failure.getFile() + ": check the path");
        }
        if (failure instanceof AccessDeniedException || failure.getFile() == null) {
            return Optional.empty();
        }
        Path named = Path.of(failure.getFile());
        boolean folder = failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException;
        for (Path at = named; at != null; at = at.getParent()) {
            if (Files.isSymbolicLink(at) && !Files.exists(at)) {
                return Optional.of(at + " is a link that leads nowhere, or to itself: mend it, or name another path");
            }
            if (Files.exists(at) && !Files.isDirectory(at) && (folder || !at.equals(named))) {
                return Optional.of(at + " is a file, but a folder is wanted there: name another path");
            }
            if (at.getFileName() != null
                    && at.getFileName().toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                return Optional.of(
                        "a name in " + named + " is longer than " + LONGEST_NAME + " bytes: name a shorter path");
            }
        }
        return Files.isDirectory(named)
                ? Optional.of(named + " is a folder, but a file is wanted there: name another path")
                : Optional.empty();
    }

    private static String denial(FileSystemException file) {
        String reason = file instanceof AccessDeniedException ? "access is denied" : file.getReason();
        return file.getFile() + (reason == null ? "" : ": " + reason);
    }

    private static String option(BrokerException.Choice choice) {
        return switch (choice) {
            case PORT -> " with --kafka-port";
            case DIRECTORY -> " with --data";
        };
    }

    private static String sentence(Status status) {
        String told = status.getDescription() == null ? "no reason was given" : status.getDescription();
        if (OTHER_PROTOCOL.matcher(told).find()
                || OTHER_PROTOCOL.matcher(reason(status, told)).find()) {
            return "what answers at --server does not speak gRPC: name the mesh's gRPC port, which `styleinv up` prints"
                    + " (9000 by default), not that of HTTP or Kafka";
        }
        return switch (status.getCode()) {
            case INVALID_ARGUMENT -> StreamOptions.inOptions(told);
            case ALREADY_EXISTS, FAILED_PRECONDITION, NOT_FOUND, OUT_OF_RANGE, RESOURCE_EXHAUSTED, UNIMPLEMENTED ->
                told;
            case UNAVAILABLE ->
                "the mesh does not answer (" + reason(status, told) + "): start one with `styleinv up`, check --server,"
                        + " and give --tls-ca where it speaks TLS";
            case DEADLINE_EXCEEDED -> "the mesh took too long (" + told + "): try again, or look at its health page";
            default -> "the mesh failed with " + status.getCode() + ": " + told;
        };
    }

    /** Of a connection that failed gRPC says only that it did; its cause says why. */
    private static String reason(Status status, String told) {
        Throwable cause = status.getCause();
        String why = cause == null ? null : cause.getMessage();
        return why != null && told.equals("io exception") ? why : told;
    }

    private static String unexpected(Throwable failure) {
        String message = failure.getMessage() == null ? "" : ": " + failure.getMessage();
        return "unexpected " + failure.getClass().getSimpleName() + message + "; --verbose shows where";
    }

    private static boolean verbose(String[] arguments) {
        return Arrays.asList(arguments).contains("--verbose");
    }
}
