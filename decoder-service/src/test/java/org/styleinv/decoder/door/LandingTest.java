package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

/** Batches are computed while the one before is fetched, and whatever becomes of it, frames leave in order. */
class LandingTest {
    private final FakeDecoder decoder = new FakeDecoder();
    private final WorkQueue queue = new WorkQueue();
    private final List<String> ended = new ArrayList<>(); // guarded by itself
    private Painter painter;

    @BeforeEach
    void start() {
        painter = new Painter(
                () -> decoder,
                variants -> {},
                queue,
                DecoderRig.config(2),
                FrameMarker.of(Optional.empty(), 0),
                new SimpleMeterRegistry());
        painter.start();
        decoder.landing.drainPermits();
    }

    @AfterEach
    void stop() throws InterruptedException {
        decoder.landing.release(1000);
        painter.close();
        assertEquals(0, decoder.open.get(), "batches that nobody gave back");
    }

    private void offer(long index, float second) {
        var key = new Work.Key("a", index, new Work.Kind("base", Optional.empty(), Noise.CONST), 0, Encoding.RAW);
        queue.offer(new Work(key, Styles.of(new float[] {index, second, 0}), 0, Spans.NONE, (work, outcome) -> {
            String how = outcome instanceof Outcome.Painted painted
                    ? painted.variant().digest()
                    : "refused";
            synchronized (ended) {
                ended.add(work.key().index() + " " + how);
            }
        }));
    }

    private List<String> ended() {
        synchronized (ended) {
            return List.copyOf(ended);
        }
    }

    private int begun() {
        synchronized (decoder.batches) {
            return decoder.batches.size();
        }
    }

    private static List<String> painted(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(index -> index + " digest-base")
                .toList();
    }

    @Test
    void oneBatchIsComputedWhileTheOneBeforeIsFetchedAndNoMore() throws Exception {
        for (long index = 1; index <= 8; index++) {
            offer(index, 0);
        }
        DecoderRig.await(() -> begun() >= 2 && queue.size() <= 4);
        assertEquals(List.of(), ended());
        decoder.landing.release();
        DecoderRig.await(() -> ended().size() == 2);
        DecoderRig.await(() -> begun() == 3);
        assertEquals(2, queue.size());
        decoder.landing.release(3);
        DecoderRig.await(() -> ended().size() == 8);
        assertEquals(painted(1, 8), ended());
        assertEquals(List.of(2, 2, 2, 2), decoder.batches);
    }

    @Test
    void aPictureThatTurnsOutToBeNoneIsRefusedAndNobodyPassesIt() {
        offer(1, 0);
        offer(2, 0);
        offer(3, FakeDecoder.NO_PICTURE);
        offer(4, 0);
        offer(5, 0);
        offer(6, 0);
        DecoderRig.await(() -> begun() >= 2);
        decoder.landing.release(1000);
        DecoderRig.await(() -> ended().size() == 6);
        List<String> expected = new ArrayList<>(painted(1, 6));
        expected.set(2, "3 refused");
        assertEquals(Set.copyOf(expected), Set.copyOf(ended()));
        assertEquals(
                painted(1, 6).stream().filter(one -> !one.startsWith("3")).toList(),
                ended().stream().filter(one -> !one.startsWith("3")).toList());
    }

    @Test
    void theLastBatchIsPaintedAgainThoughNoneFollows() {
        offer(1, 0);
        offer(2, FakeDecoder.NO_PICTURE);
        decoder.landing.release(1000);
        DecoderRig.await(() -> ended().size() == 2);
        assertEquals(Set.of("1 digest-base", "2 refused"), Set.copyOf(ended()));
    }

    @Test
    void aModelThatIsReplacedMeanwhileIsNamedByItsFrames() throws Exception {
        offer(1, 0);
        offer(2, 0);
        DecoderRig.await(() -> begun() == 1);
        var replaced = painter.replace(new FakeDecoder(7, "-new", "base"));
        decoder.landing.release();
        replaced.get(10, TimeUnit.SECONDS);
        assertTrue(decoder.closed);
        offer(3, 0);
        DecoderRig.await(() -> ended().size() == 3);
        assertEquals(List.of("1 digest-base", "2 digest-base", "3 digest-base-new"), ended());
    }

    @Test
    void anEngineThatDiesOfAnErrorLeavesNoBatchOpen() {
        decoder.fatal = new OutOfMemoryError("pretended");
        for (long index = 1; index <= 6; index++) {
            offer(index, 0);
        }
        decoder.landing.release(1000);
        DecoderRig.await(() -> !painter.health(Duration.ZERO).isWell() && decoder.closed);
        assertEquals(0, decoder.open.get());
        assertEquals(List.of(), ended(), "another decoder has them");
    }

    /** Trouble that is over before the reader looks would leave their records uncommitted for ever. */
    @Test
    void aReaderIsToldOnceOfLatentsThatWereLeft() {
        decoder.ruined = true;
        offer(1, 0);
        DecoderRig.await(() -> !painter.able().isWell());
        decoder.ruined = false;
        decoder.landing.release(1000);
        DecoderRig.await(() -> painter.able().isWell());
        assertEquals(List.of(), ended());
        assertFalse(painter.reads().isWell());
        assertTrue(painter.reads().isWell());
    }

    @Test
    void aBatchThatNeverArrivesCountsAsAnEngineThatHangs() {
        decoder.landing.release(100);
        for (int i = 0; i < 100; i++) { // an engine that has painted little may be slow
            int painted = i;
            offer(i, 0);
            DecoderRig.await(() -> ended().size() == painted + 1);
        }
        assertTrue(painter.able().isWell());
        offer(100, 0);
        DecoderRig.await(() -> !painter.able().isWell());
        assertFalse(painter.health(Duration.ofSeconds(1)).isWell());
        decoder.landing.release(1);
        DecoderRig.await(() -> painter.able().isWell());
    }
}
