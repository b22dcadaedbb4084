package org.styleinv.mesh.command.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.Access;
import org.styleinv.mesh.bench.Load;
import org.styleinv.mesh.bench.LoadBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Visit;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.file.WholeFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench load}: how many viewers anybody's mesh carries. */
@Command(
        name = "load",
        description = {
            "How many viewers a mesh carries: streams at real time or as fast as they come, and the most that are held.",
            "Held is a load if all streams are let in, none is interrupted, each gets 98 %% of its frames, and 99 of 100 gaps"
                    + " between frames are within two periods. The mesh's model is not needed here."
        },
        mixinStandardHelpOptions = true)
final class BenchLoadCommand implements Callable<Integer> {
    private static final int MOST = 1024;
    private static final String HEADER = "streams,second,frames,viewers,gap_p50_ms,gap_p99_ms,gap_max_ms\n";

    @Option(
            names = "--streams",
            paramLabel = "N",
            split = ",",
            description =
                    "How many streams at a time; a line of figures for each (default: search for the most that are"
                            + " held, by doubling and bisection).")
    private @Nullable List<Integer> streams;

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "256",
            description = "Where the search ends, streams, 1 to 1024 (default: ${DEFAULT-VALUE}).")
    private int most;

    @Option(
            names = "--admitted",
            description =
                    "Let streams come one by one until one is refused, at most --most, and say how those fared that were let in.")
    private boolean admitted;

    @Option(
            names = "--every",
            paramLabel = "MS",
            defaultValue = "1000",
            description =
                    "With --admitted: from a stream's first frame to the next stream, 0 to 60000 ms (default: ${DEFAULT-VALUE}).")
    private long every;

    @Option(
            names = "--fps",
            paramLabel = "F",
            defaultValue = "30",
            description = "Frames a second of a stream, to 1000; 0: as fast as they come (default: ${DEFAULT-VALUE}).")
    private double fps;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long a load lasts, 1 to 3600 (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--csv", paramLabel = "F", description = "Write a row a second of every load to a file.")
    private @Nullable Path csv;

    @Mixin
    private Visit visit;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (!(fps >= 0 && fps <= 1000) || seconds < 1 || seconds > 3600) {
            throw Failure.input(
                    "--fps must be from 0 to 1000 and --seconds from 1 to 3600, got " + fps + " and " + seconds);
        }
        List<Integer> counts = streams == null ? List.of(most) : streams;
        if (counts.stream().anyMatch(count -> count < 1 || count > MOST)) {
            throw Failure.input((streams == null ? "--most" : "--streams") + " must be from 1 to " + MOST + ", got "
                    + (streams == null ? most : counts));
        }
        if (admitted && streams != null || every < 0 || every > 60_000) {
            throw Failure.input("--admitted takes no --streams, and an --every from 0 to 60000 ms, got " + streams
                    + " and " + every);
        }
        if (streams == null && fps == 0) {
            throw Failure.input(
                    "streams that are read as fast as they come are not held: name --streams, or give --fps");
        }
        if (csv != null && !Files.isDirectory(csv.toAbsolutePath().resolveSibling("."))) {
            throw Failure.input("--csv " + csv + ": there is no such folder; make it first");
        }
        return visit.run(report, this::measure);
    }

    private int measure(List<String> addresses, Access access) throws Exception {
        var rows = new StringBuilder(HEADER);
        var bench = new LoadBench(addresses, access, fps, seconds);
        bench.greet();
        if (admitted) {
            report.status("streams come until one is refused");
            tell(bench.admitted(most, every), rows);
        } else if (streams == null) {
            int held = bench.held(most, load -> tell(load, rows));
            report.json(Map.of("name", "held", "streams", held, "fps", fps, "most", most));
            report.say(
                    held == most
                            ? "%d streams at %s frames/s are held, more were not tried"
                            : "%d streams at %s frames/s are held",
                    held,
                    number(fps));
        } else {
            for (int count : streams) {
                report.status("measuring " + (count == 1 ? "1 stream" : count + " streams"));
                tell(bench.measure(count), rows);
            }
        }
        write(rows);
        return 0;
    }

    private void write(StringBuilder rows) throws IOException {
        if (csv != null) {
            WholeFile.write(csv, rows.toString().getBytes(StandardCharsets.UTF_8));
            report.say("a row a second: %s", csv);
        }
    }

    private void tell(Load load, StringBuilder rows) {
        rows.append(load.rows());
        report.json(load.figures());
        report.say(
                "%4d %s: %6.1f frames/s, first frame p50 %s, p99 %s ms, between frames p50 %s, p95 %s, p99 %s ms%s%s",
                load.streams(),
                load.streams() == 1 ? "stream" : "streams",
                load.framesPerSecond(),
                number(load.firstFrame(0.5)),
                number(load.firstFrame(0.99)),
                number(load.gap(0.5)),
                number(load.gap(0.95)),
                number(load.gap(0.99)),
                fps == 0 ? "" : load.held() ? "; held" : "; not held",
                load.held() ? "" : " (" + load.whyNot() + ")");
        if (!load.turnedAway().isEmpty()) {
            report.say("     one more was refused: %s", load.turnedAway());
        }
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "-";
    }
}
