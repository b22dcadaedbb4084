package org.styleinv.trainer.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.styleinv.network.metric.Features;
import org.styleinv.network.metric.FrechetDistance;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.StreamFigures.Seen;
import org.styleinv.trainer.evaluate.film.Eyes;
import org.styleinv.trainer.evaluate.film.Film;
import org.styleinv.trainer.evaluate.film.FilmFigures;
import org.styleinv.trainer.evaluate.metric.PictureFigures;
import org.styleinv.trainer.evaluate.metric.SlicedWasserstein;
import org.styleinv.trainer.evaluate.metric.Statistic;

/** The measures of a model that need no download: its inversions, its streams, and held-out clips beside them. */
public final class ModelMeasures {
    private static final int EYED = 24; // clips that the eyes are looked for in
    private static final int FRECHET_RESAMPLES = 100;
    private static final int MISFIT_RESAMPLES = 200;
    private static final int GROUP = 8; // pictures whose patches are held against each other

    /** The one figure of how far motion is from that of the clips. */
    public static final String MISFIT = "motion_misfit";

    /** What motion should have as much of as the clips. */
    private static final List<String> FITTED = FilmFigures.NAMES.stream()
            .filter(name -> !List.of(FilmFigures.LOOP, FilmFigures.BOUNCE).contains(name))
            .toList();

    private final MeasuredModel subject;
    private final String digest;
    private final VideoDataset data;
    private final Embedder embedder;
    private final Settings settings;
    private final Path cache;
    private final Consumer<String> say;
    private final RealClips clips;
    private final HeldOut heldOut;

    /** What was seen of held-out clips, once that was asked for: no subject changes it. */
    private static final class HeldOut {
        private StreamFigures figures;
        private List<Seen> seen;
    }

    /**
     * @param samples frames that are inverted, streams that are watched, and clips at most
     * @param frames of a clip, and of a stream's beginning, at most
     * @param seed of every choice
     */
    public record Settings(int samples, int frames, long seed) {
        public Settings {
            if (samples < 2 || frames < Film.SHORTEST) {
                throw new IllegalArgumentException("measures want at least 2 samples and " + Film.SHORTEST
                        + " frames of each, got " + samples + " and " + frames);
            }
        }
    }

    /**
     * @param digest of the subject, which partial results are kept under
     * @param embedder null where there is none
     * @param cache folder of partial results
     * @param say hears how far the work is
     */
    public ModelMeasures(
            MeasuredModel subject,
            String digest,
            VideoDataset data,
            Embedder embedder,
            Settings settings,
            Path cache,
            Consumer<String> say) {
        this(subject, digest, data, embedder, settings, cache, say, RealClips.of(data, settings), new HeldOut());
    }

    private ModelMeasures(
            MeasuredModel subject,
            String digest,
            VideoDataset data,
            Embedder embedder,
            Settings settings,
            Path cache,
            Consumer<String> say,
            RealClips clips,
            HeldOut heldOut) {
        this.subject = subject;
        this.digest = digest;
        this.data = data;
        this.embedder = embedder;
        this.settings = settings;
        this.cache = cache;
        this.say = say;
        this.clips = clips;
        this.heldOut = heldOut;
    }

    /** The same of another subject; what was seen of held-out clips stays. */
    public ModelMeasures of(MeasuredModel other, String otherDigest, Path otherCache) {
        return new ModelMeasures(other, otherDigest, data, embedder, settings, otherCache, say, clips, heldOut);
    }

    /** All that the model can be measured by. */
    public List<Statistic> take() throws IOException {
        List<Statistic> all = new ArrayList<>();
        all.add(stills());
        if (subject.inverts()) {
            all.add(inversion());
        }
        if (subject.moves()) {
            all.addAll(motion());
        }
        return all;
    }

