package org.styleinv.trainer.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
    private static final int GROUP = 8; // pictures whose patches are held against each other

    private final MeasuredModel subject;
    private final String digest;
    private final VideoDataset data;
    private final @Nullable Embedder embedder;
    private final Settings settings;
    private final @Nullable Path cache;
    private final Consumer<String> say;
    private final RealClips clips;
    private final HeldOut heldOut;

    /** What was seen of held-out clips, once that was asked for: no subject changes it. */
    private static final class HeldOut {
        private @Nullable Sight sight;
    }

    private record Sight(StreamFigures figures, List<Seen> seen) {}

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
     * @param cache folder of partial results, null where measures are only taken {@link #of another subject}
     * @param say hears how far the work is
     */
    public ModelMeasures(
            MeasuredModel subject,
            String digest,
            VideoDataset data,
            @Nullable Embedder embedder,
            Settings settings,
            @Nullable Path cache,
            Consumer<String> say) {
        this(subject, digest, data, embedder, settings, cache, say, RealClips.of(data, settings), new HeldOut());
    }

    private ModelMeasures(
            MeasuredModel subject,
            String digest,
            VideoDataset data,
            @Nullable Embedder embedder,
            Settings settings,
            @Nullable Path cache,
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
                + " pictures from seeds and as many frames of held-out videos, of " + source();
        List<Double> distances = new ArrayList<>();
        try (Rows rows = rows("swd", key("swd", protocol), 1)) {
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
        Sight sight = heldOut.sight;
        if (sight == null) {
            StreamFigures figures = new StreamFigures(eyes(), embedder, clips.length());
            sight = new Sight(figures, real(figures));
            heldOut.sight = sight;
        }
        return new MotionStatistics(embedder, source(), clips.length(), settings.seed)
                .of(streams(sight.figures), sight.seen);
    }

    /** {@code inversion_psnr_db}. */
    public Statistic inversion() throws IOException {
        String protocol =
                "synthesis(E(x)) against x, " + settings.samples + " frames of held-out videos, of " + source();
        List<Double> psnr = new ArrayList<>();
        try (Rows rows = rows("inversion", key("inversion", protocol), 1)) {
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
        try (Rows rows = rows(kind, key, names.size() + StreamFigures.SPREAD * width)) {
            rows.fill(count, i -> look.at(i).row(names, width), new Eta(kind, say));
            for (float[] row : rows.all(count)) {
                all.add(Seen.of(row, names, width));
            }
        }
        return all;
    }

    private Rows rows(String kind, String key, int width) throws IOException {
        return Rows.open(Objects.requireNonNull(cache, "a folder for partial results"), kind, key, width);
    }

    private String source() {
        return "data " + Digests.brief(data.digest());
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
