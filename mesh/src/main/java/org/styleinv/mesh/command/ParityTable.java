package org.styleinv.mesh.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.styleinv.network.parity.check.Check;

/** What a person reads of {@code parity}: a line a file with its worst check, each check that failed, what was allowed for. */
final class ParityTable {
    private static final String FORM = "%-40s %6s %6s   %-9s %-9s  %s";

    private final Map<String, List<Check>> files = new LinkedHashMap<>();

    void add(Check check) {
        files.computeIfAbsent(check.file(), name -> new ArrayList<>()).add(check);
    }

    /** One check in full. */
    static String line(Check check) {
        return String.format(
                Locale.ROOT,
                "%-34s %-52s %10.1e %10.1e %10.1e  %s",
                check.file(),
                check.array(),
                check.maxAbs(),
                check.maxRel(),
                check.tolerance(),
                check.ok() ? "ok " + check.note() : "FAILED " + check.note());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT, FORM, "file", "checks", "failed", "max abs", "max rel", "largest difference in"));
        files.forEach((file, checks) -> {
            Check worst = worst(checks);
            lines.add(String.format(
                    Locale.ROOT,
                    FORM,
                    file,
                    checks.size(),
                    failed(checks),
                    String.format(Locale.ROOT, "%.1e", worst.maxAbs()),
                    String.format(Locale.ROOT, "%.1e", worst.maxRel()),
                    worst.maxAbs() == 0 ? "nothing: all equal" : worst.array()));
        });
        files.values().forEach(checks -> checks.stream()
                .filter(check -> !check.ok())
                .forEach(check -> lines.add("FAILED " + check.file()
                        + (check.array().isEmpty() ? "" : " " + check.array()) + ": " + reason(check))));
        allowances()
                .forEach((note, checks) -> lines.add(
                        checks.get(0).file() + ", " + checks.size() + (checks.size() == 1 ? " check" : " checks") + " ("
                                + checks.get(0).array() + "): " + note));
        return lines;
    }

    /** What was allowed for, with the checks that are met by it. */
    private Map<String, List<Check>> allowances() {
        Map<String, List<Check>> allowances = new LinkedHashMap<>();
        files.values().forEach(checks -> checks.stream()
                .filter(check -> check.ok() && !check.note().isEmpty())
                .forEach(check -> allowances
                        .computeIfAbsent(check.note(), note -> new ArrayList<>())
                        .add(check)));
        return allowances;
    }

    private static String reason(Check check) {
        return check.note().isEmpty()
                ? String.format(
                        Locale.ROOT,
                        "off by %.1e, relative %.1e, allowed %.1e",
                        check.maxAbs(),
                        check.maxRel(),
                        check.tolerance())
                : check.note();
    }

    /** The whole run in a sentence, with the files where anything failed. */
    String sentence(Path folder) {
        int total = files.values().stream().mapToInt(List::size).sum();
        long failed = files.values().stream().mapToLong(ParityTable::failed).sum();
        String where = files.entrySet().stream()
                .filter(entry -> failed(entry.getValue()) > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return total + " checks of " + files.size() + " files in " + folder + ", " + failed + " failed"
                + (where.isEmpty() ? "" : ": " + where);
    }

    /** What could not be compared, in a sentence: the first, and how many more. */
    String unmade(Path folder) {
        List<Check> unmade = files.values().stream()
                .flatMap(List::stream)
                .filter(check -> !check.made())
                .toList();
        Check first = unmade.get(0);
        return "the fixtures in " + folder + " cannot all be compared: " + first.file()
                + (first.array().isEmpty() ? "" : " " + first.array()) + ": " + first.note()
                + (unmade.size() == 1 ? "" : " (and " + (unmade.size() - 1) + " more)");
    }

    private static long failed(List<Check> checks) {
        return checks.stream().filter(check -> !check.ok()).count();
    }

    /** The check that is nearest to its tolerance, or furthest beyond. */
    private static Check worst(List<Check> checks) {
        Check worst = checks.get(0);
        for (Check check : checks) {
            if (share(check) > share(worst)) {
                worst = check;
            }
        }
        return worst;
    }

    private static double share(Check check) {
        return check.maxRel() == 0 ? 0 : check.maxRel() / check.tolerance();
    }
}
