package org.styleinv.decoder.door;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.OnOverflow.Strategy;
import org.jboss.logging.Logger;
import org.styleinv.decoder.DecoderConfig;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.FrameMarker;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.decoder.kafka.DecoderChannels;
import org.styleinv.decoder.kafka.DecoderKafka;
import org.styleinv.decoder.kafka.FrameWriter;
import org.styleinv.decoder.kafka.LatentReader;
import org.styleinv.decoder.work.DecoderHost;
import org.styleinv.decoder.work.Painter;
import org.styleinv.decoder.work.WorkQueue;
import org.styleinv.door.Health;
import org.styleinv.door.kafka.ChannelSink;
import org.styleinv.door.kafka.RecordSink;
import org.styleinv.door.kafka.SealConfig;
import org.styleinv.door.kafka.SealingSink;
import org.styleinv.door.kafka.TopicKeeper;
import org.styleinv.door.kafka.TopicsConfig;
import org.styleinv.door.meter.DeviceMemory;
import org.styleinv.door.meter.Meters;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.serving.ModelLoader;
import org.styleinv.network.serving.ModelSwap;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Topics;
import org.styleinv.telemetry.trace.Traces;

/** Puts the service together: model, engine thread, latents in, frames out; starts and stops them in that order. */
@ApplicationScoped
@SuppressWarnings("NullAway.Init") // most of it is made when the service starts
class DecoderProcess {
    private static final Logger LOG = Logger.getLogger(DecoderProcess.class);

    /** How long painting waits where the broker takes no frames. */
    private static final Duration ROOM = Duration.ofSeconds(5);

    private final DecoderConfig config;
    private final DecoderKafka kafka;
    private final MeterRegistry meters;
    private final ChannelSink frames;
    private final ChannelSink dead;
    private final RecordSeal seal;
    private final Traces traces;
    private final WorkQueue queue = new WorkQueue();
    private FrameMarker marker;
    private FrameWriter writer;
    private Painter painter;
    private TopicKeeper keeper;
    private ModelWatch watch;
    private volatile LatentReader reader;
    private volatile List<Decoder.Variant> variants = List.of(); // none while the service starts

    DecoderProcess(
            DecoderConfig config,
            TopicsConfig topics,
            SealConfig seal,
            Traces traces,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            @Channel(DecoderChannels.FRAMES) @OnOverflow(value = Strategy.BUFFER, bufferSize = ChannelSink.BUFFER)
                    Emitter<ProducerRecord<byte[], byte[]>> frames,
            @Channel(DecoderChannels.DEAD) @OnOverflow(value = Strategy.BUFFER, bufferSize = ChannelSink.BUFFER)
                    Emitter<ProducerRecord<byte[], byte[]>> dead,
            MeterRegistry meters) {
        this.config = config;
        this.seal = seal.seal();
        this.traces = traces;
        this.kafka = new DecoderKafka(kafka, topics.settings());
        this.frames = new ChannelSink(DecoderChannels.FRAMES, frames, ROOM);
        this.dead = new ChannelSink(DecoderChannels.DEAD, dead, ROOM);
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        config.check();
        Path folder = ModelLoader.folder("decoder-service", config.model());
        AtomicReference<String> identity = new AtomicReference<>("");
        start(
                () -> load(folder, identity),
                frames,
                dead,
                group -> kafka.member(group, config.sessionTimeout()),
                (group, before) -> kafka.move(group, before, names(variants)));
        if (!seal.isOn()) {
            LOG.info("latents are not sealed, so whoever reaches Kafka may forge them (styleinv.seal.keys)");
        }
        DeviceMemory.show(meters, ComputeDevice::memoryInUse);
        LOG.infof(
                "decoder paints variants=%s model=%s folder=%s marked=%s",
                names(variants), variants.get(0).digest(), folder, marker.isOn());
        keeper = new TopicKeeper("decoder-topics", kafka::admin, kafka.topics(), () -> names(variants), this::remade);
        keeper.start();
        watch(folder, Objects.requireNonNull(identity.get()), this::topics);
    }

    private void remade(String topic) {
        if (topic.equals(Topics.LATENTS)) {
            reader.loop().again();
        }
    }

