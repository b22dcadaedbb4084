package org.styleinv.motion.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import java.util.AbstractCollection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Pace;
import org.styleinv.proto.wire.Pushback;

/** Who is let in. */
class AdmissionTest {
    private double owed; // to broadcasts
    private double rate = 112; // a tenth of it is not promised
    private final Admission admission = new Admission(16, 32, () -> rate, () -> owed, List.of());

    private static CheckedRequest live(double fps, int stride) {
        return CheckedRequest.of(GenerateRequest.newBuilder()
                .setSeed(1)
                .setPace(Pace.REAL_TIME)
                .setFps(fps)
                .setMotionStride(stride)
                .build());
    }

    private static CheckedRequest fast() {
        return CheckedRequest.of(GenerateRequest.newBuilder().setSeed(1).build());
    }

    private Optional<String> refusal(CheckedRequest request) {
        Optional<StatusRuntimeException> refusal = admission.enter(request, true);
        refusal.ifPresent(why -> assertEquals("2000", why.getTrailers().get(Pushback.KEY)));
        return refusal.map(why -> why.getStatus().getDescription());
    }

    @Test
    void streamsInRealTimeAreLetInWhileTheEngineMakesWhatTheyNeed() {
        for (int i = 0; i < 3; i++) {
            assertEquals(Optional.empty(), refusal(live(30, 1)));
        }
        assertEquals(
                Optional.of(
                        "this replica makes 112 latents a second now and promises 101 of them; streams in real time and broadcasts"
                                + " need 90, so there is no room for 30 more; try again in 2 s, or ask another replica"),
                refusal(live(30, 1)));
        assertEquals(Optional.empty(), refusal(live(10, 1)), "one that needs less");
        assertEquals(4, admission.taken());
        assertEquals(100, admission.promised());
        rate = 50; // others have the cores: who is in stays, and nobody comes
        assertTrue(refusal(live(1, 1)).isPresent());
        rate = 200;
        assertEquals(Optional.empty(), refusal(live(60, 2)), "of two frames one is between two latents");
        assertEquals(130, admission.promised());
    }

    @Test
    void broadcastsTakeRoomThatNobodyGaveThem() {
        owed = 60;
        assertEquals(Optional.empty(), refusal(live(30, 1)));
        assertEquals(90, admission.promised());
        assertTrue(refusal(live(30, 1)).orElseThrow().contains("need 90, so there is no room for 30 more"));
        owed = 0;
        assertEquals(Optional.empty(), refusal(live(30, 1)));
    }

    @Test
    void whoLeavesMakesRoom() {
        CheckedRequest first = live(90, 1);
        assertEquals(Optional.empty(), refusal(first));
        assertTrue(refusal(live(30, 1)).isPresent());
        admission.leave(first);
        assertEquals(0, admission.promised());
        assertEquals(0, admission.taken());
        assertEquals(Optional.empty(), refusal(live(30, 1)));
    }

    @Test
    void theFirstInRealTimeAndThoseWithoutAClockAreLetInWhateverTheEngineMakes() {
        rate = 1;
        assertEquals(Optional.empty(), refusal(fast()));
        assertEquals(Optional.empty(), refusal(live(30, 1)));
        assertEquals(Optional.empty(), refusal(fast()));
        assertTrue(refusal(live(30, 1)).isPresent());
    }

    @Test
    void nobodyIsPromisedFramesThatTakeTooLongToComeBack() {
        rate = Double.POSITIVE_INFINITY;
        assertEquals(Optional.empty(), refusal(live(30, 1)));
        for (int i = 0; i < 64; i++) {
            admission.returned(TimeUnit.MILLISECONDS.toNanos(i % 2 == 0 ? 500 : 5000));
        }
        assertEquals(Optional.empty(), refusal(live(30, 1)), "some wait for a decoder that restarts");
        assertEquals(
                Optional.of(
                        "a frame takes 0.5 s to be painted now, so a stream gets 64 a second, and there is no room for"
                                + " one of 100; try again in 2 s, or ask another replica"),
                refusal(live(100, 1)));
        assertEquals(
                Optional.empty(),
                admission.enter(live(100, 1), false),
                "who paints them itself does not wait for a decoder");
    }

    /** A session that ends has its own lock and wants the admission's, so who asks sessions must not have that. */
    @Test
    void sessionsAreAskedWithoutALock() {
        var held = new AtomicBoolean();
        var asked = new AtomicInteger();
        var one = new AtomicReference<Admission>();
        one.set(new Admission(16, 32, () -> rate, () -> owed, new AbstractCollection<>() {
            @Override
            public Iterator<Session<?>> iterator() {
                asked.incrementAndGet();
                held.compareAndSet(false, Thread.holdsLock(one.get()));
                return Collections.emptyIterator();
            }

            @Override
            public int size() {
                return 0;
            }
        }));
        assertEquals(Optional.empty(), one.get().enter(live(30, 1), true));
        assertTrue(asked.get() > 0 && !held.get());
    }

    @Test
    void noMoreThanWereSet() {
        for (int i = 0; i < 16; i++) {
            assertEquals(Optional.empty(), refusal(fast()));
        }
        assertEquals(
                Optional.of("all 16 streams of this replica are taken; try again in 2 s, or ask another replica"),
                refusal(fast()));
        assertEquals(16, admission.taken());
    }
}
