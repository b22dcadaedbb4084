package org.styleinv.trainer.data.imported;

/** Which frames of a video are kept at another frame rate: at each of its times the one that is on display then. */
final class FrameClock {
    private final double fps;
    private final double tolerance; // of file formats that count whole milliseconds
    private long kept;

    FrameClock(double fps) {
        this.fps = fps;
        tolerance = Math.min(0.001, 0.25 / fps);
    }

    /** How often the frame that is on display is kept until the next begins, {@code seconds} after the first one did. */
    int until(double seconds) {
        int times = 0;
        while (kept / fps < seconds - tolerance) {
            kept++;
            times++;
        }
        return times;
    }
}
