package org.styleinv.mesh.command.output;

import java.util.Arrays;
import java.util.Locale;

/** When frames arrived: what a viewer feels of a stream. Keeps one number a frame of the last {@value #KEPT}. */
public final class FrameTimes {
    private static final int KEPT = 1 << 16;

    private final long start = System.nanoTime();
    private final float[] gapsMs = new float[KEPT];
    private long frames;
    private long first;
    private long last;

    /** A frame is here. The clock started when this was made. */
    public void arrived() {
        long now = System.nanoTime();
        if (frames == 0) {
            first = now;
        } else {
            gapsMs[(int) ((frames - 1) % KEPT)] = (now - last) / 1e6f;
        }
        last = now;
        frames++;
    }

    public long frames() {
        return frames;
    }

    /** Milliseconds from the request to the first frame; NaN before it. */
    public double firstFrameMs() {
        return frames == 0 ? Double.NaN : (first - start) / 1e6;
    }

    /** Frames a second from the first frame to the last; NaN for fewer than two. */
    public double fps() {
        return frames < 2 ? Double.NaN : (frames - 1) * 1e9 / Math.max(1, last - first);
    }

    /** All of it in one line, as far as there is something to say: one frame has no rate. */
    public String sentence() {
        String count = frames == 1 ? "1 frame" : frames + " frames";
        if (frames == 0) {
            return count;
        }
        String first = String.format(Locale.ROOT, "%s, first after %.0f ms", count, firstFrameMs());
        return frames == 1
                ? first
                : String.format(
                        Locale.ROOT, "%s, %.1f frames/s, inter-frame p99 %.1f ms", first, fps(), interFrameMs(0.99));
    }

    /** The gap between two frames, in milliseconds, that {@code share} of the gaps do not exceed; NaN without a gap. */
    public double interFrameMs(double share) {
        int gaps = (int) Math.min(Math.max(0, frames - 1), KEPT);
        if (gaps == 0) {
            return Double.NaN;
        }
        float[] sorted = Arrays.copyOf(gapsMs, gaps);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * gaps) - 1)];
    }
}
