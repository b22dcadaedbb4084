package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.decoder.engine.TinyModel;
import org.styleinv.decoder.kafka.DecoderChannels;
import org.styleinv.fixture.Sent;
import org.styleinv.fixture.ServiceSurroundings;
import org.styleinv.fixture.TestBroker;
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

    /** Its model is of random numbers. */
    public static class Surroundings extends ServiceSurroundings {
        public Surroundings() {
            super(DecoderChannels.FRAMES, DecoderChannels.DEAD);
        }

        @Override
        protected void write(Path model) throws IOException {
            TinyModel.write(model, 1);
        }
    }

    @Test
    void aFrameAndADeadLetterLeaveAndTheirLatentsAreCommitted() throws Exception {
        long first;
        try (var producer = TestBroker.producer(kafka)) {
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
        List<ProducerRecord<byte[], byte[]>> sent = Sent.await(channels, channel, 1);
        assertEquals(1, sent.size());
        return sent.get(0);
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
