package org.styleinv.mesh.command.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.bench.gpu.Budget;
import org.styleinv.mesh.bench.gpu.GpuBench;
import org.styleinv.mesh.bench.gpu.Tables;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.file.WholeFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench gpu}: everything that a machine with a GPU is to be asked, in one command. */
@Command(
        name = "gpu",
        description = {
            "Large products, painting and motion by batch and resolution, training, and the streams that a mesh holds: on the device that"
                    + " STYLEINV_DEVICE names.",
            "Rows of Markdown for docs/performance.md, or JSON lines with --json. On a CPU it is a rehearsal and says so; take --brief there."
        },
        mixinStandardHelpOptions = true)
final class BenchGpuCommand implements Callable<Integer> {
    @Option(names = "--brief", description = "Little of each, in a minute or two: to see that all of it runs.")
    private boolean brief;

    @Option(
            names = "--markdown",
            paramLabel = "F",
            description = "Write the rows of Markdown to a file, too, so that one run gives both.")
    private @Nullable Path markdown;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    private final Tables tables = new Tables();
    private final StringBuilder rows = new StringBuilder();

    @Override
    public Integer call() throws Exception {
        if (markdown != null && !Files.isDirectory(markdown.toAbsolutePath().resolveSibling("."))) {
            throw Failure.input("--markdown " + markdown + ": there is no such folder; make it first");
        }
        Logging.none();
        Mesh.demandModel(choice.model());
        Budget budget = brief ? Budget.BRIEF : Budget.FULL;
        var bench = new GpuBench(budget, this::tell, what -> report.status("measuring " + what));
        if (GpuBench.rehearsal()) {
            report.warn("no GPU is used: this is a rehearsal on the CPU, whose figures say nothing of one");
        }
        try {
            measure(bench, budget);
        } finally {
            if (markdown != null) { // what has been measured is worth keeping, whatever came then
                WholeFile.write(markdown, rows.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        if (bench.failures() > 0) {
            throw new Failure(bench.failures() + " of the measurements failed; the lines above say which, and why");
        }
        return 0;
    }

    private void measure(GpuBench bench, Budget budget) throws Exception {
        bench.machine();
        bench.roofs();
        bench.networks();
        Path scratch = Stopping.scratch(Path.of(System.getProperty("java.io.tmpdir")));
        try {
            bench.frames(choice.model(), scratch);
            bench.fetching(choice.model());
            bench.training(scratch);
        } finally {
            Stopping.delete(scratch);
        }
        if (!GpuBench.rehearsal()) {
            budget.settings().forEach(BenchGpuCommand::suggest);
        }
        report.status("starting a mesh");
        Mesh.run(Mesh.Settings.passing(choice.model(), report.verbose()), door -> {
            bench.streams(List.of(door.grpc()), door.access());
            return 0;
        });
    }

    /** A setting that whoever runs this may have made otherwise. */
    private static void suggest(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    private void tell(Map<String, @Nullable Object> line) {
        report.json(line);
        for (String row : tables.add(line)) {
            rows.append(row).append('\n');
            report.say("%s", row);
        }
    }
}
