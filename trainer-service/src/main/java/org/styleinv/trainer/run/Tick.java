package org.styleinv.trainer.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.styleinv.proto.Progress;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.state.Phase;

/**
 * One line of figures: the keys of {@code train --json}. What is not finite is not known, and not said; JSON has null.
 *
 * @param secPerKimg not finite in the first steps after a start, which compile
 * @param losses running means by name
 * @param phases seconds for a thousand images by phase, as far as the stage measures them
 * @param etaS seconds to the end, 0 or more; not finite where nobody can say
 */
public record Tick(
        String stage,
        double kimg,
        double secPerKimg,
        Map<String, Double> losses,
        Map<Phase, Double> phases,
        double rssMb,
        double etaS) {
    public Tick {
        etaS = etaS <= 0 ? 0 : etaS; // the last batch may go beyond the end
    }

    Tick(
            String stage,
            double kimg,
            double secPerKimg,
            Map<String, Double> losses,
            Map<Phase, Double> phases,
            double etaS) {
        this(stage, kimg, secPerKimg, new LinkedHashMap<>(losses), new LinkedHashMap<>(phases), rss(), etaS);
    }

    public Map<String, Object> json() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", stage);
        line.put("kimg", round(kimg));
        line.put("sec_per_kimg", round(secPerKimg));
        // p moves by ten-thousandths
        losses.forEach((key, value) -> line.put(key, key.equals(Augmentation.P) ? value : round(value)));
        phases.forEach((phase, value) -> line.put(phase.key(), round(value)));
        line.put("rss_mb", round(rssMb));
        line.put("eta_s", round(etaS));
        line.replaceAll((key, value) -> value instanceof Double number && !Double.isFinite(number) ? null : value);
        return line;
    }

    /** What TensorBoard draws, grouped. */
    Map<String, Double> scalars() {
        Map<String, Double> scalars = new LinkedHashMap<>();
        losses.forEach((key, value) -> scalars.put((key.equals(Augmentation.P) ? "augment/" : "loss/") + key, value));
        phases.forEach((phase, value) -> scalars.put("sec_per_kimg/" + phase.tag(), value));
        scalars.put("sec_per_kimg/all", secPerKimg);
        scalars.put("memory/rss_mb", rssMb);
        scalars.values().removeIf(value -> !Double.isFinite(value));
        return scalars;
    }

    public String text() {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%s %.1f kimg", stage, kimg));
        if (Double.isFinite(secPerKimg)) {
            line.append(String.format(Locale.ROOT, "  %.2f s/kimg", secPerKimg));
        }
        losses.forEach((key, value) -> line.append(String.format(Locale.ROOT, "  %s %.3f", key, value)));
        line.append(String.format(Locale.ROOT, "  %.0f MB", rssMb));
        return Double.isFinite(etaS)
                ? line.append(String.format(Locale.ROOT, "  %.0f min left", etaS / 60))
                        .toString()
                : line.toString();
    }

    /** As it goes over the wire. */
    public Progress progress(double kimgTotal, String run) {
        Progress.Builder progress = Progress.newBuilder()
                .setStage(stage)
                .setKimg(kimg)
                .setSecPerKimg(secPerKimg)
                .putAllLosses(losses)
                .setRssMb(rssMb)
                .setEtaS(etaS)
                .setKimgTotal(kimgTotal)
                .setRun(run);
        phases.forEach((phase, value) -> progress.putPhases(phase.key(), value));
        return progress.build();
    }

    /** What came over the wire; names in their order. */
    public static Tick of(Progress line) {
        Map<Phase, Double> phases = new TreeMap<>(Comparator.comparing(Phase::key));
        line.getPhasesMap().forEach((key, value) -> Phase.of(key).ifPresent(phase -> phases.put(phase, value)));
        return new Tick(
                line.getStage(),
                line.getKimg(),
                line.getSecPerKimg(),
                new TreeMap<>(line.getLossesMap()),
                phases,
                line.getRssMb(),
                line.getEtaS());
    }

    private static double round(double value) {
        return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : value;
    }

    /** Resident memory of this process in MB, native memory included; 0 where the system does not say. */
    public static double rss() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
