package org.styleinv.trainer.evaluate.film;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.trainer.evaluate.metric.PictureFigures;

/**
 * The figures of one clip, by name. Differences of pictures are means of absolute differences, as a share of the range.
 */
public final class FilmFigures {
    /** How far neighbours are apart, on average. */
    public static final String CHANGE = "change";
    /** How far the two neighbours are apart that are farthest. */
    public static final String LEAP = "leap";
    /** How far frames are from frame 0, on average. */
    public static final String WAY = "way";
    /** Mean second difference of neighbours over mean first: flicker. */
    public static final String BEND = "bend";
    /** {@link Recurrence#loop}. */
    public static final String LOOP = "loop";
    /** {@link Recurrence#bounce}. */
    public static final String BOUNCE = "bounce";
    /** Standard deviation of the head's tilt over the clip, degrees. */
    public static final String TILT = "tilt";
    /** Standard deviation of where the head is, as a share of the side. */
    public static final String SHIFT = "shift";
    /** {@link Eyes.Look#closed}. */
    public static final String EYES_CLOSED = "eyes_closed";
    /** {@link Eyes.Look#gaze}. */
    public static final String GAZE = "gaze";

    /** All of them, in their order. */
    public static final List<String> NAMES =
            List.of(CHANGE, LEAP, WAY, BEND, LOOP, BOUNCE, TILT, SHIFT, EYES_CLOSED, GAZE);

    private FilmFigures() {}

    /** What a figure is, in words. */
    public static String meaning(String name) {
        return switch (name) {
            case CHANGE -> "mean |frame n+1 - frame n| as a share of the range";
            case LEAP -> "largest |frame n+1 - frame n| of a clip as a share of the range";
            case WAY -> "mean |frame n - frame 0| as a share of the range";
            case BEND -> "mean |second difference| / mean |first difference| of neighbours";
            case LOOP -> "1 - least / median difference of frames a lag apart, over lags: 1 repeats exactly";
            case BOUNCE ->
                "1 - least difference of frames on both sides of a turning point / way from it: 1 goes back as "
                        + "it came";
            case TILT -> "deviation of the head's tilt over a clip in degrees, by registration to frame 0";
            case SHIFT -> "deviation of the head's place over a clip as a share of the side, likewise";
            case EYES_CLOSED -> "share of frames in which both eyes have lost half of the contrast that blinks cost";
            case GAZE -> "deviation of dark against light in the eyes sideways, in halves of an eye";
            default -> throw new IllegalArgumentException("there is no figure " + name);
        };
    }

    /** All {@link #NAMES}; what a clip is too short for is not a number. */
    public static Map<String, Double> of(Film film, Eyes eyes) {
        Map<String, Double> figures = new LinkedHashMap<>(changes(film));
        figures.putAll(returns(film));
        figures.putAll(held(film, eyes));
        return figures;
    }

    /** {@link #CHANGE}, {@link #LEAP}, {@link #WAY} and {@link #BEND}: how far frames are apart. */
    static Map<String, Double> changes(Film film) {
        float[][] x = film.frames();
        double change = 0;
        double leap = 0;
        double way = 0;
        double bend = 0;
        for (int n = 1; n < x.length; n++) {
            double step = PictureFigures.difference(x[n - 1], x[n]);
            change += step;
            leap = Math.max(leap, step);
            way += PictureFigures.difference(x[0], x[n]);
            if (n > 1) {
                bend += second(x[n - 2], x[n - 1], x[n]);
            }
        }
        int steps = x.length - 1;
        return Map.of(
                CHANGE,
                change / steps,
                LEAP,
                leap,
                WAY,
                way / steps,
                BEND,
                steps < 2 || change < 1e-6 ? Double.NaN : bend / (steps - 1) / (change / steps));
    }

    /** {@link #LOOP} and {@link #BOUNCE}: whether it comes back to what it showed. */
    static Map<String, Double> returns(Film film) {
        Recurrence recurrence = Recurrence.of(film);
        return Map.of(LOOP, recurrence.loop(), BOUNCE, recurrence.bounce());
    }

    /** {@link #TILT}, {@link #SHIFT}, {@link #EYES_CLOSED} and {@link #GAZE}: how the head is held, and what its eyes do. */
    static Map<String, Double> held(Film film, Eyes eyes) {
        HeadTrack track = HeadTrack.of(film);
        double[] tilt = new double[track.length()];
        double[] x = new double[track.length()];
        double[] y = new double[track.length()];
        for (int n = 0; n < tilt.length; n++) {
            tilt[n] = track.tilt(n);
            x[n] = track.x(n);
            y[n] = track.y(n);
        }
        Eyes.Look look = eyes.of(track);
        return Map.of(
                TILT,
                deviation(tilt),
                SHIFT,
                Math.hypot(deviation(x), deviation(y)),
                EYES_CLOSED,
                look.closed(),
                GAZE,
                look.gaze());
    }

    private static double second(float[] a, float[] b, float[] c) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((double) a[i] - 2.0 * b[i] + c[i]);
        }
        return sum / a.length / 2;
    }

    private static double deviation(double[] values) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value;
            squares += value * value;
        }
        double mean = sum / values.length;
        return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
    }
}
