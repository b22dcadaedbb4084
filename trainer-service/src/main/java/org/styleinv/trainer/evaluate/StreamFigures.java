package org.styleinv.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.styleinv.trainer.evaluate.film.Eyes;
import org.styleinv.trainer.evaluate.film.Film;
import org.styleinv.trainer.evaluate.film.FilmFigures;
import org.styleinv.trainer.evaluate.metric.PictureFigures;

/**
 * The figures of one stream, by name: those of its first frames as of any clip, and who is seen at index 0, {@link #NEAR} and
 * {@link #FAR}.
 *
 * @param embedder null where there is none
 * @param frames of the stream's beginning that are taken as a clip
 */
public record StreamFigures(Eyes eyes, @Nullable Embedder embedder, int frames) {
    /** The two indexes that are held against 0. */
    public static final int NEAR = 150;

    public static final int FAR = 1_000_000;

    /** Frames of a window that colours are averaged over, so that a pose is no drift. */
    private static final int WINDOW = 16;

    private static final int SECOND = 30;
    private static final int EVERY = 8; // frames between two looks at who is seen

    /**
     * What was seen of one stream or clip.
     *
     * @param figures by name, in an order that depends on nothing but whether there is an embedder
     * @param identity {@code [SPREAD][width]}: frames spread over the clip, frame 0 first; empty without an embedder
     */
    public record Seen(Map<String, Double> figures, float[][] identity) {
        /** The figure of a name that there is. */
        Double figure(String name) {
            return Objects.requireNonNull(figures.get(name), name);
        }

        /** As numbers: the figures of these names, then an identity of {@code width} values a frame. */
        float[] row(List<String> names, int width) {
            float[] row = new float[names.size() + SPREAD * width];
            for (int i = 0; i < names.size(); i++) {
                row[i] = figure(names.get(i)).floatValue();
            }
            for (int i = 0; i < identity.length; i++) {
                System.arraycopy(identity[i], 0, row, names.size() + i * width, width);
            }
            return row;
        }

