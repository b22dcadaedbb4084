package org.styleinv.decoder.work;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.FrameMarker;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.door.Health;
import org.styleinv.door.meter.Exemplars;
import org.styleinv.network.serving.Watchdog;

/**
 * Where painted batches go: some threads mark and compress the frames, and one tells who asked for them, in the order of the stream.
 * Whoever paints waits for room here, which is how an absent broker stops the engine.
 */
final class FrameOutlet implements AutoCloseable {
    private static final String SEND = "decoder-send";

    /** Batches painted and not yet written: enough to keep the engine busy, few enough to bound memory. */
    private static final int BATCHES_AHEAD = 3;

    private final FrameMarker marker;
    private final float jpegQuality;
    private final Function<String, Timer> encoding;
    private final ExecutorService encoders;
    private final ExecutorService sender;
    private final Semaphore room = new Semaphore(BATCHES_AHEAD);
    private final Watchdog sending = new Watchdog(SEND + " has been at one batch");

    /**
     * @param marker      of every frame
     * @param threads     that mark and compress frames
     * @param jpegQuality 0.05 to 1
     * @param encoding    of a frame
     */
    FrameOutlet(FrameMarker marker, int threads, float jpegQuality, Function<String, Timer> encoding) {
        this.marker = marker;
        this.encoding = encoding;
        this.jpegQuality = jpegQuality;
        encoders = Executors.newFixedThreadPool(threads, task -> daemon(task, "decoder-encode"));
        sender = Executors.newSingleThreadExecutor(task -> daemon(task, SEND));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Waits for room for one batch, which {@link #handOn} uses up; else it is given back. */
    void awaitRoom() throws InterruptedException {
        room.acquire();
    }

    void giveBackRoom() {
        room.release();
    }

    /**
     * Takes over a batch, for which there is room.
     *
     * @param pixels  of each work, as {@link Decoder#paint} gives them
     * @param base    of the model that painted them
     * @param variant that painted them
     * @param other   that was mixed in
     */
    void handOn(
            List<Work> works,
            List<byte[]> pixels,
            Decoder.Variant base,
            Decoder.Variant variant,
            Optional<Decoder.Variant> other) {
        List<Future<byte[]>> encoded = new ArrayList<>();
        for (int i = 0; i < works.size(); i++) {
            byte[] rgb = pixels.get(i);
            Work work = works.get(i);
            encoded.add(encoders.submit(() -> encode(work, rgb, base)));
        }
        sender.execute(() -> {
            sending.begin();
            try {
                for (int i = 0; i < works.size(); i++) {
                    send(works.get(i), encoded.get(i), variant, other);
                }
            } finally {
                sending.end();
                room.release();
            }
        });
    }

    private byte[] encode(Work work, byte[] rgb, Decoder.Variant base) {
        long begun = System.nanoTime();
        byte[] picture =
                PictureEncoder.encode(marker.mark(rgb, base), base.resolution(), work.key.encoding(), jpegQuality);
        long ended = System.nanoTime();
        Exemplars.record(encoding.apply(work.key.kind().variant()), ended - begun, work.spans);
        work.spans.tell("encoding", begun, ended);
        return picture;
    }

    private static void send(
            Work work, Future<byte[]> encoded, Decoder.Variant variant, Optional<Decoder.Variant> other) {
        try {
            work.end(new Outcome.Painted(encoded.get(), variant, other));
        } catch (ExecutionException e) {
            work.refuse(
                    Refusal.Reason.DECODE_FAILED,
                    Objects.requireNonNull(e.getCause()).getMessage());
        } catch (InterruptedException | CancellationException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In trouble where one batch has been on its way out for longer than that. */
    Health health(Duration limit) {
        return Health.of(SEND, sending.stuck(limit));
    }

    /** Gives what was handed on two seconds to leave. */
    @Override
    public void close() throws InterruptedException {
        encoders.shutdown();
        sender.shutdown();
        if (!sender.awaitTermination(2, TimeUnit.SECONDS)) {
            sender.shutdownNow();
        }
        encoders.shutdownNow();
    }
}
