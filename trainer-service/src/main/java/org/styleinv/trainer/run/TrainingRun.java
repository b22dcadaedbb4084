package org.styleinv.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.evaluate.metric.Statistic;
import org.styleinv.trainer.run.SnapshotMeasures.Score;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.Step;
import org.styleinv.trainer.state.Phase;
import org.styleinv.trainer.state.RunRecord;
import org.styleinv.trainer.state.Snapshot;
import org.styleinv.trainer.state.Snapshots;

/**
 * A run of a stage, in a folder of its own: steps until the wanted number of images, a line of figures each tick, a
 * snapshot from time to time. Started again with the same folder it goes on where the last snapshot was.
 *
 * <pre>
 * beginning ──newest snapshot read, or none: step 0──▶ stepping
 * beginning ──nothing left to do──▶ ended
 * beginning ──snapshot unreadable──▶ failed
 *
 * stepping ──a tick is over──▶ telling ──▶ stepping
 * stepping ──a snapshot is due──▶ saving ──▶ measuring (with --metrics) ──▶ drawing ──▶ stepping
 *
 * stepping ──the last step is done──▶ telling ──▶ saving ──▶ measuring ──▶ drawing ──▶ ended
 * stepping, telling ──asked to stop──▶ telling ──▶ saving ──▶ drawing ──▶ halted
 * telling ──nobody hears of the run any more──▶ saving ──▶ measuring ──▶ drawing ──▶ failed
 * measuring ──asked to stop──▶ halted at once: what was learnt is saved
 *
 * stepping ──a loss is not finite──▶ failed
 * saving ──an array is not finite──▶ failed, and nothing is written
 * telling, saving, measuring, drawing ──cannot write──▶ failed
 * </pre>
 *
 * A run that was halted ({@link #TRY_AGAIN}), has failed or was killed begins with its newest snapshot when it is started
 * again. One that has ended ({@link #ENDED}) ends again, or steps on where it is given a longer end. A process that is asked
 * to stop is in its shutdown hook until {@link #loop} has saved.
 */
public final class TrainingRun {
    /** What a process that was asked to stop exits with: EX_TEMPFAIL of sysexits.h, "try again". */
    public static final int TRY_AGAIN = 75;

    /** What the folder of a run that has come to its end holds: it may be given a longer end, and then it is gone. */
    public static final String ENDED = "ended.json";

    /**
     * @param folder that the run lives in
     * @param kimg thousands of images to show in all
     * @param tickSeconds between two lines of figures
     * @param snapshotSeconds between two snapshots
     * @param keep snapshots to keep, the best not counted
     * @param options as they were given, for the record
     */
    public record Config(
            Path folder, double kimg, double tickSeconds, double snapshotSeconds, int keep, Map<String, ?> options) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Steps after a start that say nothing of the pace: code is compiled, by Java and by the engine, which sees it run first. */
    private static final int COLD = 3;

    /** Beside the best snapshot: the score by which it is that, and of what. */
    private static final String BEST_SCORE = "best.txt";

    private final Stage stage;
    private final Config config;
    private final Snapshots snapshots;
    private final Worth worth;
    private final long last;
    private @Nullable RunLog log; // once it runs
    private @Nullable Score best; // null where there is none
    private volatile boolean stopping;
    private volatile boolean measuring; // what was learnt is saved meanwhile
    private @Nullable RuntimeException unheard; // why a line of figures could not be told, null while they can
    private volatile long step; // that comes next
    private volatile long ended;

    /** Says what the newest snapshot is worth; nothing where nobody can say, or there is no time to. */
    private interface Worth {
        Optional<Score> of(Map<String, Double> losses) throws IOException;
    }

    /** A run whose best snapshot is that of the best loss, where the stage names one. */
    public TrainingRun(Stage stage, Config config) {
        this.stage = stage;
        this.config = config;
        worth = losses -> stage.better().map(loss -> new Score(loss, Objects.requireNonNull(losses.get(loss), loss)));
        snapshots = new Snapshots(config.folder, config.keep);
        last = last(stage, config);
    }

