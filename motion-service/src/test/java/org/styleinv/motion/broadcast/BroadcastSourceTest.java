package org.styleinv.motion.broadcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.FakeMotion;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.StreamId;

/** A broadcast and its clock: which frame, how far ahead, and what is left out. */
class BroadcastSourceTest {
    private static final long START = 1_800_000_000_000L;
    private static final long LEAD_MS = 200;
    private static final long LATE_MS = 1000;

    private final Counter dropped = new SimpleMeterRegistry().counter("dropped");
    private final List<Latent> sent = new ArrayList<>();
    private final FakeMotion motion = new FakeMotion();
    private long now = START;

    private BroadcastSource channel(GenerateRequest.Builder request) {
        GenerateRequest asked = request.setSeed(5).setMotionSeed(9).setFps(25).build();
        Broadcast broadcast = Broadcast.newBuilder()
                .setId("news")
                .setStream("p2-0123456789abcdef")
                .setRequest(asked)
                .setStartMs(START)
                .build();
        var live = new LiveBroadcast(broadcast, CheckedRequest.of(asked), StreamId.parse(broadcast.getStream()), 1);
        MotionModel.Scene scene = motion.begin(new float[] {5, 0, 0, 0}, new float[12], 9);
        return new BroadcastSource(
                live, scene, "fake-motion", LEAD_MS, () -> Instant.ofEpochMilli(now), sent::add, dropped);
    }

    private static List<Long> indexes(List<Step> steps) {
        return steps.stream().map(Step::index).toList();
    }

    @Test
    void itRunsAheadOfTheClockByTheLeadAndNoMore() {
        BroadcastSource channel = channel(GenerateRequest.newBuilder().setFirstIndex(1000));
        now = START - LEAD_MS - 1;
        assertEquals(List.of(), indexes(channel.next(1, 16)), "nothing is due");
        now = START;
        assertEquals(List.of(1000L, 1001L, 1002L, 1003L), indexes(channel.next(1, 4)), "no more than a turn's share");
        assertEquals(List.of(1004L, 1005L), indexes(channel.next(1, 4)), "200 ms are 5 frames");
        assertEquals(List.of(), indexes(channel.next(1, 4)));
        assertEquals(40, channel.untilNext(now));
        now += 40;
        assertEquals(0, channel.untilNext(now));
        assertEquals(List.of(1006L), indexes(channel.next(1, 4)));
        assertEquals(0, dropped.count());
    }

    /** With a stride a turn's share is what the network makes. */
    @Test
    void aTurnEndsWithTheLastLatentOfTheNetworkThatItMayHave() {
        BroadcastSource channel = channel(GenerateRequest.newBuilder().setMotionStride(3));
        now = START;
        assertEquals(List.of(0L, 1L, 2L, 3L), indexes(channel.next(1, 2)));
        assertEquals(List.of(4L, 5L), indexes(channel.next(1, 2)), "200 ms are 5 frames");
    }

    @Test
    void whatIsOverIsLeftOutAndCounted() {
        BroadcastSource channel = channel(GenerateRequest.newBuilder());
        channel.next(1, 16); // 0 to 5
        now = START + 1000; // frame 25 is shown
        assertEquals(25L, channel.next(1, 1).get(0).index());
        assertEquals(19, dropped.count(), "6 to 24");
    }

    @Test
    void theEngineOwesItWhatItsRateWantsWhileItIsMade() throws Exception {
        try (Animator animator = new Animator(() -> motion, 4, 16, Duration.ofSeconds(10), new SimpleMeterRegistry())) {
            BroadcastSource every = channel(GenerateRequest.newBuilder());
            BroadcastSource second = channel(GenerateRequest.newBuilder().setMotionStride(2));
            animator.add(every);
            animator.add(second);
            assertEquals(37.5, animator.owed());
            animator.remove(every);
            assertEquals(12.5, animator.owed());
            animator.remove(second);
            assertEquals(0, animator.owed());
        }
    }

    @Test
    void aNewOwnerBeginsWithTheFrameThatIsDue() {
        channel(GenerateRequest.newBuilder().setFirstIndex(7)).next(1, 16);
        now = START + 3_600_000;
        BroadcastSource next = channel(GenerateRequest.newBuilder().setFirstIndex(7));
        assertEquals(90_007L, next.next(1, 1).get(0).index());
        assertEquals(0, dropped.count(), "what was before it is not its loss");
    }

    @Test
    void backwardsItEndsAtIndexZero() {
        BroadcastSource channel =
                channel(GenerateRequest.newBuilder().setFirstIndex(3).setTimeStep(-0.5));
        List<Step> steps = channel.next(1, 16);
        assertEquals(List.of(3L, 2L, 1L, 0L), indexes(steps));
        channel.made(steps, motion.latents(steps), new Animator.Batch(0, 1, steps.size()));
        assertEquals(
                List.of(0L, 40_000L, 80_000L, 120_000L),
                sent.stream().map(Latent::getPresentationUs).toList());
        assertEquals(List.of(9f, 2f, 0.5f, 5f), sent.get(1).getWList());
        now = START + 100_000;
        assertEquals(List.of(), indexes(channel.next(1, 16)));
        assertEquals(0, dropped.count());
    }

    @Test
    void aLatentSaysWhereItsFrameGoesAndWhenItIsTooLate() {
        BroadcastSource channel = channel(GenerateRequest.newBuilder());
        List<Step> steps = channel.next(1, 2);
        channel.made(steps, motion.latents(steps), new Animator.Batch(0, 1, steps.size()));
        Latent second = sent.get(1);
        assertEquals("p2-0123456789abcdef", second.getStream());
        assertEquals(2, second.getReplyPartition());
        assertEquals(START + 40 + LATE_MS, second.getDeadlineMs());
        assertEquals("fake-motion", second.getModel());
    }

    @Test
    void whatTheModelCannotMakeIsLeftOut() {
        BroadcastSource channel = channel(GenerateRequest.newBuilder());
        channel.next(1, 1);
        channel.failed(new IllegalStateException("poisoned"));
        assertEquals(1, dropped.count());
        assertTrue(channel.next(1, 1).get(0).index() > 0, "it goes on");
    }
}
