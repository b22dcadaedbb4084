package org.styleinv.mesh.fault;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a run of the suite found, one row for each kind of fault, as Markdown or for machines. */
public final class FaultTable {
    private FaultTable() {}

    /** A table with one line for each kind of fault, in the order they struck. */
    public static List<String> markdown(List<Map<String, Object>> rows) {
        List<String> lines = new ArrayList<>();
        lines.add("| fault | rounds | pause p50 s | pause max s | newcomer p50 s | newcomer max s | frames seen |"
                + " records checked | violations |");
        lines.add("|---|---|---|---|---|---|---|---|---|");
        for (Map<String, Object> row : rows) {
            lines.add(row.values().stream()
                    .map(value ->
                            value instanceof Double number ? String.format(Locale.ROOT, "%.2f", number) : "" + value)
                    .collect(Collectors.joining(" | ", "| ", " |")));
        }
        return lines;
    }

    /** One row a kind and one for all. */
    static List<Map<String, Object>> rows(List<Round> rounds) {
        Map<String, List<Round>> kinds = new LinkedHashMap<>();
        rounds.forEach(round ->
                kinds.computeIfAbsent(round.kind(), kind -> new ArrayList<>()).add(round));
        List<Map<String, Object>> rows = new ArrayList<>();
        kinds.forEach((kind, of) -> rows.add(row(kind, of)));
        rows.add(row("all", rounds));
        return rows;
    }

    private static Map<String, Object> row(String kind, List<Round> rounds) {
        double[] pauses = rounds.stream().mapToDouble(Round::recovery).sorted().toArray();
        double[] newcomers =
                rounds.stream().mapToDouble(Round::newcomer).sorted().toArray();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("fault", kind);
        row.put("rounds", rounds.size());
        row.put("pause_p50_s", pauses[(pauses.length - 1) / 2]);
        row.put("pause_max_s", pauses[pauses.length - 1]);
        row.put("newcomer_p50_s", newcomers[(newcomers.length - 1) / 2]);
        row.put("newcomer_max_s", newcomers[newcomers.length - 1]);
        row.put("frames", rounds.stream().mapToLong(Round::frames).sum());
        row.put("records", rounds.stream().mapToLong(Round::kept).sum());
        row.put(
                "violations",
                rounds.stream().mapToLong(round -> round.violations().size()).sum());
        return row;
    }
}
