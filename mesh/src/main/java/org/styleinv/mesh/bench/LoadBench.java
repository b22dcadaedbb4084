package org.styleinv.mesh.bench;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.styleinv.client.Access;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Pace;

/**
 * How many viewers anybody's mesh carries: as many streams as asked for, each with a connection and a face of its own, read
 * for some seconds at real time or as fast as they come. The model is not needed; frames are JPEG, as most viewers ask.
 */
public final class LoadBench {
    private static final Duration WELCOME = Duration.ofSeconds(1);

    private final List<String> addresses;
    private final Access access;
    private final Pace pace;
    private final double fps;
    private final int seconds;

    /**
     * @param addresses of a mesh's replicas
     * @param fps frames a second that each stream asks for, above 0; of streams that are read as fast as they come: 0
     * @param seconds that each load lasts, from 1
     */
    public LoadBench(List<String> addresses, Access access, double fps, int seconds) {
        this.addresses = addresses;
        this.access = access;
        this.fps = fps;
        this.seconds = seconds;
        pace = fps > 0 ? Pace.REAL_TIME : Pace.AS_FAST_AS_POSSIBLE;
    }

    private static ExecutorService viewers(int most) {
        return Executors.newFixedThreadPool(most, task -> {
            var thread = new Thread(task, "bench-viewer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * A stream of a second that nobody measures: what is compiled meanwhile does not count.
     *
     * @throws StatusRuntimeException if nobody answers, or something that is no mesh; who refuses for want of room does answer
     */
    public void greet() {
        var failed = new AtomicReference<StatusRuntimeException>();
        new LoadBench(addresses, access, fps, 1).view(0, () -> {}, new Span(), failed::set);
        StatusRuntimeException failure = failed.get();
        if (failure != null && failure.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
            throw failure;
        }
    }

    /** One load. */
    public Load measure(int streams) throws Exception {
        ExecutorService threads = viewers(streams);
        try {
            List<Callable<Load.Seen>> viewers = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                int number = i;
                viewers.add(() -> view(number, () -> {}, new Span(), failure -> {}));
            }
            return new Load(Viewers.collect(threads.invokeAll(viewers)), fps, seconds, "");
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * The most streams that are held, by doubling and bisection: all are let in, none is interrupted, each gets 98 % of the
     * frames that are due, and of 100 gaps between frames 99 are within two periods. 0 if not even one is.
     *
     * @param most streams, from 1
     * @param told each load as it has been measured
     */
    public int held(int most, Consumer<Load> told) throws Exception {
        int held = 0;
        int broken = most + 1;
        while (broken - held > 1) {
            int next = Math.min(most, broken <= most ? held + (broken - held) / 2 : Math.max(1, 2 * held));
            Load load = measure(next);
            told.accept(load);
            if (load.held()) {
                held = next;
            } else {
                broken = next;
            }
        }
        return held;
    }

    /**
     * As many as are let in: one comes after another has its first frame and some time more, until one is refused. What those that were let in
     * saw from then on is measured, for as long as a load lasts.
     *
     * @param most  streams, from 1
     * @param every milliseconds between a stream's first frame and the next stream
     */
    public Load admitted(int most, long every) throws Exception {
        ExecutorService threads = viewers(most);
        var span = new Span();
        span.end = Long.MAX_VALUE;
        try {
            List<Future<Load.Seen>> viewers = new ArrayList<>();
            boolean room = true;
            while (room && viewers.size() < most) {
                var begun = new CompletableFuture<Boolean>();
                int number = viewers.size();
                viewers.add(threads.submit(() -> {
                    try {
                        return view(number, () -> begun.complete(true), span, failure -> {});
                    } finally {
                        begun.complete(false);
                    }
                }));
                room = begun.get();
                TimeUnit.MILLISECONDS.sleep(room ? every : 0); // the load itself: people come at that pace
            }
            long from = System.nanoTime();
            span.end = from + TimeUnit.SECONDS.toNanos(seconds);
            List<Load.Seen> seen = new ArrayList<>();
            for (Future<Load.Seen> viewer : viewers) {
                seen.add(viewer.get());
            }
            int in = room ? seen.size() : seen.size() - 1;
            return new Load(
                    seen.subList(0, in).stream().map(one -> one.since(from)).toList(),
                    fps,
                    seconds,
                    room ? "" : seen.get(in).refusal());
        } finally {
            threads.shutdownNow();
        }
    }

    /** How long viewers stay; without an end, a load's time from their first frame on. */
    private static final class Span {
        private volatile long end; // of the clock of nanoseconds; 0: not set
    }

    private Load.Seen view(int number, Runnable first, Span span, Consumer<StatusRuntimeException> failed) {
        GenerateRequest request = GenerateRequest.newBuilder()
                .setSeed(number)
                .setMotionSeed(number)
                .setEncoding(Encoding.JPEG)
                .setPace(pace)
                .setFps(fps)
                .build();
        var came = new ArrayList<Long>();
        String refusal = "";
        int interruptions = 0;
        var settings = new StreamClient.Settings(32, Duration.ofSeconds(20), WELCOME, WELCOME);
        long asked = System.nanoTime();
        try (var client = StreamClient.connect(addresses, settings, access);
                FrameStream stream = client.stream(request)) {
            try {
                boolean more = stream.hasNext();
                long begun = System.nanoTime(); // a load begins with the first frame
                long end = begun + TimeUnit.SECONDS.toNanos(seconds);
                for (long now = begun; more && now < (span.end == 0 ? end : span.end); now = System.nanoTime()) {
                    if (came.isEmpty()) {
                        first.run();
                    }
                    came.add(now);
                    stream.next();
                    more = stream.hasNext();
                }
            } catch (StatusRuntimeException e) {
                Status status = e.getStatus();
                refusal = status.getCode() + ": " + status.getDescription();
                failed.accept(e);
            }
            interruptions = stream.reconnections();
        }
        double firstMs = came.isEmpty() ? Double.NaN : (came.get(0) - asked) / 1e6;
        return new Load.Seen(
                asked, firstMs, came.stream().mapToLong(Long::longValue).toArray(), interruptions, refusal);
    }
}
