package org.styleinv.mesh.command.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.ratio.Contests;
import org.styleinv.mesh.bench.ratio.Contests.Watched;
import org.styleinv.mesh.bench.ratio.Processor;
import org.styleinv.mesh.bench.ratio.Ratio;
import org.styleinv.mesh.bench.ratio.RatioFile;
import org.styleinv.mesh.bench.ratio.RatioGate;
import org.styleinv.mesh.bench.ratio.RatioGate.Verdict;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench ratios}: the key ratios as they are, against those that the repository keeps. */
@Command(
        name = "ratios",
        description = {
            "The key ratios against baselines of the same process, and whether they are what docs/ratios.json says of this processor.",
            "On one thread of the CPU, by its own time: what else runs here hardly counts. The exit code is 1 if one has lost more than"
                    + " 15 %% beyond its spread, in four measurements."
        },
        mixinStandardHelpOptions = true)
final class BenchRatiosCommand implements Callable<Integer> {
    private static final int PASSES = 7; // of which a spread is made

    @Option(
            names = "--write",
            description = "Measure seven times, and write medians and quartiles as those of this processor.")
    private boolean write;

    @Option(names = "--file", paramLabel = "F", description = "Which file (default: docs/ratios.json of the checkout).")
    private @Nullable Path file;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        Logging.none();
        // One thread's time says all only where there is one. To be set before the engine is loaded.
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        if (ComputeDevice.chosen().isGpu()) {
            throw Failure.input("ratios are kept of CPUs: set STYLEINV_DEVICE=cpu");
        }
        Path chosen = Optional.ofNullable(file)
                .orElseGet(() -> MeshChoice.home().resolve("docs").resolve("ratios.json"));
        if (!write && !Files.isRegularFile(chosen)) {
            throw Failure.input("--file " + chosen + ": there is no such file; " + RatioFile.COMMAND + " makes one");
        }
        Processor here = Processor.here();
        Path scratch = Stopping.scratch(Path.of(System.getProperty("java.io.tmpdir")));
        try {
            Contests contests = new Contests(
                    ModelFolder.open(MeshChoice.home().resolve("models").resolve("faces-64")), scratch);
            if (write) {
                write(chosen, here, contests);
                return 0;
            }
            return compare(RatioFile.read(chosen), chosen, here, contests);
        } finally {
            Stopping.delete(scratch);
        }
    }

    private void write(Path chosen, Processor here, Contests contests) throws Exception {
        Map<String, List<Double>> measured = new LinkedHashMap<>();
        for (int pass = 1; pass <= PASSES; pass++) {
            for (Watched contest : contests.all()) {
                report.status("measuring " + contest.name() + ", " + pass + " of " + PASSES);
                measured.computeIfAbsent(contest.name(), any -> new ArrayList<>())
                        .add(contest.measure());
            }
        }
        Map<String, Ratio> ratios = new LinkedHashMap<>();
        measured.forEach((name, values) -> {
            Ratio ratio = Ratio.of(values.stream().mapToDouble(value -> value).toArray());
            ratios.put(name, ratio);
            report.json(Map.of("name", name, "ratio", ratio.median(), "low", ratio.low(), "high", ratio.high()));
            report.say("%-12s %.3f (%.3f to %.3f)", name, ratio.median(), ratio.low(), ratio.high());
        });
        RatioFile.put(
                chosen, new RatioFile.Entry(here, LocalDate.now(ZoneOffset.UTC).toString(), ratios));
        report.say("%s has the ratios of %s", chosen, here);
    }

    private int compare(RatioFile known, Path chosen, Processor here, Contests contests) throws Exception {
        Optional<RatioFile.Entry> before = known.of(here);
        if (before.isEmpty()) {
            report.say(
                    "nothing to compare with: %s has no ratios of %s, only of %s; %s adds them",
                    chosen, here, known.processors(), RatioFile.COMMAND);
            return 0;
        }
        List<String> losses = new ArrayList<>();
        for (Watched contest : contests.all()) {
            Ratio was = before.get().ratios().get(contest.name());
            if (was == null) {
                report.say("%s: not in %s yet; %s adds it", contest.name(), chosen, RatioFile.COMMAND);
                continue;
            }
            report.status("measuring " + contest.name());
            Verdict verdict = RatioGate.judge(contest.name(), was, contest::measure);
            report.json(figures(verdict));
            report.say("%s", verdict.sentence());
            if (verdict.lost()) {
                losses.add(verdict.sentence());
            }
        }
        if (!losses.isEmpty()) {
            throw new Failure(String.join("; ", losses));
        }
        return 0;
    }

    private static Map<String, Object> figures(Verdict verdict) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", verdict.name());
        figures.put("ratio", Figures.rounded(verdict.least()));
        figures.put("measurements", verdict.is());
        figures.put("was", verdict.was().median());
        figures.put("low", verdict.was().low());
        figures.put("high", verdict.was().high());
        figures.put("bound", Figures.rounded(RatioGate.bound(verdict.was())));
        figures.put("lost", verdict.lost());
        return figures;
    }
}
