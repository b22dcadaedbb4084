package org.styleinv.decoder.door;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.styleinv.decoder.DecoderConfig;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.FakeDecoder;
import org.styleinv.door.kafka.TopicsConfig;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Topics;
import org.styleinv.telemetry.trace.Traces;

/** The whole decoder service between a mock consumer and a mock producer. */
final class DecoderRig implements AutoCloseable {
    static final TopicPartition PARTITION = new TopicPartition(Topics.LATENTS, 0);

    final FakeDecoder decoder = new FakeDecoder();
    volatile MockConsumer<byte[], byte[]> consumer;
    final MockProducer<byte[], byte[]> producer;
    final DecoderProcess process;
    final List<String> groups = new java.util.concurrent.CopyOnWriteArrayList<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    /** Without a permit the broker takes no record, and sending one hangs. */
    final Semaphore taking = new Semaphore(1);

    private long offset;

    DecoderRig(boolean brokerAcks, int maxBatch) {
        this(brokerAcks, maxBatch, Optional.empty());
    }

    /** What it says is wrong, empty if it is well. */
    String complaint() {
        return process.health().because().orElse("");
    }

    /** Why it does not take the model that the folder holds, empty if it does. */
    String refusedModel() {
        return process.watch().flatMap(ModelWatch::refused).orElse("");
    }

    /** @param other a decoder in place of {@link #decoder} */
    DecoderRig(boolean brokerAcks, int maxBatch, Optional<Decoder> other) {
        this(brokerAcks, maxBatch, other, Optional.empty());
    }