    /** {@code swd}. */
    public Statistic stills() throws IOException {
        int size = Math.min(GROUP, settings.samples);
        int groups = settings.samples / size;
        String protocol = "sliced Wasserstein distance of patches, times 1000, of groups of " + size
                + " pictures from seeds and as many frames of held-out videos, of " + of(data.digest());
        List<Double> distances = new ArrayList<>();
        try (Rows rows = Rows.open(cache, "swd", key("swd", protocol), 1)) {
            rows.fill(
                    groups,
                    group -> {
                        List<float[]> real = new ArrayList<>();
                        for (long i = group * size; i < (group + 1) * size; i++) {
                            real.add(frame(i));
                        }
                        List<float[]> made = List.of(subject.samples(settings.seed, group * size, size));
                        return new float[] {
                            (float) (1000 * SlicedWasserstein.between(real, made, settings.seed + group))
                        };
                    },
                    new Eta("groups of pictures", say));
            for (float[] row : rows.all(groups)) {
                distances.add((double) row[0]);
            }
        }
        return Statistic.of("swd", protocol, distances, settings.seed);
    }

    /** A held-out frame; of each video as many as of the others. */
    private float[] frame(long i) {
        SplittableRandom random = new SplittableRandom(settings.seed * 31 + i);
        int clip = random.nextInt(data.clips());
        float[] x = new float[3 * data.resolution() * data.resolution()];
        data.read(clip, random.nextInt(data.frames(clip)), false, x, 0);
        return x;
    }

    /** {@code motion_misfit}, all that is seen of streams, and the same of held-out clips. */
    public List<Statistic> motion() throws IOException {
        if (heldOut.seen == null) {
            heldOut.figures = new StreamFigures(eyes(), embedder, clips.length());
            heldOut.seen = real(heldOut.figures);
        }
        return statistics(streams(heldOut.figures), heldOut.seen);
    }

    /** {@code inversion_psnr_db}. */
    public Statistic inversion() throws IOException {
        String protocol = "synthesis(E(x)) against x, " + settings.samples + " frames of held-out videos, of "
                + of(data.digest());
        List<Double> psnr = new ArrayList<>();
        try (Rows rows = Rows.open(cache, "inversion", key("inversion", protocol), 1)) {
            rows.fill(
                    settings.samples,
                    i -> {
                        float[] x = frame(i);
                        return new float[] {(float) PictureFigures.psnr(x, subject.inverted(x))};
                    },
                    new Eta("inversions", say));
            for (float[] row : rows.all(settings.samples)) {
                psnr.add((double) row[0]);
            }
        }
        return Statistic.of("inversion_psnr_db", protocol, psnr, settings.seed);
    }

    private Eyes eyes() {
        return Eyes.find(() -> IntStream.range(0, Math.min(EYED, clips.count()))
                .mapToObj(clips::film)
                .iterator());
    }

    private List<Seen> real(StreamFigures figures) throws IOException {
        return taken("clips", clips.count(), key("clips", figures.toString()), i -> figures.of(clips.film((int) i)));
    }

    private List<Seen> streams(StreamFigures figures) throws IOException {
        return taken("streams", settings.samples, key("streams", digest, figures.toString()), i -> {
            Footage stream = stream(i);
            Seen seen = figures.of(stream);
            seen.figures()
                    .put(
                            "identity_others",
                            PictureFigures.colourDistance(
                                    stream.still(), stream(i + 1).still()));
            return seen;
        });
    }

    /** By turns from seeds and from inverted held-out frames. */
    private Footage stream(long i) {
        if (i % 2 == 0 || !subject.inverts()) {
            return subject.ofSeed(settings.seed, i);
        }
        int clip = (int) (i / 2 % clips.count());
        return subject.ofFrame(clips.film(clip).frames()[0], settings.seed + i);
    }

    /** Takes figures of one clip or stream. */
    private interface Look {
        Seen at(long index) throws IOException;
    }

    private List<Seen> taken(String kind, int count, String key, Look look) throws IOException {
        List<String> names = kind.equals("clips") ? FilmFigures.NAMES : StreamFigures.names(embedder != null);
        int width = embedder == null ? 0 : embedder.width();
        List<Seen> all = new ArrayList<>();
        try (Rows rows = Rows.open(cache, kind, key, names.size() + StreamFigures.SPREAD * width)) {
            rows.fill(count, i -> row(look.at(i), names, width), new Eta(kind, say));
            for (float[] row : rows.all(count)) {
                all.add(seen(row, names, width));
            }
        }
        return all;
    }

    private static float[] row(Seen seen, List<String> names, int width) {
        float[] row = new float[names.size() + StreamFigures.SPREAD * width];
        for (int i = 0; i < names.size(); i++) {
            row[i] = seen.figures().get(names.get(i)).floatValue();
        }
        for (int i = 0; i < seen.identity().length; i++) {
            System.arraycopy(seen.identity()[i], 0, row, names.size() + i * width, width);
        }
        return row;
    }

