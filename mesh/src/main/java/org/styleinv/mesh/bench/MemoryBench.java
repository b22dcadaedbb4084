package org.styleinv.mesh.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.styleinv.client.Access;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;

/**
 * Whether the processes of a mesh grow with the frames that they made: one stream stays all the time, others come and go with a
 * connection each, all as fast as they can, and memory is looked at when so many frames have come in all.
 */
public final class MemoryBench {
    /** The looks, in frames: at the first a mesh is warm, and each later one is compared with it. */
    private static final List<Long> LOOKS = List.of(1L, 2L, 5L);

    private final List<String> addresses;
    private final Access access;
    private final int guests;
    private final int visit;
    private final AtomicLong frames = new AtomicLong();
    private final BlockingQueue<Passed> passed = new LinkedBlockingQueue<>();

    /** That so many frames have come, or why no more do. */
    private record Passed(long frames, List<Exception> failure) {}

    /**
     * What there was at one look.
     *
     * @param frames that had come in all
     * @param resident bytes in RAM, by process
     */
    public record Look(long frames, Map<String, Long> resident) {}

    /**
     * @param guests streams that come and go, at a time
     * @param visit frames that each of them stays for
     */
    public MemoryBench(List<String> addresses, Access access, int guests, int visit) {
        this.addresses = addresses;
        this.access = access;
        this.guests = guests;
        this.visit = visit;
    }

    /** Looks at 1,000 frames, 2,000, 5,000 and so on, and at {@code most}, which is the last. */
    public List<Look> measure(long most, Supplier<Map<String, Long>> resident, Consumer<Look> news) throws Exception {
        List<Long> looks = new ArrayList<>();
        for (long decade = 1000; decade < most; decade *= 10) {
            for (long step : LOOKS) {
                if (step * decade < most) {
                    looks.add(step * decade);
                }
            }
        }
        looks.add(most);
        List<Look> seen = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(guests + 1, task -> {
            Thread thread = new Thread(task, "bench-viewer");
            thread.setDaemon(true);
            return thread;
        });
        try {
            threads.execute(() -> view(looks, 0));
            for (int guest = 1; guest <= guests; guest++) {
                int seed = guest;
                threads.execute(() -> view(looks, seed));
            }
            while (seen.size() < looks.size()) {
                Passed now = passed.take();
                for (Exception failure : now.failure()) {
                    throw failure;
                }
                Look look = new Look(now.frames(), resident.get());
                seen.add(look);
                news.accept(look);
            }
        } finally {
            threads.shutdownNow();
        }
        return seen;
    }

    /** One that stays has the seed 0; a guest comes again with another one. */
    private void view(List<Long> looks, int seed) {
        int count = seed == 0 ? 0 : visit;
        try {
            for (long face = seed; !Thread.interrupted(); face += guests) {
                GenerateRequest request = GenerateRequest.newBuilder()
                        .setSeed(face)
                        .setMotionSeed(face)
                        .setFrameCount(count)
                        .setEncoding(Encoding.RAW)
                        .build();
                read(request, looks);
            }
        } catch (RuntimeException e) {
            passed.add(new Passed(frames.get(), List.of(e)));
        }
    }

    private void read(GenerateRequest request, List<Long> looks) {
        try (var client = StreamClient.connect(addresses, StreamClient.Settings.DEFAULT, access);
                var stream = client.stream(request)) {
            while (stream.hasNext() && !Thread.currentThread().isInterrupted()) {
                stream.next();
                long now = frames.incrementAndGet();
                if (looks.contains(now)) {
                    passed.add(new Passed(now, List.of()));
                }
            }
        }
    }
}
