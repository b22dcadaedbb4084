package org.styleinv.trainer.data.frame;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.styleinv.network.picture.PictureReader;

/**
 * Pixels that all workers together may have decoded at a time, so that memory is bounded whatever lies in a folder: small
 * pictures are decoded in parallel, large ones one after the other, and what would never fit is refused before it is decoded.
 */
final class PixelBudget {
    private static final int BYTES = 12; // a pixel: decoded, as samples, as RGB
    private static final double SHARE = 0.7; // of the heap
    private static final int GRAIN = 1024; // pixels a permit

    /** Of this JVM. */
    static final PixelBudget HEAP =
            new PixelBudget((long) (SHARE * Runtime.getRuntime().maxMemory() / BYTES));

    private final int total;
    private final Semaphore free;

    PixelBudget(long pixels) {
        total = (int) Math.max(1, Math.min(pixels / GRAIN, Integer.MAX_VALUE));
        free = new Semaphore(total, true);
    }

    /** Pixels that are held until this is closed. */
    interface Lease extends AutoCloseable {
        Lease NONE = () -> {};

        @Override
        void close();
    }

    /** How many there are. */
    long pixels() {
        return (long) total * GRAIN;
    }

    /**
     * Waits until there is room for a picture of this size.
     *
     * @throws IOException if there never is, or if this is no size
     */
    Lease hold(long width, long height) throws IOException {
        if (width < 1 || height < 1) {
            throw new IOException("is " + width + " x " + height + " pixels, which is no size: it is damaged");
        }
        long wanted = 1 + width * height / GRAIN;
        if (wanted > total) {
            boolean memoryHelps = width <= PictureReader.MAX_SIDE && height <= PictureReader.MAX_SIDE;
            throw new IOException(String.format(
                    Locale.ROOT,
                    "is %d x %d pixels, too large for this memory, which has room for %d million at once: make it smaller%s",
                    width,
                    height,
                    (long) total * GRAIN / 1_000_000,
                    memoryHelps ? ", or give more memory (STYLEINV_JAVA_OPTS=-Xmx" + gigabytes(wanted) + "g)" : ""));
        }
        return take((int) wanted);
    }

    private static long gigabytes(long permits) {
        return (long) (permits * GRAIN * BYTES / SHARE / (1 << 30)) + 1;
    }

    /** Waits until nothing else is decoded: for a picture of a size that only decoding tells. */
    Lease holdAll() throws IOException {
        return take(total);
    }

    private Lease take(int permits) throws IOException {
        try {
            free.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it waited for memory", e);
        }
        return () -> free.release(permits);
    }
}
