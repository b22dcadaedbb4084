package org.styleinv.motion.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.broker.Ports;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.door.Health;
import org.styleinv.fixture.TestBroker;
import org.styleinv.motion.TestConfig;
import org.styleinv.motion.broadcast.FakeDecoders;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.FakeMotion;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.kafka.FrameReader;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.kafka.MotionKafka;
import org.styleinv.motion.kafka.PartitionOwner;
import org.styleinv.motion.kafka.ProducerSink;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.motion.stream.Streams;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.Pace;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;
import org.styleinv.telemetry.trace.Traces;

/** Replicas of motion-service come and go under running streams, on a real broker. */
@Timeout(180)
@Tag("thorough")
class ScalingTest {
    private static final Topics.Settings TOPICS = Topics.Settings.DEFAULTS;
    private static final int STREAMS = 8;
    private static final int MORE = 20; // frames that each stream shows after each change

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not in 60 s: " + what);
            Thread.sleep(20);
        }
    }

    private static GenerateRequest request(long seed) {
        return GenerateRequest.newBuilder()
                .setSeed(5)
                .setMotionSeed(seed)
                .setFps(20)
                .setPace(Pace.REAL_TIME)
                .build();
    }

    @Test
    void oneReplicaBecomesThreeAndOneAgainAndNoStreamNotices() throws Exception {
        int port = Ports.freeRow(3);
        List<String> doors = List.of("localhost:" + port, "localhost:" + (port + 1), "localhost:" + (port + 2));
        List<Viewer> viewers = new ArrayList<>();
        try (TestBroker broker = TestBroker.embedded()) {
            clients(broker).prepare(List.of(Topics.BASE));
            try (FakeDecoders decoders = new FakeDecoders(broker.bootstrapServers());
                    Replica one = new Replica(clients(broker), decoders.port(), port)) {
                one.awaitPartitions(TOPICS.partitions());
                for (int i = 0; i < STREAMS; i++) {
                    viewers.add(new Viewer(doors, request(i)));
                }
                awaitMore(viewers);
                try (Replica two = new Replica(clients(broker), decoders.port(), port + 1);
                        Replica three = new Replica(clients(broker), decoders.port(), port + 2)) {
                    await(() -> shared(List.of(one, two, three)), "each partition has one owner of three");
                    awaitMore(viewers);
                    assertTrue(one.count("styleinv.motion.streams.moved") > 0, "streams left lost partitions");
                    for (Replica fresh : List.of(two, three)) {
                        List<String> turned = new ArrayList<>(doors);
                        Collections.rotate(turned, -doors.indexOf(fresh.door()));
                        viewers.add(new Viewer(turned, request(100)));
                    }
                    awaitMore(viewers);
                    assertEquals(
                            List.of(1, 1), List.of(two.streams(), three.streams()), "new streams reach all replicas");
                }
                one.awaitPartitions(TOPICS.partitions());
                awaitMore(viewers);
                for (Viewer viewer : viewers) {
                    viewer.end();
                }
            }
        } finally {
            viewers.forEach(Viewer::close);
        }
        for (Viewer viewer : viewers) {
            viewer.check();
        }
        System.err.printf(
                Locale.ROOT,
                "longest gap between two frames: %.2f s%n",
                viewers.stream().mapToDouble(Viewer::longestGap).max().orElseThrow());
    }

    private static MotionKafka clients(TestBroker broker) {
        return new MotionKafka(Map.of("bootstrap.servers", broker.bootstrapServers()), TOPICS);
    }

    private static void awaitMore(List<Viewer> viewers) throws InterruptedException {
        List<Integer> before = viewers.stream().map(Viewer::seen).toList();
        for (int i = 0; i < viewers.size(); i++) {
            Viewer viewer = viewers.get(i);
            int wanted = before.get(i) + MORE;
            await(() -> viewer.seen() >= wanted, "frame " + wanted + " of a stream");
        }
    }

    private static boolean shared(List<Replica> replicas) {
        Set<Integer> all = new HashSet<>();
        int sum = 0;
        for (Replica replica : replicas) {
            if (replica.reader.usable().isEmpty()) {
                return false;
            }
            all.addAll(replica.reader.usable());
            sum += replica.reader.usable().size();
        }
        return all.size() == TOPICS.partitions() && sum == TOPICS.partitions();
    }

    /** Reads a stream that resumes on any of its doors. */
    private static final class Viewer implements AutoCloseable {
        private final StreamClient client;
        private final FrameStream stream;
        private final List<Frame> frames = new ArrayList<>(); // guarded by itself
        private final Thread thread = new Thread(this::read, "viewer");
        private double longestGap;
        private RuntimeException failure;

        Viewer(List<String> doors, GenerateRequest request) {
            client = StreamClient.connect(doors);
            stream = client.stream(request);
            thread.start();
        }

        private void read() {
            try {
                long last = 0;
                while (!Thread.currentThread().isInterrupted() && stream.hasNext()) {
                    Frame frame = stream.next();
                    long now = System.nanoTime();
                    longestGap = last == 0 ? 0 : Math.max(longestGap, (now - last) / 1e9);
                    last = now;
                    synchronized (frames) {
                        frames.add(frame);
                    }
                }
            } catch (RuntimeException e) {
                failure = Thread.currentThread().isInterrupted() ? null : e;
            }
        }

        int seen() {
            synchronized (frames) {
                return frames.size();
            }
        }

        double longestGap() {
            return longestGap;
        }

        /** Stops reading. */
        void end() throws InterruptedException {
            thread.interrupt();
            thread.join();
        }

        void check() {
            if (failure != null) {
                throw failure;
            }
            for (int i = 0; i < frames.size(); i++) {
                assertEquals(i, frames.get(i).getIndex());
            }
        }

        @Override
        public void close() {
            stream.close();
            client.close();
        }
    }

    /** Streams of one replica around a model that only counts. */
    private static final class Replica implements AutoCloseable {
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final int port;
        private final ManagedChannel peers;
        private final Animator animator;
        private final ProducerSink sink;
        private final FrameReader reader;
        private final PartitionOwner owner;
        private final Streams streams;
        private final Server server;

        Replica(MotionKafka kafka, int peerPort, int port) throws IOException {
            this.port = port;
            TestConfig config = TestConfig.USUAL;
            peers = NettyChannelBuilder.forAddress("localhost", peerPort)
                    .usePlaintext()
                    .build();
            animator = new Animator(FakeMotion::new, config.chunk(), config.maxBatch(), config.stuckAfter(), meters);
            MotionModel model = animator.start();
            sink = new ProducerSink(kafka.producer());
            reader = new FrameReader(kafka::frames, variant -> kafka.prepare(List.of(variant)), RecordSeal.NONE);
            streams = new Streams(
                    config,
                    model,
                    animator,
                    new PeerServices(
                            EncoderGrpc.newBlockingStub(peers),
                            DecoderGrpc.newBlockingStub(peers),
                            config.peerTimeout(),
                            config.peerWait()),
                    new LatentPublisher(sink, sink, WireHeaders.NEWEST_VERSION, meters),
                    reader,
                    Traces.OFF,
                    meters);
            reader.start(streams);
            owner = new PartitionOwner(
                    "frame-owner",
                    Topics.frames(Topics.BASE),
                    config.session(),
                    session -> kafka.member(MotionProcess.FRAME_OWNERS, session),
                    () -> kafka.prepare(List.of(Topics.BASE)),
                    () -> Health.WELL,
                    reader::own);
            owner.start();
            server = NettyServerBuilder.forPort(port)
                    .addService(new MotionGrpc.MotionImplBase() {
                        @Override
                        public void generateStream(GenerateRequest request, StreamObserver<Frame> client) {
                            streams.frames(request, (ServerCallStreamObserver<Frame>) client);
                        }
                    })
                    .build()
                    .start();
        }

        String door() {
            return "localhost:" + port;
        }

        void awaitPartitions(int count) throws InterruptedException {
            await(() -> reader.usable().size() == count, count + " partitions");
        }

        int streams() {
            return (int) meters.get("styleinv.motion.streams").gauge().value();
        }

        double count(String meter) {
            return meters.counter(meter).count();
        }

        @Override
        public void close() throws InterruptedException {
            owner.close();
            streams.close();
            server.shutdown();
            reader.close();
            animator.close();
            sink.close();
            server.shutdownNow();
            peers.shutdownNow();
        }
    }
}
