package org.styleinv.mesh.bench;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
    private static final double ON_TIME = 0.98; // of the frames that were due
    private static final int PERIODS = 2; // between frames, at most, of 99 in 100
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

    /** One load. */
    public Load measure(int streams) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(streams, task -> {
            var thread = new Thread(task, "bench-viewer");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Callable<Seen>> viewers = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                int number = i;
                viewers.add(() -> view(number));
            }
            return new Load(Viewers.collect(threads.invokeAll(viewers)), fps, seconds);
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
     * What one viewer saw.
     *
     * @param asked when it asked, nanoseconds of {@link System#nanoTime}
     * @param came when each frame came, in order
     * @param interruptions times at which another server was looked for
     * @param refusal why there was no frame, or no further one; empty if it was read to the end of the load
     */
    record Seen(long asked, long[] came, int interruptions, String refusal) {}

    private Seen view(int number) {
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
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds); // a load begins with the first frame
                for (long now = System.nanoTime(); more && now < end; now = System.nanoTime()) {
                    came.add(now);
                    stream.next();
                    more = stream.hasNext();
                }
            } catch (StatusRuntimeException e) {
                Status status = e.getStatus();
                refusal = status.getCode() + ": " + status.getDescription();
            }
            interruptions = stream.reconnections();
        }
        return new Seen(asked, came.stream().mapToLong(Long::longValue).toArray(), interruptions, refusal);
    }

    /** What a load was like. */
    public static final class Load {
        private final List<Seen> seen;
        private final double fps;
        private final int seconds;

        Load(List<Seen> seen, double fps, int seconds) {
            this.seen = seen;
            this.fps = fps;
            this.seconds = seconds;
        }

        public int streams() {
            return seen.size();
        }

        /** Whether every stream was as it should be; of streams that are read as fast as they come, whether all were let in. */
        public boolean held() {
            boolean whole = seen.stream().allMatch(one -> one.refusal().isEmpty() && one.interruptions() == 0);
            return whole
                    && (fps == 0
                            || seen.stream().allMatch(one -> one.came().length >= ON_TIME * fps * seconds)
                                    && gap(0.99) <= PERIODS * 1000 / fps);
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
                            .filter(one -> one.came().length > 0)
                            .mapToDouble(one -> (one.came()[0] - one.asked()) / 1e6)
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
            figures.put("held", held());
            figures.put("refused", refused());
            figures.put("refusal", refusal());
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
}
