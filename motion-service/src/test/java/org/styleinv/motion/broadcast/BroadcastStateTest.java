package org.styleinv.motion.broadcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.styleinv.motion.broadcast.BroadcastState.Lingering;
import org.styleinv.motion.broadcast.BroadcastState.Made;
import org.styleinv.motion.broadcast.BroadcastState.Over;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.StreamId;

class BroadcastStateTest {
    private final BroadcastSource source = source();

    private static BroadcastSource source() {
        MotionModel.Scene scene = () -> "digest";
        CheckedRequest request =
                CheckedRequest.of(GenerateRequest.newBuilder().setSeed(5).build());
        return new BroadcastSource(
                new LiveBroadcast(Broadcast.getDefaultInstance(), request, StreamId.on(0), 0),
                scene,
                scene.model(),
                0,
                InstantSource.system(),
                latent -> {},
                new SimpleMeterRegistry().counter("dropped"));
    }

    @Test
    void oneThatBeginsHasNoSourceUntilItsFirstFrameIsThere() {
        assertEquals(Optional.empty(), BroadcastState.FIRST.frames());
        BroadcastState made = BroadcastState.FIRST.begun(source);
        assertEquals(new Made(source), made);
        assertSame(source, made.frames().orElseThrow());
    }

    @Test
    void oneThatWasLostGoesOnForASecond() {
        BroadcastState lost = BroadcastState.FIRST.begun(source).lost(100);
        assertEquals(new Lingering(new Made(source), 100), lost);
        assertSame(source, lost.frames().orElseThrow(), "its viewers see no gap");
        assertSame(lost, lost.lost(100 + BroadcastState.LINGER_NANOS), "it counts from when it was lost");
        assertEquals(new Over(), lost.lost(101 + BroadcastState.LINGER_NANOS));
    }

    @Test
    void oneThatIsOwnedAgainGoesOnAsItWas() {
        assertEquals(BroadcastState.FIRST, BroadcastState.FIRST.lost(100).owned());
        assertEquals(
                new Made(source), BroadcastState.FIRST.begun(source).lost(100).owned());
        assertEquals(
                new Lingering(new Made(source), 900),
                new Made(source).lost(100).owned().lost(900));
    }

    @Test
    void oneThatWasLostWhileItBeganBeginsAllTheSame() {
        BroadcastState begun = BroadcastState.FIRST.lost(100).begun(source);
        assertEquals(new Lingering(new Made(source), 100), begun);
        assertEquals(new Over(), begun.lost(101 + BroadcastState.LINGER_NANOS));
    }

    @Test
    void whatIsOverStaysSo() {
        BroadcastState over = new Over();
        assertTrue(over.isOver());
        assertEquals(over, over.owned());
        assertEquals(over, over.lost(5));
        assertEquals(over, over.begun(source));
        assertEquals(Optional.empty(), over.frames());
    }
}
