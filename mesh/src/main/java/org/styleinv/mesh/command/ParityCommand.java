package org.styleinv.mesh.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.parity.Parity;
import org.styleinv.network.parity.check.Check;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parity}: every network against stored reference numbers. */
@Command(
        name = "parity",
        description = {
            "Compare every network with stored reference numbers.",
            "Shows a line a file, every check that failed, and what was allowed for.",
            "Exit code 1 where a number is out of tolerance, 2 where something of the set cannot be compared: a file or",
            "an array that is missing, damaged, unknown or of another shape."
        },
        mixinStandardHelpOptions = true)
final class ParityCommand implements Callable<Integer> {
    @Option(names = "--golden", required = true, paramLabel = "DIR", description = "Folder of fixtures.")
    private Path golden;

    @Option(names = "--report", paramLabel = "F.json", description = "Write all verdicts to a file, too.")
    private @Nullable Path file;

    @Option(names = "--all", description = "Show every check, not only those that failed.")
    private boolean all;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws IOException {
        Logging.none();
        List<Map<String, Object>> rows = new ArrayList<>();
        var table = new ParityTable();
        Parity.Summary summary = Parity.run(golden, check -> {
            Map<String, Object> row = row(check);
            rows.add(row);
            report.json(row);
            table.add(check);
            if (all) {
                report.say("%s", ParityTable.line(check));
            } else {
                report.progress("checks", rows.size(), 0);
            }
        });
        var last = new LinkedHashMap<String, Object>();
        last.put("total", summary.total());
        last.put("failed", summary.failed());
        if (file != null) {
            Files.writeString(file, Console.text(Map.of("summary", last, "checks", rows)) + "\n");
        }
        report.json(last);
        table.lines().forEach(line -> report.say("%s", line));
        report.say("%s", table.sentence(golden));
        if (summary.unmade() > 0) {
            throw Failure.input(table.unmade(golden));
        }
        return summary.failed() == 0 ? 0 : 1;
    }

    /** What could not be compared has no errors: null. */
    private static Map<String, Object> row(Check check) {
        var row = new LinkedHashMap<String, Object>();
        row.put("file", check.file());
        row.put("array", check.array());
        row.put("max_abs", Double.isFinite(check.maxAbs()) ? check.maxAbs() : null);
        row.put("max_rel", Double.isFinite(check.maxRel()) ? check.maxRel() : null);
        row.put("tolerance", check.tolerance());
        row.put("ok", check.ok());
        if (!check.note().isEmpty()) {
            row.put("note", check.note());
        }
        return row;
    }
}