    private static Seen seen(float[] row, List<String> names, int width) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            figures.put(names.get(i), (double) row[i]);
        }
        float[][] identity = new float[width == 0 ? 0 : StreamFigures.SPREAD][];
        for (int i = 0; i < identity.length; i++) {
            identity[i] = Arrays.copyOfRange(row, names.size() + i * width, names.size() + (i + 1) * width);
        }
        return new Seen(figures, identity);
    }

    private List<Statistic> statistics(List<Seen> made, List<Seen> real) {
        String streams = String.format(
                Locale.ROOT,
                " of %d streams, by turns from seeds and from inverted held-out frames, of %s, serving path",
                made.size(),
                of(data.digest()));
        String films = String.format(
                Locale.ROOT,
                ", %d frames each, against %d held-out clips of %d frames",
                clips.length(),
                real.size(),
                clips.length());
        List<Statistic> all = new ArrayList<>();
        made.get(0).figures().keySet().stream()
                .filter(name -> !FilmFigures.NAMES.contains(name))
                .forEach(name -> all.add(Statistic.of(
                        name, StreamFigures.meaning(name, embedder) + streams, column(made, name), settings.seed)));
        for (String name : FilmFigures.NAMES) {
            List<Double> ours = column(made, name);
            List<Double> theirs = column(real, name);
            String protocol = FilmFigures.meaning(name) + streams + films;
            all.add(Statistic.of("motion_" + name, protocol, ours, settings.seed));
            all.add(Statistic.of("motion_" + name + "_real", protocol + ": the clips", theirs, settings.seed));
            all.add(Statistic.ratio("motion_" + name + "_ratio", protocol + ": ratio", ours, theirs, settings.seed));
        }
        all.add(misfit(made, real, streams + films));
        String blink = "share that closes its eyes at least once," + streams + films;
        all.add(Statistic.of("blinking", blink, blinking(made), settings.seed));
        all.add(Statistic.of("blinking_real", blink + ": the clips", blinking(real), settings.seed));
        if (embedder != null) {
            all.add(others(made, streams));
            all.add(frechet(made, real, streams + films));
        }
        return all;
    }

    private Statistic misfit(List<Seen> made, List<Seen> real, String of) {
        return Statistic.resampled(
                MISFIT,
                "mean |ln ratio| to the clips, at most ln 10 each, of " + String.join(", ", FITTED) + of,
                misfit(made, real),
                random -> misfit(drawn(made, random), drawn(real, random)),
                MISFIT_RESAMPLES,
                made.size(),
                settings.seed);
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
        return seen.stream().map(of -> of.figures().get(name)).toList();
    }

    private static List<Double> blinking(List<Seen> seen) {
        return seen.stream()
                .map(of -> of.figures().get(FilmFigures.EYES_CLOSED) > 0 ? 1.0 : 0.0)
                .toList();
    }

    private Statistic others(List<Seen> made, String streams) {
        List<Double> cosines = new ArrayList<>();
        for (int i = 0; i + 1 < made.size(); i++) {
            cosines.add(
                    Embedder.cosine(made.get(i).identity()[0], made.get(i + 1).identity()[0]));
        }
        return Statistic.of(
                "identity_cos_others",
                StreamFigures.meaning("identity_cos_others", embedder) + streams,
                cosines,
                settings.seed);
    }

    private Statistic frechet(List<Seen> made, List<Seen> real, String of) {
        return Statistic.resampled(
                "frechet_embedding",
                "Frechet distance in this project's embedding " + Digests.brief(embedder.digest())
                        + String.format(Locale.ROOT, ", no FID: %d frames of each", StreamFigures.SPREAD) + of,
                distance(made, real),
                random -> distance(drawn(made, random), drawn(real, random)),
                FRECHET_RESAMPLES,
                made.size(),
                settings.seed);
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

    private static String of(String digest) {
        return "data " + Digests.brief(digest);
    }

    private String key(String... parts) {
        return Digests.of(parts)
                + digest
                + data.digest()
                + settings
                + clips
                + (embedder == null ? "" : embedder.digest())
                + data.resolution();
    }
}
