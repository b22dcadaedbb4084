package org.styleinv.mesh.command.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.Access;
import org.styleinv.door.meter.ProcessMemory;
import org.styleinv.mesh.bench.MemoryBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.local.MeshPorts;
import org.styleinv.mesh.process.Fleet;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench memory}: whether a mesh grows with the frames that it makes. */
@Command(
        name = "memory",
        description = {
            "Memory of a mesh after 1,000 frames and after many: a line of figures for each look.",
            "One stream stays all the time, others come and go. The broker and each service are a process of their own, or all of"
                    + " them are this one, the readers included."
        },
        mixinStandardHelpOptions = true)
final class BenchMemoryCommand implements Callable<Integer> {
    private static final int MOST_GUESTS = 32;
    private static final double MEGA = 1e6;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Frames of all streams together, from 1001 (default: ${DEFAULT-VALUE}).")
    private long frames;

    @Option(
            names = "--guests",
            paramLabel = "N",
            defaultValue = "2",
            description = "Streams that come and go, at a time, 0 to 32 (default: ${DEFAULT-VALUE}).")
    private int guests;

    @Option(
            names = "--visit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Frames that each of them stays for (default: ${DEFAULT-VALUE}).")
    private int visit;

    @Option(names = "--one", description = "All in this process, as `styleinv up` has it.")
    private boolean one;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (frames <= 1000 || guests < 0 || guests > MOST_GUESTS || visit < 1) {
            throw Failure.input("--frames must be above 1000, --guests from 0 to " + MOST_GUESTS
                    + " and --visit at least 1, got " + frames + ", " + guests + " and " + visit);
        }
        Path chosen = choice.model();
        Mesh.demandModel(chosen);
        report.status("starting the mesh");
        if (one) {
            return Mesh.run(
                    Mesh.Settings.passing(chosen, report.verbose()),
                    door -> measure(List.of(door.grpc()), door.access(), BenchMemoryCommand::own));
        }
        Logging.none();
        Path folder = Stopping.scratch(Path.of(System.getProperty("java.io.tmpdir")));
        try (var fleet = new Fleet(
                new Fleet.Settings(
                        MeshChoice.home(),
                        chosen,
                        folder.resolve("data"),
                        Files.createDirectories(folder.resolve("log")),
                        "localhost",
                        "localhost",
                        MeshPorts.of(0, 0, 0, Fleet.Settings.row(1, 1)),
                        1,
                        1),
                Guarding.of(Map.of()))) {
            fleet.start();
            return measure(fleet.entrances(), fleet.door().access(), () -> of(fleet.pids()));
        } finally {
            Stopping.delete(folder);
        }
    }

    private int measure(List<String> addresses, Access access, Supplier<Map<String, Long>> resident) throws Exception {
        List<MemoryBench.Look> looks = new MemoryBench(addresses, access, guests, visit)
                .measure(frames, resident, look -> {
                    report.json(figures(look));
                    report.say(
                            "%7d frames  %s",
                            look.frames(),
                            look.resident().entrySet().stream()
                                    .map(process -> String.format(
                                            Locale.ROOT, "%s %.0f MB", process.getKey(), process.getValue() / MEGA))
                                    .collect(Collectors.joining("  ")));
                    report.progress("frames", look.frames(), frames);
                });
        Map<String, Long> first = looks.get(0).resident();
        Map<String, Long> last = looks.get(looks.size() - 1).resident();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", "memory_growth");
        json.put("frames", frames);
        first.forEach((process, bytes) -> json.put(process, ratio(last.get(process), bytes)));
        report.json(json);
        report.say(
                "after %d frames against 1000: %s",
                frames,
                first.entrySet().stream()
                        .map(process -> process.getKey() + " "
                                + String.format(
                                        Locale.ROOT,
                                        "%+.1f %%",
                                        100 * (ratio(last.get(process.getKey()), process.getValue()) - 1)))
                        .collect(Collectors.joining(", ")));
        return 0;
    }

    private static double ratio(@Nullable Long last, long first) {
        return last == null ? Double.NaN : Math.round(1000.0 * last / first) / 1000.0;
    }

    private static Map<String, Object> figures(MemoryBench.Look look) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", "memory");
        json.put("frames", look.frames());
        look.resident().forEach((process, bytes) -> json.put(process + "_mb", Math.round(bytes / MEGA)));
        return json;
    }

    private static Map<String, Long> own() {
        return of(Map.of("mesh", ProcessHandle.current().pid()));
    }

    private static Map<String, Long> of(Map<String, Long> processes) {
        Map<String, Long> resident = new LinkedHashMap<>();
        processes.forEach((name, pid) -> resident.put(
                name,
                ProcessMemory.resident(Path.of("/proc", Long.toString(pid), "status"))
                        .orElseThrow(() -> new Failure(
                                "this system does not say what memory process " + pid + " has: Linux does"))));
        return resident;
    }
}
