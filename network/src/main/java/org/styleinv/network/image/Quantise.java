package org.styleinv.network.image;

/** The two published ways from values in [-1, 1] to bytes; both cut off, so that they differ by one for half of all values. */
public final class Quantise {
    private Quantise() {}

    /** As frames are saved: {@code trunc(255 clamp(x/2 + 1/2))}. */
    public static int saved(float x) {
        return (int) (Math.max(0, Math.min(1, x * 0.5f + 0.5f)) * 255);
    }

    /** As metrics see generated frames: {@code trunc(clamp(127.5 x + 128))}. */
    public static int measured(float x) {
        return (int) Math.max(0, Math.min(255, x * 127.5f + 128));
    }
}