        /** What {@link #row} made numbers of. */
        static Seen of(float[] row, List<String> names, int width) {
            Map<String, Double> figures = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                figures.put(names.get(i), (double) row[i]);
            }
            float[][] identity = new float[width == 0 ? 0 : SPREAD][];
            for (int i = 0; i < identity.length; i++) {
                identity[i] = Arrays.copyOfRange(row, names.size() + i * width, names.size() + (i + 1) * width);
            }
            return new Seen(figures, identity);
        }
    }

    /** How many frames of each clip stand for its pictures. */
    static final int SPREAD = 8;

    /** What is seen of a real clip. */
    public Seen of(Film film) {
        return new Seen(FilmFigures.of(film, eyes), spread(film));
    }

    private float[][] spread(Film film) {
        if (embedder == null) {
            return new float[0][];
        }
        float[][] spread = new float[SPREAD][];
        for (int i = 0; i < SPREAD; i++) {
            spread[i] = film.frames()[i * film.length() / SPREAD];
        }
        return embedder.embed(spread, film.resolution());
    }

    /** What is seen of a stream. */
    public Seen of(Footage footage) {
        Map<String, Double> figures = new LinkedHashMap<>();
        float[][] film = footage.frames(0, frames);
        float[][] near = footage.frames(NEAR, WINDOW);
        float[][] far = footage.frames(FAR, WINDOW);
        figures.put("frame0_psnr_db", Math.min(100, PictureFigures.psnr(film[0], footage.still())));
        figures.put("motion_1s", PictureFigures.difference(film[0], footage.frames(SECOND, 1)[0]));
        figures.put("identity_150", PictureFigures.colourDistance(film[0], near[0]));
        figures.put("identity_1000000", PictureFigures.colourDistance(film[0], far[0]));
        float[][] begin = Arrays.copyOf(film, Math.min(WINDOW, frames));
        figures.put("drift_150", drift(begin, near));
        figures.put("drift_1000000", drift(begin, far));
        if (embedder != null) {
            identity(embedder, footage.resolution(), film, near, far, figures);
        }
        Seen clip = of(new Film(footage.resolution(), film));
        figures.putAll(clip.figures());
        return new Seen(figures, clip.identity());
    }

    /** The names of {@link #of(Footage)}'s figures and {@code identity_others}. */
    static List<String> names(boolean embedded) {
        List<String> names = new ArrayList<>(List.of(
                "frame0_psnr_db",
                "motion_1s",
                "identity_150",
                "identity_1000000",
                "identity_others",
                "drift_150",
                "drift_1000000"));
        if (embedded) {
            names.addAll(List.of("identity_cos_150", "identity_cos_1000000", "identity_cos_least"));
        }
        names.addAll(FilmFigures.NAMES);
        return names;
    }

    static String meaning(String name, @Nullable Embedder embedder) {
        String by = embedder == null ? "" : "cosine in this project's embedding " + Digests.brief(embedder.digest());
        return switch (name) {
            case "frame0_psnr_db" -> "frame 0 against synthesis(w0)";
            case "motion_1s" -> "mean |frame 30 - frame 0| as a share of the range";
            case "identity_150" -> "colour-histogram distance of frames 0 and 150";
            case "identity_1000000" -> "colour-histogram distance of frames 0 and 1000000";
            case "identity_others" -> "colour-histogram distance of different identities: the scale of the others";
            case "drift_150" -> "largest difference of colours of 16 frames from 0 and from 150 on";
            case "drift_1000000" -> "largest difference of colours of 16 frames from 0 and from 1000000 on";
            case "identity_cos_150" -> by + " of frames 0 and 150";
            case "identity_cos_1000000" -> by + " of frames 0 and 1000000";
            case "identity_cos_least" -> by + " of frame 0 and the frame least like it, of each eighth";
            case "identity_cos_others" -> by + " of different identities: the scale of the others";
            default -> throw new IllegalArgumentException("there is no figure " + name);
        };
    }

    private static void identity(
            Embedder embedder,
            int resolution,
            float[][] film,
            float[][] near,
            float[][] far,
            Map<String, Double> figures) {
        float[][] seen = new float[2 + (film.length + EVERY - 1) / EVERY][];
        for (int i = 0; i < seen.length - 2; i++) {
            seen[i] = film[i * EVERY];
        }
        seen[seen.length - 2] = near[0];
        seen[seen.length - 1] = far[0];
        float[][] e = embedder.embed(seen, resolution);
        double least = 1;
        for (int i = 1; i < e.length - 2; i++) {
            least = Math.min(least, Embedder.cosine(e[0], e[i]));
        }
        figures.put("identity_cos_150", Embedder.cosine(e[0], e[e.length - 2]));
        figures.put("identity_cos_1000000", Embedder.cosine(e[0], e[e.length - 1]));
        figures.put("identity_cos_least", least);
    }

    /**
     * How far the colours of two windows are apart, as a share of the range: the largest over red, green and blue of the
     * difference of means and of that of deviations.
     */
    static double drift(float[][] a, float[][] b) {
        double most = 0;
        for (int channel = 0; channel < 3; channel++) {
            double[] left = colour(a, channel);
            double[] right = colour(b, channel);
            most = Math.max(most, Math.abs(left[0] - right[0]) / 2);
            most = Math.max(most, Math.abs(left[1] - right[1]) / 2);
        }
        return most;
    }

    private static double[] colour(float[][] frames, int channel) {
        double sum = 0;
        double squares = 0;
        int size = frames[0].length / 3;
        for (float[] frame : frames) {
            for (int i = channel * size; i < (channel + 1) * size; i++) {
                sum += frame[i];
                squares += frame[i] * frame[i];
            }
        }
        double count = (double) frames.length * size;
        double mean = sum / count;
        return new double[] {mean, Math.sqrt(Math.max(0, squares / count - mean * mean))};
    }
}
