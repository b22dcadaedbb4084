package org.styleinv.motion.door;

import io.micrometer.core.instrument.Gauge;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.styleinv.door.kafka.TopicKeeper;
import org.styleinv.door.kafka.TopicsConfig;
import org.styleinv.motion.MotionConfig;
import org.styleinv.motion.broadcast.Broadcasts;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.MotionHost;
import org.styleinv.motion.engine.MotionModels;
import org.styleinv.motion.engine.NetworkMotion;
import org.styleinv.motion.kafka.FrameReader;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.motion.stream.Streams;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.serving.ModelSwap;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.wire.Topics;

/** Puts the service together: model, engine thread, frames in, latents out, streams; starts and stops them in that order. */
@ApplicationScoped
class MotionProcess {
    private static final Logger LOG = Logger.getLogger(MotionProcess.class);

    private final MotionConfig config;
    private final Topics.Settings topics;
    private final Map<String, Object> kafka;
    private final MeterRegistry meters;
    private final PeerServices peers;
    private Animator animator;
    private LatentPublisher publisher;
    private FrameReader reader;
    private Streams streams;
    private Broadcasts broadcasts;
    private TopicKeeper keeper;
    private ModelWatch watch;
    private volatile boolean started;

    MotionProcess(
            MotionConfig config,
            TopicsConfig topics,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            MeterRegistry meters,
            @GrpcClient("encoder") EncoderGrpc.EncoderBlockingStub encoder,
            @GrpcClient("decoder") DecoderGrpc.DecoderBlockingStub decoder) {
        this.config = config;
        this.topics = topics.settings();
        this.kafka = kafka;
        this.meters = meters;
        peers = new PeerServices(encoder, decoder, config.peerTimeout());
    }

    void start(@Observes StartupEvent event) {
        config.check(topics.partitions());
        Path folder = config.model()
                .filter(path -> !path.toString().isBlank())
                .orElseThrow(() ->
                        new IllegalStateException("motion-service has no model: set styleinv.model to a model folder"));
        List<Integer> partitions = IntStream.range(0, topics.partitions())
                .filter(partition -> partition % config.replicas() == config.replica())
                .boxed()
                .toList();
        animator = new Animator(
                () -> new MotionModels(NetworkMotion.load(folder)),
                config.chunk(),
                config.maxBatch(),
                config.stuckAfter(),
                meters);
        MotionModels model = (MotionModels) animator.start();
        Producer<byte[], byte[]> producer = new KafkaProducer<>(producerSettings());
        publisher = new LatentPublisher(producer, meters);
        streams = new Streams(
                config, model, animator, peers, publisher, variant -> reader.follow(variant), partitions, meters);
        reader = new FrameReader(() -> new KafkaConsumer<>(consumerSettings()), this::prepare, streams, partitions);
        reader.start();
        broadcasts = new Broadcasts(
                config,
                topics.partitions(),
                model,
                animator,
                peers,
                publisher,
                new Broadcasts.KafkaClients(
                        () -> new KafkaConsumer<>(tableSettings()),
                        session -> new KafkaConsumer<>(memberSettings(session)),
                        producer,
                        () -> prepare(Topics.BASE)),
                InstantSource.system(),
                meters);
        keeper = new TopicKeeper(
                "motion-topics", () -> Admin.create(new HashMap<>(kafka)), topics, reader::variants, this::remade);
        keeper.start();
        started = true;
        watch = new ModelWatch(
                folder,
                config.reloadEvery(),
                "motion-model",
                new ModelSwap<>(
                        ModelJudge.networks(folder),
                        model.digest(),
                        MotionHost.size(model),
                        new MotionHost(model, animator, meters)));
        Gauge.builder(
                        "styleinv.motion.model.refused",
                        watch,
                        one -> one.refused().isEmpty() ? 0 : 1)
                .strongReference(true)
                .register(meters); // whether the folder holds a model that is not used
        watch.start();
        LOG.infof("motion starts model=%s folder=%s partitions=%s", model.digest(), folder, partitions);
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
        if (streams != null) {
            streams.close();
        }
        if (reader != null) {
            reader.close();
        }
        if (animator != null) {
            animator.close();
        }
        if (publisher != null) {
            publisher.close();
        }
    }

    /** The streams; empty while the service starts, for the gRPC port opens before the model is loaded. */
    Optional<Streams> streams() {
        return started ? Optional.of(streams) : Optional.empty();
    }

    /** The live channels; empty while the service starts. */
    Optional<Broadcasts> broadcasts() {
        return started ? Optional.of(broadcasts) : Optional.empty();
    }

    /** Why the model that the folder holds is not used, empty if it is. */
    String refusedModel() {
        return watch == null ? "" : watch.refused();
    }

    /** Why the service cannot do its work now, empty if it can. */
    String complaint() {
        if (!started) {
            return "motion has not started";
        }
        return Stream.of(
                        animator.hindrance(), // then live channels wait, too
                        watch == null ? "" : watch.complaint(),
                        keeper.complaint(),
                        reader.loop().complaint(config.stuckAfter(), kafka.get("bootstrap.servers")),
                        broadcasts.complaint(config.stuckAfter(), kafka.get("bootstrap.servers")),
                        publisher.watchdog().complaint(config.stuckAfter()),
                        streams.watchdog().complaint(config.stuckAfter()),
                        animator.watchdog().complaint(config.stuckAfter()))
                .filter(complaint -> !complaint.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Why nothing can be made here though Kafka may be well, empty if something can. */
    String hindrance() {
        return animator == null ? "" : animator.hindrance();
    }

    /** The model that is being loaded for long, empty if none is. */
    String loadingModel() {
        return watch == null ? "" : watch.loading();
    }

    private void prepare(String variant) {
        try (Admin admin = Admin.create(new HashMap<>(kafka))) {
            Topics.ensure(admin, topics, List.of(variant), Duration.ofSeconds(10));
        } catch (TimeoutException e) {
            throw new IllegalStateException("the broker at " + kafka.get("bootstrap.servers") + " does not answer", e);
        } catch (InterruptedException e) {
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }

    private Map<String, Object> consumerSettings() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.putAll(topics.consumerLimits());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG); // partitions are assigned by hand and nothing is committed
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"); // what was missed is asked for again
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return settings;
    }

    /** For the table of broadcasts, which begins at the beginning: where a record is missing, it must begin again. */
    private Map<String, Object> tableSettings() {
        Map<String, Object> settings = consumerSettings();
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50); // behind a waiting fetch each question waits, too
        return settings;
    }

    /** For the group that shares out broadcasts: who dies must be missed soon. */
    private Map<String, Object> memberSettings(Duration session) {
        Map<String, Object> settings = consumerSettings();
        int millis = Math.toIntExact(session.toMillis());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, Topics.BROADCASTS);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "styleinv-motion-" + config.replica());
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis / 4);
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.max(10_000, millis));
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return settings;
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.putAll(topics.producerLimits());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1000); // the engine waits no longer for an absent broker
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return settings;
    }
}
