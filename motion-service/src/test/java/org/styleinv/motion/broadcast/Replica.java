package org.styleinv.motion.broadcast;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.styleinv.door.kafka.TopicKeeper;
import org.styleinv.motion.TestConfig;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.Edits;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.kafka.MotionKafka;
import org.styleinv.motion.kafka.ProducerSink;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Topics;

/** The broadcasts of one motion replica on a real broker, around a model that only counts; it can die without a word. */
final class Replica implements AutoCloseable {
    private static final Topics.Settings TOPICS = Topics.Settings.DEFAULTS;

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Broadcasts broadcasts;
    private final TopicKeeper keeper;
    private final Animator animator;
    private final Producer<byte[], byte[]> producer;
    private final ManagedChannel peers;

    Replica(String kafka, int peerPort) {
        this(kafka, peerPort, RecordSeal.NONE);
    }

    Replica(String kafka, int peerPort, RecordSeal seal) {
        peers = NettyChannelBuilder.forAddress("localhost", peerPort)
                .usePlaintext()
                .build();
        animator = new Animator(Counting::new, 4, 16, Duration.ofSeconds(10), meters);
        MotionModel model = animator.start();
        MotionKafka clients = clients(kafka);
        producer = clients.producer();
        ProducerSink sink = new ProducerSink(producer);
        var config = new TestConfig(32, 64, Duration.ofSeconds(2), Duration.ofSeconds(60));
        broadcasts = new Broadcasts(
                config,
                model,
                animator,
                new PeerServices(
                        EncoderGrpc.newBlockingStub(peers),
                        DecoderGrpc.newBlockingStub(peers),
                        config.peerTimeout(),
                        config.peerWait()),
                new LatentPublisher(sink, sink, config.recordVersion(), meters),
                clients,
                producer,
                seal,
                InstantSource.system(),
                meters);
        keeper = new TopicKeeper("test-topics", clients::admin, TOPICS, () -> List.of(Topics.BASE), name -> {
            if (name.equals(Topics.BROADCASTS)) {
                broadcasts.remade();
            }
        });
        keeper.start();
    }

    private static MotionKafka clients(String kafka) {
        return new MotionKafka(
                Map.of(
                        "bootstrap.servers",
                        kafka, //
                        "internal.leave.group.on.close",
                        false), // the dead say no goodbye
                TOPICS);
    }

    static void prepare(String kafka) {
        clients(kafka).prepare(List.of(Topics.BASE));
    }

    /** How many broadcasts it makes. */
    int makes() {
        return (int) meters.get("styleinv.motion.broadcasts").gauge().value();
    }

    double count(String meter) {
        return meters.counter(meter).count();
    }

    /** From one moment to the next nothing comes of it any more: no frame, no heartbeat, no goodbye. */
    void kill() throws InterruptedException {
        producer.close(Duration.ZERO);
        close();
    }

    @Override
    public void close() throws InterruptedException {
        keeper.close();
        broadcasts.close();
        animator.close();
        peers.shutdownNow();
    }

    /** Its latent says whose it is: {@code (motion seed, index, time step, w0[0])}. */
    private static final class Counting implements MotionModel {
        private record Still(float w0, long seed) implements Scene {
            @Override
            public String model() {
                return "counting";
            }
        }

        @Override
        public String digest() {
            return "counting";
        }

        @Override
        public int wDim() {
            return 4;
        }

        @Override
        public int resolution() {
            return 2;
        }

        @Override
        public Scene begin(float[] w0, float[] x0, long motionSeed, Edits edits) {
            return new Still(w0[0], motionSeed);
        }

        @Override
        public List<float[]> latents(List<Step> steps) {
            return steps.stream()
                    .map(step -> {
                        var still = (Still) step.scene();
                        return new float[] {still.seed(), step.index(), (float) step.timeStep(), still.w0()};
                    })
                    .toList();
        }

        @Override
        public void end(Scene scene) {}

        @Override
        public void close() {}
    }
}
