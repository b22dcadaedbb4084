package org.styleinv.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.metric.Features;
import org.styleinv.network.metric.FrechetDistance;
import org.styleinv.trainer.evaluate.StreamFigures.Seen;
import org.styleinv.trainer.evaluate.film.FilmFigures;
import org.styleinv.trainer.evaluate.metric.Statistic;

/**
 * What was seen of streams, as measures of motion: each figure's mean, held-out clips beside it, and in one number how far
 * both are apart.
 *
 * @param embedder null where there is none
 * @param data whose clips they are, for the protocols
 * @param frames of a clip, and of a stream's beginning
 * @param seed of resamples
 */
record MotionStatistics(@Nullable Embedder embedder, String data, int frames, long seed) {
    private static final int FRECHET_RESAMPLES = 100;
    private static final int MISFIT_RESAMPLES = 200;

    /** What motion should have as much of as the clips. */
    private static final List<String> FITTED = FilmFigures.NAMES.stream()
            .filter(name -> !List.of(FilmFigures.LOOP, FilmFigures.BOUNCE).contains(name))
            .toList();

    /** All that can be said of the streams {@code made}, with what is said of the clips {@code real} in the same way. */
    List<Statistic> of(List<Seen> made, List<Seen> real) {
        String streams = String.format(
                Locale.ROOT,
                " of %d streams, by turns from seeds and from inverted held-out frames, of %s, serving path",
                made.size(),
                data);
        String films = String.format(
                Locale.ROOT, ", %d frames each, against %d held-out clips of %d frames", frames, real.size(), frames);
        List<Statistic> all = new ArrayList<>();
        made.get(0).figures().keySet().stream()
                .filter(name -> !FilmFigures.NAMES.contains(name))
                .forEach(name -> all.add(
                        Statistic.of(name, StreamFigures.meaning(name, embedder) + streams, column(made, name), seed)));
        for (String name : FilmFigures.NAMES) {
            List<Double> ours = column(made, name);
            List<Double> theirs = column(real, name);
            String protocol = FilmFigures.meaning(name) + streams + films;
            all.add(Statistic.of("motion_" + name, protocol, ours, seed));
            all.add(Statistic.of("motion_" + name + "_real", protocol + ": the clips", theirs, seed));
            all.add(Statistic.ratio("motion_" + name + "_ratio", protocol + ": ratio", ours, theirs, seed));
        }
        all.add(misfit(made, real, streams + films));
        String blink = "share that closes its eyes at least once," + streams + films;
        all.add(Statistic.of("blinking", blink, blinking(made), seed));
        all.add(Statistic.of("blinking_real", blink + ": the clips", blinking(real), seed));
        if (embedder != null) {
            all.add(others(made, streams));
            all.add(frechet(embedder, made, real, streams + films));
        }
        return all;
    }

    private Statistic misfit(List<Seen> made, List<Seen> real, String of) {
        return Statistic.resampled(
                Measures.MISFIT,
                "mean |ln ratio| to the clips, at most ln 10 each, of " + String.join(", ", FITTED) + of,
                misfit(made, real),
                random -> misfit(drawn(made, random), drawn(real, random)),
                MISFIT_RESAMPLES,
                made.size(),
                seed);
    }

    private static double misfit(List<Seen> made, List<Seen> real) {
        return FITTED.stream()
                .mapToDouble(name -> Math.abs(Math.log(mean(made, name) / mean(real, name))))
                .filter(away -> !Double.isNaN(away)) // neither has it
                .map(away -> Math.min(Math.log(10), away))
                .average()
                .orElse(Double.NaN);
    }

    private static double mean(List<Seen> seen, String name) {
        return column(seen, name).stream()
                .mapToDouble(x -> x)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    private static List<Double> column(List<Seen> seen, String name) {
        return seen.stream().map(of -> of.figure(name)).toList();
    }

    private static List<Double> blinking(List<Seen> seen) {
        return seen.stream()
                .map(of -> of.figure(FilmFigures.EYES_CLOSED) > 0 ? 1.0 : 0.0)
                .toList();
    }

    private Statistic others(List<Seen> made, String streams) {
        List<Double> cosines = new ArrayList<>();
        for (int i = 0; i + 1 < made.size(); i++) {
            cosines.add(
                    Embedder.cosine(made.get(i).identity()[0], made.get(i + 1).identity()[0]));
        }
        return Statistic.of(
                "identity_cos_others", StreamFigures.meaning("identity_cos_others", embedder) + streams, cosines, seed);
    }

    private Statistic frechet(Embedder embedder, List<Seen> made, List<Seen> real, String of) {
        return Statistic.resampled(
                "frechet_embedding",
                "Frechet distance in this project's embedding " + Digests.brief(embedder.digest())
                        + String.format(Locale.ROOT, ", no FID: %d frames of each", StreamFigures.SPREAD) + of,
                distance(made, real),
                random -> distance(drawn(made, random), drawn(real, random)),
                FRECHET_RESAMPLES,
                made.size(),
                seed);
    }

    private static double distance(List<Seen> a, List<Seen> b) {
        return FrechetDistance.between(features(a), features(b), FrechetDistance.Root.SINGULAR_VALUES);
    }

    private static Features features(List<Seen> seen) {
        return new Features(
                seen.stream().flatMap(of -> Arrays.stream(of.identity())).toArray(float[][]::new));
    }

    private static List<Seen> drawn(List<Seen> seen, SplittableRandom random) {
        return IntStream.range(0, seen.size())
                .mapToObj(i -> seen.get(random.nextInt(seen.size())))
                .toList();
    }
}
