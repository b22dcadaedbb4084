package org.styleinv.mesh.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a load was like. */
public final class Load {
    private static final double ON_TIME = 0.98; // of the frames that were due
    private static final int PERIODS = 2; // between frames, at most, of 99 in 100

    /**
     * What one viewer saw.
     *
     * @param asked when it asked, or was looked at first; nanoseconds of {@link System#nanoTime}
     * @param firstMs milliseconds from its request to its first frame; NaN without one
     * @param came when each frame came that counts, in order
     * @param interruptions times at which another server was looked for
     * @param refusal why there was no frame, or no further one; empty if it was read to the end of the load
     */
    record Seen(long asked, double firstMs, long[] came, int interruptions, String refusal) {
        Seen since(long time) {
            long[] later = Arrays.stream(came).filter(at -> at >= time).toArray();
            return new Seen(time, firstMs, later, interruptions, refusal);
        }
    }

    private final List<Seen> seen;
    private final double fps;
    private final int seconds;
    private final String turnedAway;

    /** @param turnedAway why one more was refused, which is not among those seen; empty if none was */
    Load(List<Seen> seen, double fps, int seconds, String turnedAway) {
        this.turnedAway = turnedAway;
        this.seen = seen;
        this.fps = fps;
        this.seconds = seconds;
    }

    public int streams() {
        return seen.size();
    }

    /** Whether every stream was as it should be; of streams that are read as fast as they come, whether all were let in. */
    public boolean held() {
        return whyNot().isEmpty();
    }

    /** Why it is not held, in half a sentence; empty if it is. */
    public String whyNot() {
        if (refused() > 0) {
            return refused() + " refused: " + refusal();
        }
        long broken = seen.stream().filter(one -> one.interruptions() > 0).count();
        if (broken > 0) {
            return broken + " interrupted";
        }
        double due = ON_TIME * fps * seconds;
        long least = seen.stream().mapToLong(one -> one.came().length).min().orElse(0);
        if (fps > 0 && least < due) {
            return String.format(
                    Locale.ROOT,
                    "one had %d frames, of %.0f that are due at least %.0f are wanted",
                    least,
                    fps * seconds,
                    Math.ceil(due));
        }
        double longest = PERIODS * 1000 / fps;
        return fps > 0 && gap(0.99) > longest
                ? String.format(
                        Locale.ROOT,
                        "of 100 gaps between frames 99 are to be within %.0f ms, and are within %.0f",
                        longest,
                        gap(0.99))
                : "";
    }

    /** Why one more was refused, of streams that came until one was; empty if none was. */
    public String turnedAway() {
        return turnedAway;
    }

    /** Why streams were refused or broke off: the first reason, empty if none was. */
    public String refusal() {
        return seen.stream()
                .map(Seen::refusal)
                .filter(why -> !why.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Streams that were refused or broke off. */
    public long refused() {
        return seen.stream().filter(one -> !one.refusal().isEmpty()).count();
    }

    /** Of all streams together, while they ran. */
    public double framesPerSecond() {
        return seen.stream().mapToLong(one -> one.came().length).sum() / (double) seconds;
    }

    /** Milliseconds from the request to the first frame; NaN without a frame. */
    public double firstFrame(double share) {
        return Rounds.percentile(
                seen.stream()
                        .mapToDouble(Seen::firstMs)
                        .filter(Double::isFinite)
                        .toArray(),
                share);
    }

    /** Milliseconds between frames; NaN without two. */
    public double gap(double share) {
        return Rounds.percentile(
                seen.stream()
                        .flatMapToDouble(one -> IntStream.range(1, one.came().length)
                                .mapToDouble(i -> (one.came()[i] - one.came()[i - 1]) / 1e6))
                        .toArray(),
                share);
    }

    /** Its figures under the names that machines read; null where there is none. */
    public Map<String, @Nullable Object> figures() {
        Map<String, @Nullable Object> figures = new LinkedHashMap<>();
        figures.put("name", "load");
        figures.put("streams", streams());
        figures.put("fps_asked", fps);
        figures.put("seconds", seconds);
        figures.put("fps", Figures.rounded(framesPerSecond()));
        figures.put("held", fps == 0 ? null : held());
        figures.put("not_held_because", whyNot());
        figures.put("refused", refused());
        figures.put("refusal", refusal());
        figures.put("turned_away", turnedAway);
        figures.put("first_frame_p50_ms", Figures.rounded(firstFrame(0.5)));
        figures.put("first_frame_p99_ms", Figures.rounded(firstFrame(0.99)));
        figures.put("inter_frame_p50_ms", Figures.rounded(gap(0.5)));
        figures.put("inter_frame_p95_ms", Figures.rounded(gap(0.95)));
        figures.put("inter_frame_p99_ms", Figures.rounded(gap(0.99)));
        return figures;
    }

    /** Rows of {@code streams,second,frames,viewers,gap_p50_ms,gap_p99_ms,gap_max_ms}, each ended by a line break. */
    public String rows() {
        long begin = seen.stream().mapToLong(Seen::asked).min().orElse(0);
        StringBuilder rows = new StringBuilder();
        long last = seen.stream()
                .filter(one -> one.came().length > 0)
                .mapToLong(one -> one.came()[one.came().length - 1])
                .max()
                .orElse(begin);
        for (long from = begin; from <= last; from += TimeUnit.SECONDS.toNanos(1)) {
            long to = from + TimeUnit.SECONDS.toNanos(1);
            int frames = 0;
            int viewers = 0;
            List<Double> gaps = new ArrayList<>();
            for (Seen one : seen) {
                int own = 0;
                for (int i = 0; i < one.came().length; i++) {
                    if (one.came()[i] >= from && one.came()[i] < to) {
                        own++;
                        if (i > 0) {
                            gaps.add((one.came()[i] - one.came()[i - 1]) / 1e6);
                        }
                    }
                }
                frames += own;
                viewers += own > 0 ? 1 : 0;
            }
            double[] all = gaps.stream().mapToDouble(Double::doubleValue).toArray();
            rows.append(String.join(
                            ",",
                            String.valueOf(streams()),
                            String.valueOf((from - begin) / TimeUnit.SECONDS.toNanos(1)),
                            String.valueOf(frames),
                            String.valueOf(viewers),
                            figure(Rounds.percentile(all, 0.5)),
                            figure(Rounds.percentile(all, 0.99)),
                            figure(Rounds.percentile(all, 1))))
                    .append('\n');
        }
        return rows.toString();
    }

    private static String figure(double value) {
        Double rounded = Figures.rounded(value);
        return rounded == null ? "" : rounded.toString();
    }
}
