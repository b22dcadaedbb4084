package org.styleinv.motion.broadcast;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.FakeMotion;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.motion.request.FirstFrames;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.StreamId;
import org.styleinv.proto.wire.WireHeaders;

/** What this replica makes of the broadcasts that are its. */
@Timeout(30)
class OwnedBroadcastsTest {
    /** Has no room for the first few tasks, and runs none. */
    private static final class Full extends AbstractExecutorService {
        private final AtomicInteger refusals;
        private final CountDownLatch taken = new CountDownLatch(1);

        Full(int refusals) {
            this.refusals = new AtomicInteger(refusals);
        }

        @Override
        public void execute(Runnable task) {
            if (refusals.getAndDecrement() > 0) {
                throw new RejectedExecutionException("full");
            }
            taken.countDown();
        }

        @Override
        public void shutdown() {
            // it has no threads
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }

    private static LiveBroadcast live() {
        GenerateRequest request =
                GenerateRequest.newBuilder().setSeed(5).setFps(25).build();
        StreamId stream = StreamId.on(0);
        Broadcast broadcast = Broadcast.newBuilder()
                .setId("news")
                .setStream(stream.toString())
                .setRequest(request)
                .setStartMs(1)
                .build();
        return new LiveBroadcast(broadcast, CheckedRequest.of(request), stream, 0);
    }

    @Test
    void aBroadcastThatFoundNoRoomToBeginIsTriedAgain() throws Exception {
        var meters = new SimpleMeterRegistry();
        var table = new BroadcastTable.State(Map.of("news", live()), Set.of(), List.of());
        Full setup = new Full(3);
        ManagedChannel nobody = InProcessChannelBuilder.forName("nobody").build();
        try (Animator animator = new Animator(FakeMotion::new, 4, 8, Duration.ofSeconds(10), meters)) {
            MotionModel motion = animator.start();
            PeerServices peers = new PeerServices(
                    EncoderGrpc.newBlockingStub(nobody),
                    DecoderGrpc.newBlockingStub(nobody),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1));
            try (OwnedBroadcasts channels = new OwnedBroadcasts(
                    () -> table,
                    new FirstFrames(motion, animator, peers),
                    peers,
                    animator,
                    new LatentPublisher(
                            (latent, settled) -> {}, (letter, settled) -> {}, WireHeaders.FIRST_VERSION, meters),
                    record -> {},
                    setup,
                    Duration.ofMillis(200),
                    InstantSource.system(),
                    meters)) {
                channels.own(Set.of(0));
                assertTrue(setup.taken.await(20, TimeUnit.SECONDS), "it was never tried again");
            }
        } finally {
            nobody.shutdownNow();
        }
    }
}
