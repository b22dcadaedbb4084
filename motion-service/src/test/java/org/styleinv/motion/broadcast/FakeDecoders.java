package org.styleinv.motion.broadcast;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.styleinv.fixture.TestBroker;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Topics;

/** Encoder and decoders by gRPC, and decoders on Kafka whose picture of a latent is its numbers. */
public final class FakeDecoders implements AutoCloseable {
    private static final int SIDE = 2; // of a frame

    private final FakePeers peers;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Thread thread = new Thread(this::paint, "fake-decoders");
    private volatile boolean closed;

    public FakeDecoders(String kafka) throws IOException {
        peers = new FakePeers(SIDE);
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka, //
                        "group.id",
                        "fake-decoders",
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false), // a test makes the topics anew: how far the old ones were read means nothing
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        producer = TestBroker.producer(kafka);
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return peers.port();
    }

    private void paint() {
        try (consumer) {
            consumer.subscribe(List.of(Topics.LATENTS));
            while (!closed) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    Latent latent = Latent.parseFrom(record.value());
                    if (!latent.getCancel() && latent.getDeadlineMs() > System.currentTimeMillis()) {
                        producer.send(new ProducerRecord<>(
                                Topics.frames(latent.getVariant()),
                                latent.getReplyPartition(),
                                record.key(),
                                frame(latent).toByteArray()));
                    }
                }
            }
        } catch (WakeupException e) {
            // closed
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static Frame frame(Latent latent) {
        return Frame.newBuilder()
                .setStream(latent.getStream())
                .setIndex(latent.getIndex())
                .setPresentationUs(latent.getPresentationUs())
                .setVariant(latent.getVariant())
                .setModel("fake-decoder")
                .setImage(Image.newBuilder()
                        .setEncoding(latent.getEncoding())
                        .setWidth(SIDE)
                        .setHeight(SIDE)
                        .setData(ByteString.copyFromUtf8(latent.getWList().toString())))
                .build();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        consumer.wakeup();
        thread.join();
        producer.close(Duration.ZERO);
        peers.close();
    }
}
