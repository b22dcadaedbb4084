package org.styleinv.mesh.bench.gpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.Printable;

/** Lines of figures as tables of Markdown, for {@code docs/performance.md}. */
public final class Tables {
    /**
     * One table.
     *
     * @param columns title by key of the line
     */
    private record Table(Map<String, String> columns) {
        static Table of(String... titlesAndKeys) {
            Map<String, String> columns = new LinkedHashMap<>();
            for (int i = 0; i < titlesAndKeys.length; i += 2) {
                columns.put(titlesAndKeys[i + 1], titlesAndKeys[i]);
            }
            return new Table(columns);
        }

        List<String> head() {
            return List.of("| " + String.join(" | ", columns.values()) + " |", "|---".repeat(columns.size()) + "|");
        }

        String row(Map<String, @Nullable Object> line) {
            List<String> cells = new ArrayList<>();
            columns.keySet().forEach(key -> cells.add(cell(line.get(key))));
            return "| " + String.join(" | ", cells) + " |";
        }
    }

    /** A sentence of an error may have what ends a cell. */
    private static String cell(@Nullable Object value) {
        return value == null ? "-" : Printable.sentence(value.toString()).replace('|', '/');
    }

    private static final Table NETWORK = Table.of(
            "network", "name",
            "pixels", "resolution",
            "batch", "batch",
            "numbers", "precision",
            "ms a frame", "ms_per_frame",
            "useful GFLOP/s", "useful_gflops",
            "% of GEMM", "percent_of_gemm",
            "plain eager DJL f32, ms", "baseline_ms_per_frame",
            "ratio", "ratio");

    private static final Map<String, Table> TABLES = Map.of(
            "machine",
            Table.of(
                    "device", "device",
                    "GPUs", "gpus",
                    "engine", "engine",
                    "cores", "cores",
                    "a rehearsal", "rehearsal"),
            "gemm",
            Table.of("product of large matrices", "precision", "GFLOP/s", "gemm_gflops"),
            "decoder",
            NETWORK,
            "motion",
            NETWORK,
            "frames",
            Table.of(
                    "frames of", "model",
                    "numbers", "precision",
                    "frames", "frames",
                    "largest difference alone and in a batch, of 255", "alone_and_together",
                    "PSNR against f32, dB", "psnr_db",
                    "the worst frame, dB", "psnr_least_db"),
            "fetch",
            Table.of(
                    "pixels on the host, of", "model",
                    "pixels", "resolution",
                    "batch", "batch",
                    "fetched in turn, ms a frame", "ms_per_frame_in_turn",
                    "while the next is computed, ms", "ms_per_frame",
                    "ratio", "ratio"),
            "train",
            Table.of(
                    "training step of", "preset",
                    "pixels", "resolution",
                    "pictures", "batch",
                    "numbers", "precision",
                    "s/kimg", "seconds_per_kimg",
                    "useful GFLOP/s", "useful_gflops",
                    "% of GEMM", "percent_of_gemm",
                    "plain eager DJL f32, s/kimg", "baseline_ms_per_frame",
                    "ratio", "ratio"),
            "load",
            Table.of(
                    "streams", "streams",
                    "frames/s asked of each", "fps_asked",
                    "frames/s of all", "fps",
                    "held", "held",
                    "why not", "not_held_because",
                    "first frame p50, ms", "first_frame_p50_ms",
                    "between frames p50, ms", "inter_frame_p50_ms",
                    "p95", "inter_frame_p95_ms",
                    "p99", "inter_frame_p99_ms"),
            "held",
            Table.of("most streams that are held", "streams", "of up to", "most", "frames/s of each", "fps"),
            "failed",
            Table.of("not measured", "part", "why", "error"));

    private @Nullable Table open;

    /** What a line adds: a row, below a head where another table begins. */
    public List<String> add(Map<String, @Nullable Object> line) {
        Table table =
                Objects.requireNonNull(TABLES.get(String.valueOf(line.get("name"))), () -> "no table has " + line);
        List<String> text = new ArrayList<>();
        if (table != open) {
            if (open != null) {
                text.add("");
            }
            text.addAll(table.head());
            open = table;
        }
        text.add(table.row(line));
        return text;
    }
}
