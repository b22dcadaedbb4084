package org.styleinv.trainer.run;

import ai.djl.ndarray.NDArray;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.state.Phase;

/**
 * What a run is going to be: its arrays, its memory, and its time, measured over real steps of the stage, which is of no
 * other use afterwards.
 *
 * @param arrays shape of everything that a snapshot holds, by name; what a name begins with is its network or optimiser
 * @param steps that were measured, after one that was not
 * @param secPerKimg of them
 * @param phases what of it each phase takes, as far as the stage measures them
 */
public record DryRun(
        Stage stage,
        double kimg,
        Map<String, long[]> arrays,
        int steps,
        double secPerKimg,
        Map<Phase, Double> phases,
        double rssMb) {
    private static final int PERIOD = 16; // steps after which lazy regularisers have come around
    private static final double ENOUGH_SECONDS = 60;

    public static DryRun of(Stage stage, double kimg) {
        Map<String, long[]> arrays = new LinkedHashMap<>();
        for (Map.Entry<String, NDArray> entry : stage.state().entrySet()) {
            arrays.put(entry.getKey(), entry.getValue().getShape().getShape());
        }
        stage.step(0); // compiles
        long start = System.nanoTime();
        int steps = 0;
        double seconds = 0;
        Map<Phase, Double> phases = new EnumMap<>(Phase.class);
        while (steps < PERIOD && seconds < ENOUGH_SECONDS) {
            stage.step(++steps).seconds().forEach((phase, value) -> phases.merge(phase, value, Double::sum));
            seconds = (System.nanoTime() - start) / 1e9;
        }
        double measured = steps * stage.batch() / 1000.0; // kimg
        phases.replaceAll((phase, value) -> value / measured);
        return new DryRun(stage, kimg, arrays, steps, seconds / measured, phases, Tick.rss());
    }

    /** Values by network or optimiser. */
    private Map<String, Long> values() {
        Map<String, Long> values = new LinkedHashMap<>();
        arrays.forEach((name, shape) -> values.merge(part(name), size(shape), Long::sum));
        return values;
    }

    private static String part(String name) {
        int from = isOptimiser(name) ? name.indexOf('.') + 1 : 0;
        return name.substring(0, name.indexOf('.', from));
    }

    private static boolean isOptimiser(String name) {
        return name.startsWith("adam.") || name.startsWith("ranger.");
    }

    private static long size(long[] shape) {
        long size = 1;
        for (long side : shape) {
            size *= side;
        }
        return size;
    }

    private double snapshotMb() {
        return values().values().stream().mapToLong(Long::longValue).sum() * 4 / 1e6;
    }

    /** {@code " (g 4.1, pl 1.2, d 5.3, r1 0.9)"}, empty where the stage does not measure them. */
    private String phasesText() {
        return phases.isEmpty()
                ? ""
                : phases.entrySet().stream()
                        .map(phase -> String.format(
                                Locale.ROOT, "%s %.1f", phase.getKey().tag(), phase.getValue()))
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    public Map<String, Object> json() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", stage.name());
        line.put("plan", true);
        line.put("kimg", kimg);
        line.put("batch", stage.batch());
        line.put("steps", (long) Math.ceil(kimg * 1000 / stage.batch()));
        line.put("values", values());
        line.put("shapes", arrays);
        line.put("snapshot_mb", snapshotMb());
        line.put("rss_mb", rssMb);
        line.put("measured_steps", steps);
        line.put("sec_per_kimg", secPerKimg);
        phases.forEach((phase, value) -> line.put(phase.key(), value));
        line.put("eta_s", secPerKimg * kimg);
        return line;
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        arrays.forEach((name, shape) -> {
            if (!isOptimiser(name) && !name.startsWith("ema.")) {
                text.append(String.format(Locale.ROOT, "  %-44s %s%n", name, java.util.Arrays.toString(shape)));
            }
        });
        values().forEach((part, count) -> text.append(String.format(Locale.ROOT, "%-8s %,12d values%n", part, count)));
        text.append(String.format(
                Locale.ROOT,
                "stage %s: %.1f kimg in steps of %d images (%d steps)%n",
                stage.name(),
                kimg,
                stage.batch(),
                (long) Math.ceil(kimg * 1000 / stage.batch())));
        text.append(String.format(Locale.ROOT, "memory %.0f MB, a snapshot %.0f MB%n", rssMb, snapshotMb()));
        text.append(String.format(
                Locale.ROOT,
                "%.1f s/kimg over %d steps%s%s: %.1f hours",
                secPerKimg,
                steps,
                steps < PERIOD ? ", regularisers not among them" : "",
                phasesText(),
                secPerKimg * kimg / 3600));
        return text.toString();
    }
}
