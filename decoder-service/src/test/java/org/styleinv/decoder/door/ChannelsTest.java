package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import io.smallrye.reactive.messaging.memory.InMemorySink;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.broker.Ports;
import org.styleinv.decoder.engine.TinyModel;
import org.styleinv.decoder.kafka.DecoderChannels;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** The whole service on a broker, its outgoing channels in memory: what goes out where, and what is committed then. */
@QuarkusTest
@QuarkusTestResource(ChannelsTest.Surroundings.class)
@Timeout(120)
class ChannelsTest {
    private static final int REPLY = 3;

    @Inject
    @Any
    private InMemoryConnector channels;

    @Inject
    private DecoderProcess decoder;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    private String kafka;

    /** A broker, a model of random numbers, and channels that end in memory. */
    public static class Surroundings implements QuarkusTestResourceLifecycleManager {
        private Path folder;
        private EmbeddedBroker broker;

        @Override
        public Map<String, String> start() {
            try {
                folder = Files.createTempDirectory("styleinv-test-");
                TinyModel.write(folder.resolve("model"), 1);
            } catch (IOException e) {
                throw new IllegalStateException("the test's model cannot be made: " + e.getMessage(), e);
            }
            Topics.Settings topics = Topics.Settings.DEFAULTS;
            broker = EmbeddedBroker.start(
                    folder.resolve("broker"),
                    new EmbeddedBroker.Settings(topics.partitions(), topics.maxRecordBytes(), topics.retention()),
                    "localhost",
                    0);
            Map<String, String> settings = new HashMap<>();
            settings.putAll(
                    InMemoryConnector.switchOutgoingChannelsToInMemory(DecoderChannels.FRAMES, DecoderChannels.DEAD));
            settings.put("styleinv.model", folder.resolve("model").toString());
            settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
            settings.put("quarkus.grpc.server.test-port", Integer.toString(Ports.free()));
            settings.put("quarkus.http.test-port", "0");
            return settings;
        }

        @Override
        public void stop() {
            if (broker != null) {
                broker.close();
            }
            try {
                TinyModel.delete(folder);
            } catch (IOException e) {
                throw new IllegalStateException("the test's folder stays: " + e.getMessage(), e);
            }
        }
    }

    @Test
    void aFrameAndADeadLetterLeaveAndTheirLatentsAreCommitted() throws Exception {
        long first;
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            Latent latent = Latent.newBuilder()
                    .setStream("a")
                    .setIndex(7)
                    .addAllW(java.util.Collections.nCopies(32, 0.5F))
                    .setVariant(Topics.BASE)
                    .setEncoding(Encoding.RAW)
                    .setReplyPartition(REPLY)
                    .setModel(decoder.variants().get(0).digest())
                    .build();
            first = producer.send(record(latent.toByteArray()))
                    .get(30, TimeUnit.SECONDS)
                    .offset();
            producer.send(record("no latent".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .get(30, TimeUnit.SECONDS);
        }

        ProducerRecord<byte[], byte[]> sent = only(DecoderChannels.FRAMES);
        Frame frame = Frame.parseFrom(sent.value());
        assertEquals(Topics.frames(Topics.BASE), sent.topic());
        assertEquals(REPLY, sent.partition());
        assertEquals(Optional.of("a"), WireHeaders.text(sent.headers(), WireHeaders.STREAM));
        assertEquals(7, frame.getIndex());
        assertEquals(
                3 * TinyModel.SIDE * TinyModel.SIDE, frame.getImage().getData().size());

        ProducerRecord<byte[], byte[]> dead = only(DecoderChannels.DEAD);
        assertEquals(Topics.DEAD_LATENTS, dead.topic());
        assertEquals(Optional.of("bad-protobuf"), WireHeaders.text(dead.headers(), WireHeaders.REASON));

        awaitCommit(first + 2);
    }

    private static ProducerRecord<byte[], byte[]> record(byte[] value) {
        return new ProducerRecord<>(Topics.LATENTS, 0, new byte[] {'a'}, value);
    }

    private ProducerRecord<byte[], byte[]> only(String channel) throws InterruptedException {
        InMemorySink<ProducerRecord<byte[], byte[]>> sink = channels.sink(channel);
        while (sink.received().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertEquals(1, sink.received().size());
        return sink.received().get(0).getPayload();
    }

    private void awaitCommit(long end) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            String group = "styleinv.decoder.base";
            OffsetAndMetadata at;
            do {
                TimeUnit.MILLISECONDS.sleep(10);
                at = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get(30, TimeUnit.SECONDS)
                        .get(new TopicPartition(Topics.LATENTS, 0));
            } while (at == null || at.offset() < end);
            assertEquals(end, at.offset());
        }
    }
}