    /** @param markKey of the service */
    DecoderRig(boolean brokerAcks, int maxBatch, Optional<Decoder> other, Optional<Path> markKey) {
        producer =
                new MockProducer<>(
                        cluster(), brokerAcks, new RoundRobin(), new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                        taking.acquireUninterruptibly(); // not under the lock of history()
                        taking.release();
                        return super.send(record, callback);
                    }
                };
        process = new DecoderProcess(
                new Config(maxBatch, markKey),
                new TopicsAsUsual(),
                Optional::empty,
                Traces.OFF,
                Map.of(),
                null,
                null,
                meters);
        process.start(() -> other.orElse(decoder), this::send, this::send, this::join, (group, before) -> {});
        await(() -> consumer != null && consumer.assignment().contains(PARTITION));
    }

    /** To the broker that the producer stands for. */
    void send(ProducerRecord<byte[], byte[]> record, java.util.function.Consumer<Throwable> settled) {
        producer.send(record, (metadata, failure) -> settled.accept(failure));
    }

    /** A member of a group that has read nothing yet. */
    private MockConsumer<byte[], byte[]> join(String group) {
        MockConsumer<byte[], byte[]> fresh = new MockConsumer<>("earliest");
        fresh.updatePartitions( // other decoders paint it
                Topics.frames("oil"), List.of(new PartitionInfo(Topics.frames("oil"), 0, null, null, null)));
        fresh.updateBeginningOffsets(Map.of(PARTITION, 0L));
        fresh.updateEndOffsets(Map.of(PARTITION, 0L));
        fresh.schedulePollTask(() -> fresh.rebalance(List.of(PARTITION)));
        consumer = fresh;
        groups.add(group);
        return fresh;
    }

    /** A process whose model is not there yet. */
    static DecoderProcess loading() {
        return new DecoderProcess(
                new Config(1, Optional.empty()),
                new TopicsAsUsual(),
                Optional::empty,
                Traces.OFF,
                Map.of(),
                null,
                null,
                new SimpleMeterRegistry());
    }

    private static final class RoundRobin implements org.apache.kafka.clients.producer.Partitioner {
        @Override
        public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] bytes, Cluster cluster) {
            return 0;
        }

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> configs) {}
    }

    private static Cluster cluster() {
        Node node = new Node(0, "nowhere", 1);
        List<PartitionInfo> partitions = List.of(
                        "styleinv.frames.base", "styleinv.frames.sketch", "styleinv.frames.oil", Topics.DEAD_LATENTS)
                .stream()
                .flatMap(topic -> IntStream.range(0, 4)
                        .mapToObj(p -> new PartitionInfo(topic, p, node, new Node[] {node}, new Node[] {node})))
                .toList();
        return new Cluster("test", List.of(node), partitions, java.util.Set.of(), java.util.Set.of());
    }

    static Latent.Builder latent(String stream, long index) {
        return Latent.newBuilder()
                .setStream(stream)
                .setIndex(index)
                .addAllW(List.of((float) (index % 100), 0f, 0f))
                .setEncoding(Encoding.RAW)
                .setReplyPartition(2);
    }

    /** Puts records in front of the reader, all at once. */
    void feed(byte[]... values) {
        MockConsumer<byte[], byte[]> now = consumer;
        now.schedulePollTask(() -> {
            for (byte[] value : values) {
                now.addRecord(new ConsumerRecord<>(
                        Topics.LATENTS, 0, offset++, "key".getBytes(StandardCharsets.UTF_8), value));
            }
        });
    }

    /** One record with a header more. */
    void feed(byte[] value, String header, String text) {
        consumer.schedulePollTask(() -> {
            ConsumerRecord<byte[], byte[]> record =
                    new ConsumerRecord<>(Topics.LATENTS, 0, offset++, "key".getBytes(StandardCharsets.UTF_8), value);
            record.headers().add(header, text.getBytes(StandardCharsets.UTF_8));
            consumer.addRecord(record);
        });
    }

    void feed(Latent.Builder... latents) {
        byte[][] values = new byte[latents.length][];
        for (int i = 0; i < latents.length; i++) {
            values[i] = latents[i].build().toByteArray();
        }
        feed(values);
    }

    List<ProducerRecord<byte[], byte[]>> records(String topic) {
        return List.copyOf(producer.history()).stream()
                .filter(record -> record.topic().equals(topic))
                .toList();
    }

    List<Frame> frames(String variant) {
        return records("styleinv.frames." + variant).stream()
                .map(record -> {
                    try {
                        return Frame.parseFrom(record.value());
                    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    /** Latents that wait for the engine. */
    int queued() {
        return (int) meters.get("styleinv.decoder.queue").gauge().value();
    }

    long committed() {
        OffsetAndMetadata committed =
                consumer.committed(java.util.Set.of(PARTITION)).get(PARTITION);
        return committed == null ? -1 : committed.offset();
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not happen in 20 s");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        decoder.gate.release(1_000_000);
        process.stop(null);
    }

    static DecoderConfig config(int maxBatch) {
        return new Config(maxBatch, Optional.empty());
    }

    private record Config(int maxBatch, Optional<Path> markKey) implements DecoderConfig {
        @Override
        public int markOwner() {
            return 5;
        }

        @Override
        public Optional<String> style() {
            return Optional.empty();
        }

        @Override
        public Optional<Path> model() {
            return Optional.empty();
        }

        @Override
        public Duration maxWait() {
            return Duration.ofMillis(20);
        }

        @Override
        public int queue() {
            return 64;
        }

        @Override
        public int encoders() {
            return 1;
        }

        @Override
        public float jpegQuality() {
            return 0.9f;
        }

        @Override
        public Duration reloadEvery() {
            return Duration.ofMillis(100);
        }

        @Override
        public Duration stuckAfter() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration restartAfter() {
            return Duration.ofSeconds(2);
        }

        @Override
        public Duration sessionTimeout() {
            return Duration.ofSeconds(6);
        }
    }

    private static final class TopicsAsUsual implements TopicsConfig {
        @Override
        public int partitions() {
            return 4;
        }

        @Override
        public short replication() {
            return 1;
        }

        @Override
        public Duration retention() {
            return Duration.ofMinutes(10);
        }

        @Override
        public Duration deadRetention() {
            return Duration.ofDays(7);
        }

        @Override
        public int maxRecordBytes() {
            return 8 << 20;
        }
    }
}
