package org.styleinv.video;

import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;

/**
 * Loads ffmpeg's libraries, on a thread that nobody interrupts. Who needs them first may work for somebody who leaves, and is interrupted then;
 * a class whose loading breaks off is lost to its JVM for good.
 */
final class Ffmpeg {
    private static final class Loading {
        static {
            var thread = new Thread(Ffmpeg::loadHere, "ffmpeg-loader");
            thread.setDaemon(true);
            thread.start();
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        static void done() {}
    }

    private Ffmpeg() {}

    /** Returns when they are there; what cannot be loaded is told by who uses it. */
    static void load() {
        Loading.done();
    }

    private static void loadHere() {
        try {
            FFmpegFrameRecorder.tryLoad();
            avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        } catch (FFmpegFrameRecorder.Exception | LinkageError e) {
            // who uses them is told the same
        }
    }
}
