package org.styleinv.mesh.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.Access;
import org.styleinv.mesh.bench.MemoryBench.Look;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;

/** When {@code bench memory} looks, and who reads meanwhile; by a motion that makes nothing. */
@Timeout(60)
class MemoryBenchTest {
    private static final int VISIT = 100;
    private static final int SHARE = 10; // frames for the one that stays, for each guest that has left

    private final List<GenerateRequest> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch together =
            new CountDownLatch(3); // the one that stays, and two guests before any leaves
    private final CountDownLatch stayingEnded = new CountDownLatch(1);
    private Server server;

    @BeforeEach
    void serve() throws IOException {
        server = ServerBuilder.forPort(0)
                .addService(new Idle())
                .addTransportFilter(new ServerTransportFilter() {
                    @Override
                    public Attributes transportReady(Attributes attributes) {
                        connections.incrementAndGet();
                        return attributes;
                    }
                })
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    /** Gives the one that stays a few frames for each guest that has left, or all it can take where there are none; fails from a seed on. */
    private final class Idle extends MotionGrpc.MotionImplBase {
        private StreamObserver<Frame> staying;
        private long given;
        private long owed;

        @Override
        public void generateStream(GenerateRequest request, StreamObserver<Frame> frames) {
            asked.add(request);
            var call = (ServerCallStreamObserver<Frame>) frames;
            together.countDown();
            if (request.getFrameCount() > 0) {
                awaitTheOthers();
            }
            if (request.getSeed() >= failing) {
                call.onError(
                        Status.INVALID_ARGUMENT.withDescription("no such face").asRuntimeException());
            } else if (request.getFrameCount() == 0) {
                call.setOnCancelHandler(stayingEnded::countDown);
                call.setOnReadyHandler(() -> {
                    while (alone && call.isReady() && !call.isCancelled()) {
                        call.onNext(frame(given++));
                    }
                });
                synchronized (this) {
                    staying = frames;
                    pay();
                }
            } else {
                call.setOnCancelHandler(() -> {});
                for (long i = 0; i < request.getFrameCount(); i++) {
                    call.onNext(frame(i));
                }
                call.onCompleted();
                synchronized (this) {
                    owed += SHARE;
                    pay();
                }
            }
        }

        private void awaitTheOthers() {
            try {
                together.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void pay() {
            for (; staying != null && owed > 0; owed--) {
                staying.onNext(frame(given++));
            }
        }

        private static Frame frame(long index) {
            return Frame.newBuilder().setIndex(index).build();
        }
    }

    private volatile long failing = Long.MAX_VALUE;
    private volatile boolean alone;

    private List<Look> measure(int guests, long most, List<Look> news) throws Exception {
        var bytes = new AtomicLong();
        return new MemoryBench(List.of("localhost:" + server.getPort()), Access.PLAIN, guests, VISIT)
                .measure(most, () -> Map.of("motion", bytes.incrementAndGet()), news::add);
    }

    @Test
    void looksOnceADecadeAtOneTwoAndFiveAndAtTheEnd() throws Exception {
        alone = true;
        List<Look> news = new ArrayList<>();
        List<Look> looks = measure(0, 11_000, news);
        assertEquals(
                List.of(1000L, 2000L, 5000L, 10_000L, 11_000L),
                looks.stream().map(Look::frames).toList());
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L),
                looks.stream().map(look -> look.resident().get("motion")).toList(),
                "memory is asked for once a look");
        assertEquals(looks, news);
        assertEquals(1, asked.size(), "one stays and nobody comes");
    }

    @Test
    void oneStaysWhileGuestsComeAndGoWithAFaceAndAConnectionEach() throws Exception {
        List<Look> looks = measure(2, 2500, new ArrayList<>());
        assertEquals(
                List.of(1000L, 2000L, 2500L), looks.stream().map(Look::frames).toList());
        List<GenerateRequest> seen = List.copyOf(asked);
        assertEquals(
                1, seen.stream().filter(request -> request.getFrameCount() == 0).count(), "one without an end");
        List<GenerateRequest> guests =
                seen.stream().filter(request -> request.getFrameCount() > 0).toList();
        assertTrue(
                guests.size() >= 2500 / (VISIT + SHARE),
                () -> guests.size() + " guests, and the one that stays had " + SHARE + " frames for each");
        Set<Long> faces = new TreeSet<>();
        for (GenerateRequest guest : guests) {
            assertEquals(VISIT, guest.getFrameCount());
            assertTrue(guest.getSeed() > 0 && faces.add(guest.getSeed()), () -> "again or not a guest's: " + guest);
            assertEquals(guest.getSeed(), guest.getMotionSeed());
        }
        assertTrue(connections.get() >= seen.size(), () -> connections + " connections of " + seen.size() + " streams");
        assertTrue(stayingEnded.await(30, TimeUnit.SECONDS), "nobody reads once it is over");
    }

    @Test
    void aStreamThatFailsEndsItWithItsCause() throws Exception {
        failing = 4;
        List<Look> news = new ArrayList<>();
        var thrown = assertThrows(StatusRuntimeException.class, () -> measure(2, 1_000_000_000, news));
        assertEquals(Status.Code.INVALID_ARGUMENT, thrown.getStatus().getCode());
        assertEquals("no such face", thrown.getStatus().getDescription());
        assertEquals(List.of(), news, "three guests and what they leave are no 1000 frames");
        assertTrue(stayingEnded.await(30, TimeUnit.SECONDS), "nobody reads once it is over");
    }
}
