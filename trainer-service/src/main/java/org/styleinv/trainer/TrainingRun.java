package org.styleinv.trainer;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.styleinv.trainer.state.Snapshot;

/**
 * A run of a stage, in a folder of its own: steps until the wanted number of images, a line of figures each tick, a
 * snapshot from time to time. Started again with the same folder it goes on where the last snapshot was.
 */
final class TrainingRun {
    /**
     * @param folder that the run lives in
     * @param kimg thousands of images to show in all
     * @param tickSeconds between two lines of figures
     * @param snapshotSeconds between two snapshots
     */
    record Config(Path folder, double kimg, double tickSeconds, double snapshotSeconds) {}

    /** One line of figures: the keys of {@code train --json}. */
    record Tick(String stage, double kimg, double secPerKimg, Map<String, Double> losses, double rssMb, double etaS) {
        Map<String, Object> json() {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("stage", stage);
            line.put("kimg", round(kimg));
            line.put("sec_per_kimg", round(secPerKimg));
            losses.forEach((key, value) -> line.put(key, round(value)));
            line.put("rss_mb", round(rssMb));
            line.put("eta_s", round(etaS));
            return line;
        }

        String text() {
            StringBuilder line = new StringBuilder("%s %.1f kimg  %.2f s/kimg".formatted(stage, kimg, secPerKimg));
            losses.forEach((key, value) -> line.append("  %s %.3f".formatted(key, value)));
            return line.append("  %.0f MB  %.0f min left".formatted(rssMb, etaS / 60))
                    .toString();
        }

        private static double round(double value) {
            return Math.round(value * 1000) / 1000.0;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Stage stage;
    private final Config config;
    private volatile boolean stopping;

    TrainingRun(Stage stage, Config config) {
        this.stage = stage;
        this.config = config;
    }

    /** The newest state of the run in {@code folder}; the arrays' prefixes are those of {@link Stage#state}. */
    static Path snapshot(Path folder) {
        return folder.resolve("snapshot.safetensors");
    }

    /** Thousands of images that the run in {@code folder} has shown, from its last line of figures. */
    static double kimg(Path folder) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("stats.jsonl"));
        return JSON.readTree(lines.get(lines.size() - 1)).get("kimg").asDouble();
    }

    /** Trains to the end, or until the process is asked to stop; either way the last snapshot holds the last step. */
    void run(Consumer<Tick> onTick) throws IOException {
        Files.createDirectories(config.folder);
        Snapshot snapshot = new Snapshot(snapshot(config.folder));
        Map<String, NDArray> state = stage.state();
        long step = snapshot.exists() ? snapshot.read(state) : 0;
        long last = (long) Math.ceil(config.kimg * 1000 / stage.batch());

        CountDownLatch saved = new CountDownLatch(1);
        Thread stop = new Thread(() -> {
            stopping = true;
            try {
                saved.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            loop(step, last, snapshot, state, onTick);
        } finally {
            saved.countDown();
            if (!stopping) {
                Runtime.getRuntime().removeShutdownHook(stop);
            }
        }
    }

    private void loop(long step, long last, Snapshot snapshot, Map<String, NDArray> state, Consumer<Tick> onTick)
            throws IOException {
        long tickStart = System.nanoTime();
        long tickStep = step;
        long saveStart = tickStart;
        Map<String, Double> losses = new LinkedHashMap<>();
        while (step < last && !stopping) {
            stage.step(step).forEach((key, value) -> losses.merge(key, value, (old, now) -> 0.95 * old + 0.05 * now));
            step++;
            if (losses.values().stream().anyMatch(value -> !Double.isFinite(value))) {
                throw new IOException("a loss of stage " + stage.name() + " is not finite at step " + step + ": "
                        + losses + "; the last snapshot is intact, start again from it with a lower --lr");
            }
            double seconds = (System.nanoTime() - tickStart) / 1e9;
            boolean ends = step == last || stopping;
            if (seconds >= config.tickSeconds || ends) {
                double perKimg = seconds / ((step - tickStep) * stage.batch() / 1000.0);
                double kimg = step * stage.batch() / 1000.0;
                Tick tick = new Tick(stage.name(), kimg, perKimg, losses, rssMb(), perKimg * (config.kimg - kimg));
                Files.writeString(
                        config.folder.resolve("stats.jsonl"),
                        JSON.writeValueAsString(tick.json()) + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                onTick.accept(tick);
                tickStart = System.nanoTime();
                tickStep = step;
            }
            if ((System.nanoTime() - saveStart) / 1e9 >= config.snapshotSeconds || ends) {
                snapshot.write(state, step);
                stage.draw(config.folder.resolve(
                        "pictures/%s-%06d.png".formatted(stage.name(), step * stage.batch() / 1000)));
                saveStart = System.nanoTime();
                tickStart = saveStart;
                tickStep = step;
            }
        }
    }

    /** Resident memory of this process in MB, native memory included; 0 where the system does not say. */
    private static double rssMb() {
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