    /** The model, and what it was loaded from: taken before, so that a change meanwhile is seen by the first look. */
    private Decoder load(Path folder, AtomicReference<String> identity) {
        try {
            identity.set(NetworkDecoder.identity(ModelFolder.open(folder)));
        } catch (IOException e) {
            LOG.debug("the decoder says the same in a moment", e);
        }
        return NetworkDecoder.load(folder, config.style());
    }

    /** Looks at the folder for a new model from now on. */
    void watch(Path folder, String identity, Consumer<List<Decoder.Variant>> topics) {
        watch = new ModelWatch(
                folder, config.reloadEvery(), "decoder-model", swap(ModelJudge.networks(folder), identity, topics));
        ModelWatch looking = watch;
        Meters.gauge(
                meters,
                "styleinv.decoder.model.refused",
                "1 while the folder holds a model that is refused, else 0",
                () -> looking.refused().isPresent() ? 1 : 0);
        watch.start();
    }

    /**
     * Starts with a model and a Kafka of the caller's.
     *
     * @param prepare for a consumer group
     */
    void start(
            Supplier<Decoder> load,
            RecordSink frames,
            RecordSink dead,
            Function<String, org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
            LatentReader.Moves prepare) {
        writer = new FrameWriter(new SealingSink(frames, seal), dead, queue::offer, meters);
        marker = FrameMarker.of(config.markKey(), config.markOwner());
        painter = new Painter(load, this::announce, queue, config, marker, meters);
        painter.start();
        reader = new LatentReader(
                consumers,
                prepare,
                queue,
                writer,
                variants,
                kafka.topics().partitions(),
                config.queue(),
                painter::reads,
                seal,
                traces,
                meters);
        reader.loop().meter(meters);
        reader.start();
    }

    /** How the running model is replaced. */
    ModelSwap<Decoder> swap(Set<String> networks, String identity, Consumer<List<Decoder.Variant>> topics) {
        return new ModelSwap<>(
                networks, identity, variants.get(0).size(), new DecoderHost(config.style(), painter, topics, meters));
    }

    private void announce(List<Decoder.Variant> now) {
        variants = now;
        LatentReader reading = reader;
        if (reading != null) {
            reading.paints(now);
        }
    }

    /** Paints with another model from the next batch on. */
    CompletableFuture<Void> replace(Decoder next) {
        return painter.replace(next);
    }

    private static List<String> names(List<Decoder.Variant> variants) {
        return variants.stream().map(Decoder.Variant::name).sorted().toList();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (keeper != null) {
            keeper.close();
        }
        if (watch != null) {
            watch.close();
        }
        if (reader != null) {
            reader.close();
        }
        if (painter != null) {
            painter.close();
        }
    }

    /** Calls the model on its own thread. */
    <T> CompletableFuture<T> call(Function<Decoder, T> body) {
        return painter.call(body);
    }

    List<Decoder.Variant> variants() {
        return variants;
    }

    /** Whether there is a model: the gRPC port opens before it is loaded. */
    boolean started() {
        return !variants.isEmpty();
    }

    FrameMarker marker() {
        return marker;
    }

    float jpegQuality() {
        return config.jpegQuality();
    }

    /** How the service is. */
    Health health() {
        if (!started() || reader == null) {
            return Health.trouble("decoder", "the decoder has not started");
        }
        Duration limit = config.stuckAfter();
        return Health.first(
                painter.able(), // then the reader waits, too
                Health.of("decoder-model", watch().flatMap(ModelWatch::stuck)),
                keeper == null ? Health.WELL : keeper.health(),
                reader.loop().health(limit, kafka.address()),
                frames.health(limit),
                dead.health(limit),
                painter.health(limit));
    }

    /** In trouble where nothing can be painted here though Kafka may be well. */
    Health able() {
        return painter == null ? Health.WELL : painter.able();
    }

    /** The watch of the model's folder; none while the service starts. */
    Optional<ModelWatch> watch() {
        return Optional.ofNullable(watch);
    }

    /** A variant is announced when its frames have a topic. */
    private void topics(List<Decoder.Variant> next) {
        try {
            kafka.prepare(names(next));
        } catch (DecoderKafka.BrokerAway e) {
            throw new ModelWatch.NotYet("the new model waits: " + e.getMessage(), e);
        }
    }
}
