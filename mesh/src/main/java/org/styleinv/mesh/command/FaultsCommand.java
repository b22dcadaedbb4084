package org.styleinv.mesh.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.command.output.PictureFile;
import org.styleinv.mesh.fault.FaultKind;
import org.styleinv.mesh.fault.FaultRun;
import org.styleinv.mesh.fault.FaultTable;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code faults}: the proof that a stream survives; breaks a mesh of processes and checks what its viewers saw. */
@Command(
        name = "faults",
        description = {
            "Break a mesh of its own, process by process, and check every frame that viewers saw.",
            "Broker, encoder, 2 x motion and 2 x decoder, each a process. Ends with 1 if any frame was lost, repeated, out of"
                    + " order or other than in an undisturbed run."
        },
        mixinStandardHelpOptions = true)
final class FaultsCommand implements Callable<Integer> {
    private static final long FAR = 1_000_000_000_000L;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rounds of kill -9, each process in turn (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(names = "--brief", description = "Short rounds, and without --only none, kill, copies and broadcast.")
    private boolean brief;

    @Option(
            names = "--guarded",
            description =
                    "With all that guards a mesh: TLS at every door, clients' certificates at Kafka, tokens, sealed records.")
    private boolean guarded;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description = "Only these: ${COMPLETION-CANDIDATES} (default: all).")
    private @Nullable Set<FaultKind> kinds;

    @Option(
            names = "--before",
            paramLabel = "DIR",
            description = {
                "A checkout of the release before, built by its own ./styleinv: upgrade goes back to it and forward again.",
                "Without it processes are replaced by their like."
            })
    private @Nullable Path before;

    @Option(
            names = "--fps",
            paramLabel = "F",
            defaultValue = "15",
            description =
                    "Frames a second of each viewer; rounds of slow faults have fewer (default: ${DEFAULT-VALUE}).")
    private double fps;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "900",
            description =
                    "Most frames of a viewer in a round, fewer where it has fewer a second (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--log",
            paramLabel = "DIR",
            defaultValue = "out/faults",
            description = "Where the logs of the processes go (default: ${DEFAULT-VALUE}).")
    private Path log;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (kills < 0 || frames < 100 || !(fps >= 1 && fps <= 100)) {
            throw Failure.input("--kills must be 0 or more, --frames 100 or more and --fps from 1 to 100, got " + kills
                    + ", " + frames + " and " + fps);
        }
        Logging.none();
        Path data = Stopping.scratch(Path.of(System.getProperty("java.io.tmpdir")));
        try {
            var settings = new FaultRun.Settings(
                    MeshChoice.home(),
                    choice.model(),
                    data,
                    Files.createDirectories(log.toAbsolutePath()),
                    kinds(),
                    Optional.ofNullable(before).map(Path::toAbsolutePath),
                    kills,
                    guarded,
                    brief,
                    fps,
                    frames,
                    List.of(
                            video().setSeed(1).build(),
                            video().setSeed(2).setFirstIndex(FAR).build(),
                            video().setImage(PictureFile.bundled()).build()));
            return tell(FaultRun.run(settings, line -> report.warn("%s", line)));
        } finally {
            Stopping.delete(data);
        }
    }

    private Set<FaultKind> kinds() {
        if (kinds != null) {
            return kinds;
        }
        return brief ? FaultKind.BRIEF : EnumSet.allOf(FaultKind.class);
    }

    private static GenerateRequest.Builder video() {
        return GenerateRequest.newBuilder().setMotionSeed(7).setEncoding(Encoding.PNG);
    }

    private int tell(FaultRun.Result result) {
        if (report.json()) {
            result.rows().forEach(report::json);
            Map<String, Object> sum = new LinkedHashMap<>();
            sum.put("violations", result.violations().size());
            sum.put("skipped", result.skipped());
            report.json(sum);
        } else {
            FaultTable.markdown(result.rows()).forEach(report::line);
        }
        result.skipped().forEach(sentence -> report.warn("left out: %s", sentence));
        if (result.violations().isEmpty()) {
            return 0;
        }
        result.violations().stream().limit(20).forEach(violation -> report.warn("%s", violation));
        return 1;
    }
}
