package org.styleinv.trainer.evaluate.detector;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.metric.Features;
import org.styleinv.network.metric.FrechetDistance;
import org.styleinv.network.metric.FrechetDistance.Root;
import org.styleinv.network.metric.Gaussian;
import org.styleinv.network.metric.InceptionScore;
import org.styleinv.network.metric.KernelDistance;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.evaluate.Rows;
import org.styleinv.trainer.evaluate.metric.Statistic;

/** Takes published measures of a model. */
public final class PublishedMeasures {
    private static final int SPLITS = 10;
    private static final int SUBSETS = 100;
    private static final int SUBSET = 1000;
    private static final int RESAMPLES = 20;
    private static final double THOUSANDFOLD = 1000; // as tables show KID

    private final List<PublishedMeasure> measures;
    private final @Nullable Path detectors;
    private final @Nullable Integer count;
    private final long seed;
    private final Path cache;
    private final Consumer<String> say;

    /**
     * @param detectors folder of the detectors, null where no measure is wanted
     * @param count of pictures or clips, null for the published one
     * @throws IOException naming the first detector that is missing or another module: before any work
     */
    public PublishedMeasures(
            List<PublishedMeasure> measures,
            @Nullable Path detectors,
            @Nullable Integer count,
            long seed,
            Path cache,
            Consumer<String> say)
            throws IOException {
        if (count != null && count < 2) {
            throw new IllegalArgumentException("--count must be at least 2, got " + count);
        }
        this.measures = List.copyOf(measures);
        this.detectors = detectors;
        this.count = count;
        this.seed = seed;
        this.cache = cache;
        this.say = say;
        for (PublishedMeasure measure : measures) {
            Detector.check(measure.use(), folder());
        }
    }

    private Path folder() {
        return Objects.requireNonNull(detectors, "a published measure wants detectors");
    }

    /** @param digest of {@code subject} */
    public List<Statistic> take(MeasuredModel subject, String digest, VideoDataset data) throws IOException {
        List<Statistic> all = new ArrayList<>();
        for (PublishedMeasure measure : measures) {
            try (Detector detector = Detector.open(measure.use(), folder())) {
                int wanted = count == null ? measure.count() : count;
                Looking looking = new Looking(detector, measure, subject, digest, data, wanted, seed, cache, say);
                all.add(measure == PublishedMeasure.IS50K ? score(looking) : distance(looking));
            }
        }
        return all;
    }

    private Statistic score(Looking looking) throws IOException {
        try (Rows made = looking.made()) {
            int splits = Math.min(SPLITS, looking.count());
            InceptionScore score = InceptionScore.of(new Features(made.all(looking.count())), splits);
            return new Statistic(
                    looking.measure().published(),
                    score.mean(),
                    score.std(),
                    looking.protocol(0) + ", " + splits + " splits",
                    score.std() / Math.sqrt(splits),
                    "the mean over " + splits + " splits",
                    looking.count(),
                    seed);
        }
    }

    private Statistic distance(Looking looking) throws IOException {
        try (Rows real = looking.real();
                Rows made = looking.made()) {
            int reals =
                    (int) (looking.measure().frames() == 1 ? looking.count() : Math.min(looking.count(), real.count()));
            return looking.measure() == PublishedMeasure.KID50K
                    ? kernel(looking, real, made, reals)
                    : frechet(looking, real, made, reals);
        }
    }

    private Statistic kernel(Looking looking, Rows real, Rows made, int reals) throws IOException {
        int subset = Math.min(SUBSET, Math.min(reals, looking.count()));
        SplittableRandom random = new SplittableRandom(seed);
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < SUBSETS; i++) {
            values.add(THOUSANDFOLD
                    * KernelDistance.between(
                            drawn(real, reals, subset, random), drawn(made, looking.count(), subset, random)));
        }
        Statistic mean = Statistic.of(
                looking.measure().published(),
                looking.protocol(reals) + ", times 1000, " + SUBSETS + " subsets of " + subset,
                values,
                seed);
        return new Statistic(
                mean.metric(),
                mean.value(),
                mean.std(),
                mean.protocol(),
                mean.error(),
                "the mean over " + SUBSETS + " subsets, which overlap",
                looking.count(),
                seed);
    }

    /** Rows without repetition. */
    private static Features drawn(Rows rows, int of, int count, SplittableRandom random) throws IOException {
        int[] order = new int[of];
        Arrays.setAll(order, i -> i);
        float[][] drawn = new float[count][];
        for (int i = 0; i < count; i++) {
            int other = i + random.nextInt(of - i);
            int row = order[other];
            order[other] = order[i];
            drawn[i] = rows.row(row);
        }
        return new Features(drawn);
    }

    private Statistic frechet(Looking looking, Rows real, Rows made, int reals) throws IOException {
        Root root = looking.measure().frames() == 1 ? Root.GENERAL : Root.SINGULAR_VALUES;
        int dimension = looking.detector().width();
        String name = looking.measure().published();
        String protocol = looking.protocol(reals);
        if (Math.max(reals, looking.count()) > SUBSET * 4) { // features that would not fit into memory
            double value = FrechetDistance.between(
                    Gaussian.of(real::row, reals, dimension), Gaussian.of(made::row, looking.count(), dimension), root);
            return new Statistic(
                    name,
                    value,
                    Double.NaN,
                    protocol,
                    Double.NaN,
                    "none: a resample takes minutes; give other --seed to see it",
                    looking.count(),
                    seed);
        }
        Features a = new Features(real.all(reals));
        Features b = new Features(made.all(looking.count()));
        return Statistic.resampled(
                name,
                protocol,
                FrechetDistance.between(a, b, root),
                random -> FrechetDistance.between(resample(a, random), resample(b, random), root),
                RESAMPLES,
                looking.count(),
                seed);
    }

    private static Features resample(Features features, SplittableRandom random) {
        float[][] rows = new float[features.rows().length][];
        Arrays.setAll(rows, i -> features.rows()[random.nextInt(features.rows().length)]);
        return new Features(rows);
    }
}
