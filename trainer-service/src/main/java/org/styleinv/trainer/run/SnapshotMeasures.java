package org.styleinv.trainer.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.Digests;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.evaluate.Measures;
import org.styleinv.trainer.evaluate.ModelMeasures;
import org.styleinv.trainer.evaluate.metric.Statistic;
import org.styleinv.trainer.stage.Stage;

/**
 * {@code --metrics}: what the snapshots of a run are worth, by those measures of {@code evaluate} that need no download. The
 * first of them decides which snapshot is the best.
 */
public final class SnapshotMeasures {
    private static final int FRAMES = 64; // of each stream
    private static final int STILLS = 4; // pictures for each stream that would be watched: they cost less

    private final ModelMeasures measures;

    /**
     * @param data that snapshots are held against
     * @param samples streams that are watched, or a quarter of the pictures
     * @throws FileRefused where {@code stage} has nothing to measure
     */
    public SnapshotMeasures(Stage stage, VideoDataset data, int samples, long seed) throws IOException {
        try (MeasuredModel subject = stage.subject()
                .orElseThrow(() -> new FileRefused(
                        "train " + stage.name() + " has no measure that needs no download: leave --metrics out"))) {
            int count = subject.moves() ? samples : STILLS * samples;
            measures = new ModelMeasures(
                    subject, "", data, null, new ModelMeasures.Settings(count, FRAMES, seed), null, said -> {});
        }
    }

    /** Figures of {@code stage} as it is now, the one that decides first. */
    List<Statistic> take(Stage stage) throws IOException {
        Path scratch = Files.createTempDirectory("styleinv-metrics");
        try (MeasuredModel subject = stage.subject().orElseThrow()) {
            return take(measures.of(subject, "", scratch), subject);
        } finally {
            try (Stream<Path> rows = Files.list(scratch)) {
                for (Path file : rows.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(scratch);
        }
    }

    /** What a stage does not train is not measured again and again. */
    private static List<Statistic> take(ModelMeasures of, MeasuredModel subject) throws IOException {
        List<Statistic> figures = new ArrayList<>();
        if (subject.moves()) {
            figures.addAll(of.motion());
            figures.removeIf(figure -> figure.metric().contains("_real"));
            figures.sort((a, b) -> Boolean.compare(
                    b.metric().equals(Measures.MISFIT), a.metric().equals(Measures.MISFIT)));
        } else {
            if (subject.inverts()) {
                figures.add(of.inversion());
            }
            figures.add(of.stills());
        }
        return figures;
    }

    /** Of figures that {@link #take} gave. */
    static Score score(List<Statistic> figures) {
        Statistic first = figures.get(0);
        boolean higher = first.metric().equals("inversion_psnr_db");
        return new Score(
                first.metric() + " " + Digests.brief(Digests.of(first.protocol())),
                higher ? first.value() : -first.value());
    }

    /**
     * What a snapshot is worth.
     *
     * @param by which figure says so, by which protocol: others cannot be compared
     * @param value higher is better
     */
    record Score(String by, double value) {
        /** Whether it takes the place of {@code best}, which may be null. */
        boolean beats(@Nullable Score best) {
            return Double.isFinite(value) && (best == null || !best.by.equals(by) || value > best.value);
        }
    }
}
