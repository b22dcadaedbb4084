package org.styleinv.studio.request;

/**
 * A stretch of video in parts of about two seconds, as HLS has it. Which frames a part shows is a function of the stretch and
 * its number.
 *
 * @param frames how many a part shows; the last may show fewer
 */
public record Parts(Stretch stretch, int frames) {
    private static final double SECONDS = 2;
    private static final int MOST_FRAMES = 120; // painted for one answer

    public static Parts of(Stretch stretch) {
        double fps = stretch.range().fps();
        return new Parts(stretch, (int) Math.max(1, Math.min(MOST_FRAMES, Math.round(SECONDS * fps))));
    }

    /** How many parts there are. */
    public long count() {
        return (stretch.range().total() - 1) / frames + 1;
    }

    /** Place in the stretch of a part's first frame. */
    public long place(long number) {
        return number * frames;
    }

    /** How many frames a part shows. */
    public int frames(long number) {
        return (int) Math.min(frames, stretch.range().total() - place(number));
    }

    /** Seconds that a part takes. */
    public double seconds(long number) {
        return frames(number) / stretch.range().fps();
    }
}