    /** @param measures of each snapshot, which say what it is worth */
    public TrainingRun(Stage stage, Config config, SnapshotMeasures measures) {
        this.stage = stage;
        this.config = config;
        worth = losses -> stopping ? Optional.empty() : Optional.of(measured(measures));
        snapshots = new Snapshots(config.folder, config.keep);
        last = last(stage, config);
    }

    /** The number of steps. */
    private static long last(Stage stage, Config config) {
        return (long) Math.ceil(config.kimg * 1000 / stage.batch());
    }

    /** The newest state of the run in {@code folder}; the arrays' prefixes are those of {@link Stage#state}. */
    public static Path snapshot(Path folder) throws IOException {
        return Snapshots.newest(folder);
    }

    /** Thousands of images that the run in {@code folder} has shown, from its last line of figures. */
    public static double kimg(Path folder) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("stats.jsonl"));
        return JSON.readTree(lines.get(lines.size() - 1)).get("kimg").asDouble();
    }

    /** Steps that ended since {@link #run} began, whatever step it went on from. */
    public long ended() {
        return ended;
    }

    /**
     * Trains to the end, or until the process is asked to stop; either way the last snapshot holds the last step. A
     * process that is asked to stop exits with {@link #TRY_AGAIN} when it has saved.
     *
     * @return whether the end was reached
     */
    public boolean run(Consumer<Tick> onTick) throws IOException {
        Files.createDirectories(config.folder);
        Map<String, NDArray> state = stage.state();
        Snapshot snapshot = new Snapshot(snapshot(config.folder));
        step = snapshot.exists() ? snapshot.read(state) : 0;
        if (step < last) {
            Files.deleteIfExists(config.folder.resolve(ENDED));
        }
        best = bestSoFar();
        RunRecord.start(config.folder, stage.name(), step, config.options);
        log = new RunLog(config.folder, stage);

        CountDownLatch saved = new CountDownLatch(1);
        Thread stop = new Thread(() -> stop(saved), "save-and-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try (Heartbeat heartbeat = new Heartbeat(
                () -> String.format(Locale.ROOT, "%s at step %d of %d", stage.name(), step, last),
                System.err::println)) {
            loop(state, tick -> {
                heartbeat.beat();
                onTick.accept(tick);
            });
        } finally {
            saved.countDown();
            forget(stop);
        }
        if (step < last) {
            return false;
        }
        RunRecord.replace(
                config.folder.resolve(ENDED),
                JSON.writeValueAsBytes(Map.of("stage", stage.name(), "step", step, "kimg", config.kimg)));
        return true;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process ends, by that very hook
        }
    }

    /** Ends the run with the step in hand; it saves before it does. */
    void askToStop() {
        stopping = true;
    }

    private void stop(CountDownLatch saved) {
        askToStop();
        try {
            if (!measuring) {
                saved.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(TRY_AGAIN);
    }

    private void loop(Map<String, NDArray> state, Consumer<Tick> onTick) throws IOException {
        long tickStart = System.nanoTime();
        long tickStep = step;
        long saveStart = tickStart;
        Map<String, Double> losses = new LinkedHashMap<>();
        Map<Phase, Double> phases = new EnumMap<>(Phase.class);
        while (step < last && !stopping && unheard == null) {
            Step told = stage.step(step);
            told.seconds().forEach((phase, value) -> phases.merge(phase, value, Double::sum));
            told.losses().forEach((name, value) -> {
                if (name.equals(Augmentation.P)) {
                    losses.put(name, value);
                } else {
                    losses.merge(name, value, (old, now) -> 0.95 * old + 0.05 * now);
                }
            });
            step++;
            ended++;
            if (losses.values().stream().anyMatch(value -> !Double.isFinite(value))) {
                throw diverged("a loss of stage " + stage.name() + " is not finite at step " + step + ": " + losses);
            }
            double seconds = (System.nanoTime() - tickStart) / 1e9;
            boolean ends = step == last || stopping;
            if (seconds >= config.tickSeconds || ends) {
                double kimgShown = ended <= COLD ? Double.NaN : (step - tickStep) * stage.batch() / 1000.0;
                phases.replaceAll((phase, value) -> value / kimgShown);
                double kimg = step * stage.batch() / 1000.0;
                double perKimg = seconds / kimgShown;
                record(new Tick(stage.name(), kimg, perKimg, losses, phases, perKimg * (config.kimg - kimg)), onTick);
                phases.clear();
                tickStart = System.nanoTime();
                tickStep = step;
            }
            if ((System.nanoTime() - saveStart) / 1e9 >= config.snapshotSeconds
                    || ends
                    || stopping // while the line was told
                    || unheard != null) {
                save(state, losses);
                saveStart = System.nanoTime();
                tickStart = saveStart;
                tickStep = step;
                phases.clear();
            }
            if (ended == COLD) {
                tickStart = System.nanoTime();
                tickStep = step;
                phases.clear();
            }
        }
        if (unheard != null) {
            throw unheard;
        }
    }

    private RunLog log() {
        return Objects.requireNonNull(log, "the run has not begun");
    }

    private IOException diverged(String what) throws IOException {
        return new IOException(
                what + "; give the same command with a lower --lr; " + Snapshots.lastGood(config.folder));
    }

    private void record(Tick tick, Consumer<Tick> onTick) throws IOException {
        log().tell(tick);
        try {
            onTick.accept(tick);
        } catch (RuntimeException e) { // nobody hears of this run any more: it ends, but keeps what it has learnt
            unheard = e;
        }
    }

    /** A run of a time before measures has the score alone, which is that of its loss. */
    private @Nullable Score bestSoFar() throws IOException {
        Path file = config.folder.resolve(BEST_SCORE);
        if (!Files.exists(file)) {
            return null;
        }
        List<String> lines = Files.readAllLines(file);
        return new Score(lines.size() > 1 ? lines.get(1) : stage.better().orElse(""), Double.parseDouble(lines.get(0)));
    }

    private void save(Map<String, NDArray> state, Map<String, Double> losses) throws IOException {
        for (Map.Entry<String, NDArray> entry : state.entrySet()) {
            for (float value : entry.getValue().toType(DataType.FLOAT32, false).toFloatArray()) {
                if (!Float.isFinite(value)) { // an update that went wrong: the losses of the next step would tell
                    throw diverged(entry.getKey() + " of stage " + stage.name() + " is not finite after step " + step);
                }
            }
        }
        Path snapshot = snapshots.write(state, step);
        Optional<Score> score = worth.of(losses);
        if (score.isPresent() && score.get().beats(best)) {
            keepAsBest(snapshot, score.get());
        }
        log().draw(step * stage.batch());
    }

    private void keepAsBest(Path snapshot, Score score) throws IOException {
        log().leave(() -> {
            snapshots.best(snapshot);
            RunRecord.replace(
                    config.folder.resolve(BEST_SCORE),
                    (score.value() + "\n" + score.by() + "\n").getBytes(StandardCharsets.UTF_8));
        });
        best = score;
    }

    /** A line of the newest snapshot's figures. */
    private Score measured(SnapshotMeasures measures) throws IOException {
        List<Statistic> figures;
        measuring = true;
        try {
            figures = measures.take(stage);
        } finally {
            measuring = false;
        }
        Score score = SnapshotMeasures.score(figures);
        double kimg = step * stage.batch() / 1000.0;
        log().tell(kimg, figures);
        Statistic first = figures.get(0);
        System.err.println(String.format(
                Locale.ROOT,
                "%s at %.1f kimg: %s %.4f ± %.4f%s",
                stage.name(),
                kimg,
                first.metric(),
                first.value(),
                first.error(),
                score.beats(best) ? ", the best so far" : ""));
        return score;
    }
}
