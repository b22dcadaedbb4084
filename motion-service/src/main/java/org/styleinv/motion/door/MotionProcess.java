package org.styleinv.motion.door;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.OnOverflow.Strategy;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.door.kafka.ChannelSink;
import org.styleinv.door.kafka.SealConfig;
import org.styleinv.door.kafka.SealingSink;
import org.styleinv.door.kafka.TopicKeeper;
import org.styleinv.door.kafka.TopicsConfig;
import org.styleinv.door.meter.DeviceMemory;
import org.styleinv.door.meter.Meters;
import org.styleinv.motion.MotionConfig;
import org.styleinv.motion.broadcast.Broadcasts;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.MotionHost;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.NetworkMotion;
import org.styleinv.motion.engine.ReplaceableMotion;
import org.styleinv.motion.kafka.FrameReader;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.kafka.MotionChannels;
import org.styleinv.motion.kafka.MotionKafka;
import org.styleinv.motion.kafka.PartitionOwner;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.motion.stream.Streams;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.serving.ModelLoader;
import org.styleinv.network.serving.ModelSwap;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Topics;
import org.styleinv.telemetry.trace.Traces;

/** Puts the service together: model, engine thread, frames in, latents out, streams; starts them in that order, and stops them so that none waits for another. */
@ApplicationScoped
@SuppressWarnings("NullAway.Init") // most of it is made when the service starts
class MotionProcess {
    private static final Logger LOG = Logger.getLogger(MotionProcess.class);

    /** The group whose members share out the partitions that frames come back on. */
    static final String FRAME_OWNERS = "styleinv.motion";

    private final MotionConfig config;
    private final MotionKafka kafka;
    private final MeterRegistry meters;
    private final PeerServices peers;
    private final RecordSeal seal;
    private final Traces traces;
    private final ChannelSink latents;
    private final ChannelSink dead;
    private ReplaceableMotion model;
    private Animator animator;
    private Producer<byte[], byte[]> producer;
    private LatentPublisher publisher;
    private FrameReader reader;
    private PartitionOwner owner;
    private Streams streams;
    private Broadcasts broadcasts;
    private TopicKeeper keeper;
    private ModelWatch watch;
    private volatile boolean started;

    MotionProcess(
            MotionConfig config,
            TopicsConfig topics,
            SealConfig seal,
            Traces traces,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            MeterRegistry meters,
            @Channel(MotionChannels.LATENTS) @OnOverflow(value = Strategy.BUFFER, bufferSize = ChannelSink.BUFFER)
                    Emitter<ProducerRecord<byte[], byte[]>> latents,
            @Channel(MotionChannels.DEAD) @OnOverflow(value = Strategy.BUFFER, bufferSize = ChannelSink.BUFFER)
                    Emitter<ProducerRecord<byte[], byte[]>> dead,
            @GrpcClient("encoder") EncoderGrpc.EncoderBlockingStub encoder,
            @GrpcClient("decoder") DecoderGrpc.DecoderBlockingStub decoder) {
        this.config = config;
        this.seal = seal.seal();
        this.traces = traces;
        this.kafka = new MotionKafka(kafka, topics.settings());
        this.meters = meters;
        this.latents =
                new ChannelSink(MotionChannels.LATENTS, latents, Duration.ZERO); // a stream's clock does not wait
        this.dead = new ChannelSink(MotionChannels.DEAD, dead, Duration.ZERO);
        peers = new PeerServices(encoder, decoder, config.peerTimeout(), config.peerWait());
    }

    void start(@Observes StartupEvent event) {
        config.check();
        Path folder = ModelLoader.folder("motion-service", config.model());
        animator = new Animator(
                () -> new ReplaceableMotion(NetworkMotion.load(folder)),
                config.chunk(),
                config.maxBatch(),
                config.stuckAfter(),
                meters);
        model = (ReplaceableMotion) animator.start();
        DeviceMemory.show(meters, ComputeDevice::memoryInUse);
        producer = kafka.producer();
        publisher = new LatentPublisher(new SealingSink(latents, seal), dead, config.recordVersion(), meters);
        reader = new FrameReader(kafka::frames, variant -> kafka.prepare(List.of(variant)), seal);
        streams = new Streams(config, model, animator, peers, publisher, reader, traces, meters);
        reader.loop().meter(meters);
        reader.start(streams);
        owner = new PartitionOwner(
                "motion-frame-owner",
                Topics.frames(Topics.BASE),
                config.session(),
                session -> kafka.member(FRAME_OWNERS, session),
                () -> kafka.prepare(List.of(Topics.BASE)),
                animator::able,
                reader::own);
        owner.start();
        broadcasts = new Broadcasts(
                config, model, animator, peers, publisher, kafka, producer, seal, InstantSource.system(), meters);
        keeper = new TopicKeeper("motion-topics", kafka::admin, kafka.topics(), reader::variants, this::remade);
        keeper.start();
        started = true;
        watch = new ModelWatch(
                folder,
                config.reloadEvery(),
                "motion-model",
                new ModelSwap<>(
                        ModelJudge.networks(folder),
                        model.digest(),
                        model.size(),
                        new MotionHost(model, animator, meters)));
        ModelWatch looking = watch;
        Meters.gauge(
                meters,
                "styleinv.motion.model.refused",
                "1 while the folder holds a model that is refused, else 0",
                () -> looking.refused().isPresent() ? 1 : 0);
        watch.start();
        if (!seal.isOn()) {
            LOG.info(
                    "records are not sealed, so whoever reaches Kafka may forge frames and broadcasts (styleinv.seal.keys)");
        }
        LOG.infof("motion starts model=%s folder=%s", model.digest(), folder);
    }

    private void remade(String topic) {
        if (topic.equals(Topics.BROADCASTS)) {
            broadcasts.remade();
        } else if (!topic.equals(Topics.LATENTS)) {
            reader.loop().again();
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (keeper != null) {
            keeper.close();
        }
        if (broadcasts != null) {
            broadcasts.close();
        }
        if (watch != null) {
            watch.close();
        }
        if (owner != null) {
            owner.close();
        }
        if (streams != null) {
            streams.close();
        }
        if (reader != null) {
            reader.close();
        }
        if (animator != null) {
            animator.close();
        }
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
    }

    /** The model, which answers about itself only; empty while the service starts. */
    Optional<MotionModel> model() {
        return started ? Optional.of(model) : Optional.empty();
    }

    /** The streams; empty while the service starts, for the gRPC port opens before the model is loaded. */
    Optional<Streams> streams() {
        return started ? Optional.of(streams) : Optional.empty();
    }

    /** The broadcasts; empty while the service starts. */
    Optional<Broadcasts> broadcasts() {
        return started ? Optional.of(broadcasts) : Optional.empty();
    }

    /** The watch of the model's folder; none while the service starts. */
    Optional<ModelWatch> watch() {
        return Optional.ofNullable(watch);
    }

    /** How the service is. */
    Health health() {
        if (!started) {
            return Health.trouble("motion", "motion has not started");
        }
        Duration limit = config.stuckAfter();
        return Health.first(
                animator.able(), // then broadcasts wait, too
                Health.of("motion-model", watch().flatMap(ModelWatch::stuck)),
                keeper.health(),
                reader.loop().health(limit, kafka.address()),
                owner.loop().health(limit, kafka.address()),
                reader.health(),
                broadcasts.health(limit, kafka.address()),
                latents.health(limit),
                dead.health(limit),
                streams.health(limit),
                animator.health(limit));
    }

    /** In trouble where nothing can be made here though Kafka may be well. */
    Health able() {
        return animator == null ? Health.WELL : animator.able();
    }
}
