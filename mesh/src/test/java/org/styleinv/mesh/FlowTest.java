package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.Pace;

/** No work for those who do not read or are gone, counted in frames that decoders painted. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(120)
class FlowTest {
    private static final int WINDOW = 32; // styleinv.motion.window
    private static final int FRAME = 16 * 16 * 3; // raw bytes
    /** What the client's HTTP/2 takes without being asked, and the one frame that gRPC holds beyond. */
    private static final int BUFFERED = (1 << 16) / FRAME + 1;

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    private Painted painted;

    @BeforeEach
    void count() throws Exception {
        painted = new Painted(kafka);
    }

    @AfterEach
    void close() {
        painted.close();
    }

    private String address() {
        return "localhost:" + port;
    }

    private static GenerateRequest.Builder face(long seed) {
        return GenerateRequest.newBuilder().setSeed(seed).setMotionSeed(7).setEncoding(Encoding.RAW);
    }

    /** A reader that asks for what it is told, and counts. */
    private static final class Reader implements ClientResponseObserver<GenerateRequest, Frame> {
        private final AtomicInteger frames = new AtomicInteger();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private ClientCallStreamObserver<GenerateRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<GenerateRequest> requests) {
            call = requests;
            requests.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(Frame frame) {
            frames.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            end.complete(null);
        }

        void await(int count) throws InterruptedException {
            while (frames.get() < count && !end.isDone()) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    @Test
    void aReaderThatStopsStopsTheWork() throws Exception {
        long before = painted.atRest();
        ManagedChannel channel = StreamClient.channel(address());
        try {
            var reader = new Reader();
            MotionGrpc.newStub(channel).generateStream(face(9).build(), reader);
            reader.await(1);
            long one = painted.atRest() - before;
            assertTrue(one >= 1 && one <= 1 + WINDOW + BUFFERED, "1 frame was read, " + one + " were painted");
            reader.call.request(50);
            reader.await(51);
            long fifty = painted.atRest() - before;
            assertTrue(fifty <= 51 + WINDOW + BUFFERED, "51 frames were read, " + fifty + " were painted");
            reader.call.cancel("seen enough", null);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void aReaderOfALargePictureHasNoMoreThanAWindowMadeForIt() throws Exception {
        long before = painted.atRest();
        ManagedChannel channel = NettyChannelBuilder.forTarget(address())
                .usePlaintext()
                .flowControlWindow(FRAME) // to it a frame is as large as one of 150 x 150 is to the usual window
                .build();
        try {
            var reader = new Reader();
            MotionGrpc.newStub(channel).generateStream(face(9).build(), reader);
            reader.await(1);
            long one = painted.atRest() - before;
            assertTrue(one >= 1 && one <= 1 + WINDOW + 2, "1 frame was read, " + one + " were painted");
        } finally {
            channel.shutdownNow();
        }
    }

    /** Of this process, bytes: heap after a collection, and all memory that is no file and no heap (broker and mesh alike). */
    private record Memory(long heap, long outside) {
        static Memory now() throws IOException {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            long anonymous = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
            return new Memory(runtime.totalMemory() - runtime.freeMemory(), anonymous - runtime.totalMemory());
        }
    }

    /** Reads one frame a second until told to stop. */
    private static final class Slow implements AutoCloseable {
        private final StreamClient client;
        private final FrameStream stream;
        private final Thread thread;
        private volatile boolean stopped;
        private volatile int read;

        Slow(String address) {
            client = StreamClient.connect(
                    List.of(address),
                    new StreamClient.Settings(
                            1, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60)));
            stream = client.stream(face(90).build());
            thread = new Thread(this::read, "slow-reader");
            thread.start();
        }

        private void read() {
            try {
                while (!stopped) {
                    assertEquals(read, stream.next().getIndex());
                    read++;
                    TimeUnit.SECONDS.sleep(1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join();
            stream.close();
            client.close();
        }
    }

    /** Frames a second of a stream that is read as fast as it comes. */
    private static double rate(FrameStream stream, int seconds) {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        int frames = 0;
        while (System.nanoTime() < end) {
            stream.next();
            frames++;
        }
        return frames / ((System.nanoTime() - start) / 1e9);
    }

    @Test
    @Tag("long")
    @EnabledOnOs(OS.LINUX)
    @Timeout(1200)
    void aSlowReaderTakesNeitherMemoryNorItsNeighboursSpeed() throws Exception {
        List<Double> ratios = new ArrayList<>();
        Memory early = null;
        try (StreamClient client = StreamClient.connect(List.of(address()));
                FrameStream fast = client.stream(face(91).build())) {
            for (int i = 0; i < 8; i++) { // with and without in turn: the machine's other work is in both
                double without = rate(fast, 5);
                try (Slow slow = new Slow(address())) {
                    double with = rate(fast, 5);
                    ratios.add(with / without);
                    assertTrue(slow.read > 0, "it read");
                }
            }
            try (Slow slow = new Slow(address())) {
                for (int second = 0; second < 600; second += 30) {
                    rate(fast, 30);
                    if (second == 90) {
                        early = Memory.now();
                    }
                }
                Memory late = Memory.now();
                ratios.sort(null);
                double median = (ratios.get(3) + ratios.get(4)) / 2;
                System.err.printf(
                        Locale.ROOT,
                        "slow reader: %d frames in 10 minutes; heap %.1f to %.1f MB, outside it %.1f to %.1f MB; "
                                + "a neighbour's rate with it / without it: median %.3f of %s%n",
                        slow.read,
                        early.heap() / 1e6,
                        late.heap() / 1e6,
                        early.outside() / 1e6,
                        late.outside() / 1e6,
                        median,
                        ratios);
                assertTrue(late.heap() - early.heap() < 16 << 20, "the heap grew: " + early + " " + late);
                assertTrue(late.outside() - early.outside() < 32 << 20, "native memory grew: " + early + " " + late);
                assertTrue(median > 0.8, "neighbours were slowed down: " + ratios);
            }
        }
    }

    /** How a client goes. */
    private interface Departure {
        void go(StreamClient client, FrameStream stream, Wire wire) throws Exception;
    }

    /** Frames painted from {@code departure} until none was painted for a second. The seconds until then are printed. */
    private long paintedFor(GenerateRequest.Builder request, Departure departure) throws Exception {
        try (Wire wire = new Wire(port);
                StreamClient client = StreamClient.connect(List.of(wire.address()));
                FrameStream stream = client.stream(request.build())) {
            for (int i = 0; i < 20; i++) {
                stream.next();
            }
            long before = painted.count();
            departure.go(client, stream, wire);
            return countWhenStill() - before;
        }
    }

    /** How soon that is, is a matter of the machine's load; an endless stream that goes on is never still. */
    private long countWhenStill() throws Exception {
        long start = System.nanoTime();
        long count = painted.count();
        long since = start;
        while (System.nanoTime() - since < TimeUnit.SECONDS.toNanos(1)) {
            TimeUnit.MILLISECONDS.sleep(50);
            if (painted.count() != count) {
                count = painted.count();
                since = System.nanoTime();
            }
        }
        System.err.printf(Locale.ROOT, "the last frame was painted after %.1f s%n", (since - start) / 1e9);
        return count;
    }

    @Test
    void aClientThatLeavesStopsTheWork() throws Exception {
        long more = paintedFor(face(10), (client, stream, wire) -> stream.close());
        assertTrue(more <= WINDOW + BUFFERED, more + " frames were painted for a client that left");
    }

    @Test
    void aClientThatClosesItsConnectionStopsTheWork() throws Exception {
        long more = paintedFor(face(11), (client, stream, wire) -> client.close());
        assertTrue(more <= WINDOW + BUFFERED, more + " frames were painted for a client that closed");
    }

    @Test
    void aClientWhoseConnectionIsResetStopsTheWork() throws Exception {
        long more = paintedFor(face(12), (client, stream, wire) -> wire.reset());
        assertTrue(more <= WINDOW + BUFFERED, more + " frames were painted for a connection that was reset");
    }

    @Test
    void aClientWhosePacketsStopStopsTheWork() throws Exception { // half open: nobody is told
        long more = paintedFor(face(13), (client, stream, wire) -> wire.cut());
        assertTrue(more <= WINDOW + BUFFERED, more + " frames were painted into a connection that was cut");
    }

    /** At this pace the window of the client would take frames for seconds more. */
    @Test
    void aClientWhosePacketsStopStopsAStreamInRealTime() throws Exception {
        long more = paintedFor(face(15).setPace(Pace.REAL_TIME).setFps(10), (client, stream, wire) -> wire.cut());
        assertTrue(more < WINDOW, more + " frames were painted into a connection that was cut");
    }

    /** What a moment's silence left unmade is made when packets come through again. */
    @Test
    void aClientThatIsHeardAgainMissesNothing() throws Exception {
        try (Wire wire = new Wire(port);
                StreamClient client = StreamClient.connect(List.of(wire.address()));
                FrameStream stream = client.stream(
                        face(16).setPace(Pace.REAL_TIME).setFps(10).build())) {
            stream.next();
            long before = painted.count();
            wire.hold();
            long more = countWhenStill() - before;
            assertTrue(more < WINDOW + BUFFERED / 2, "it is paused, though there is room for seconds");
            wire.release();
            for (int i = 1; i < 60; i++) {
                assertEquals(i, stream.next().getIndex());
            }
            assertEquals(0, stream.reconnections());
        }
    }

    @Test
    void aClientThatLeavesAStreamInRealTimeStopsTheWork() throws Exception {
        long more = paintedFor(face(14).setPace(Pace.REAL_TIME).setFps(60), (client, stream, wire) -> wire.reset());
        assertTrue(more <= WINDOW, more + " frames were painted for a connection that was reset");
    }
}
