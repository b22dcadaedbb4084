package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.decoder.engine.FakeDecoder;
import org.styleinv.decoder.engine.FrameMarker;
import org.styleinv.decoder.engine.Styles;
import org.styleinv.decoder.work.Outcome;
import org.styleinv.decoder.work.Painter;
import org.styleinv.decoder.work.Work;
import org.styleinv.decoder.work.WorkQueue;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.Encoding;
import org.styleinv.telemetry.trace.Spans;

/** Many streams, latents that choke or have no picture, calls and other models in between: each ends once, and frames in order. */
@Timeout(120)
class PainterStormTest {
    private static final int STREAMS = 9;
    private static final int LATENTS = 120;
    private static final int MODELS = 30;

    private final Map<String, List<Long>> painted = new ConcurrentHashMap<>();
    private final Map<String, Integer> ends = new ConcurrentHashMap<>(); // by latent
    private final List<String> wrong = new ArrayList<>(); // guarded by itself
    private final CountDownLatch left = new CountDownLatch(STREAMS * LATENTS);
    private final WorkQueue queue = new WorkQueue();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 32})
    void eachLatentEndsOnceAndFramesComeInOrder(int batch) throws Exception {
        List<FakeDecoder> models = new ArrayList<>(List.of(new FakeDecoder()));
        try (var painter = new Painter(
                () -> models.get(0),
                variants -> {},
                queue,
                DecoderRig.config(batch),
                FrameMarker.of(Optional.empty(), 0),
                new SimpleMeterRegistry())) {
            painter.start();
            List<Thread> feeders = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                int stream = i;
                feeders.add(new Thread(() -> feed(stream), "feeder-" + i));
            }
            feeders.forEach(Thread::start);
            for (int i = 0; i < MODELS; i++) {
                FakeDecoder next = new FakeDecoder();
                models.add(next);
                painter.replace(next).get(20, TimeUnit.SECONDS);
                painter.call(model -> model.map(model.z(3), 1)).get(20, TimeUnit.SECONDS);
            }
            for (Thread feeder : feeders) {
                feeder.join();
            }
            left.await();
        }
        assertEquals(STREAMS * LATENTS, ends.size());
        ends.forEach((latent, times) -> assertEquals(1, times, latent));
        assertEquals(List.of(), wrong);
        painted.forEach(
                (stream, indexes) -> assertEquals(indexes.stream().sorted().toList(), indexes, stream));
        assertEquals(0, models.stream().mapToInt(model -> model.open.get()).sum(), "batches that nobody gave back");
    }

    private void feed(int stream) {
        Random random = new Random(stream);
        String name = "s" + stream;
        List<Long> order = new ArrayList<>(); // told by one thread, the outlet's
        painted.put(name, order);
        Optional<String> other = stream % 3 == 0 ? Optional.of("sketch") : Optional.empty();
        var kind = new Work.Kind(stream % 3 == 1 ? "sketch" : "base", other, Noise.CONST);
        for (long i = 0; i < LATENTS; i++) {
            boolean bad = random.nextInt(15) == 0;
            float second = !bad ? 0 : random.nextBoolean() ? FakeDecoder.NO_PICTURE : FakeDecoder.CHOKES;
            var key = new Work.Key(name, i, kind, 0.5, Encoding.RAW);
            queue.offer(new Work(key, Styles.of(new float[] {i, second, 0}), 0, Spans.NONE, (work, outcome) -> {
                ends.merge(work.toString(), 1, Integer::sum);
                boolean frame = outcome instanceof Outcome.Painted;
                if (frame == bad
                        || frame
                                && ((Outcome.Painted) outcome).picture()[0]
                                        != work.key().index()) {
                    synchronized (wrong) {
                        wrong.add(work + " " + outcome);
                    }
                }
                if (frame) {
                    order.add(work.key().index());
                }
                left.countDown();
            }));
        }
    }
}
