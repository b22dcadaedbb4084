package org.styleinv.motion.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.fixture.Sent;
import org.styleinv.fixture.ServiceSurroundings;
import org.styleinv.fixture.TestBroker;
import org.styleinv.motion.broadcast.FakePeers;
import org.styleinv.motion.engine.TinyModel;
import org.styleinv.motion.kafka.MotionChannels;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.Latent;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.W;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** The whole service on a broker, its outgoing channels in memory: what goes out for a stream, and what comes back to it. */
@QuarkusTest
@QuarkusTestResource(ChannelsTest.Surroundings.class)
@Timeout(120)
class ChannelsTest {
    private static final int PIXELS = 3 * TinyModel.RESOLUTION * TinyModel.RESOLUTION;

    @Inject
    @Any
    private InMemoryConnector channels;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    private String kafka;

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    private int port;

    /** Its model is of random numbers, and its decoder paints black. */
    public static class Surroundings extends ServiceSurroundings {
        private @Nullable FakePeers peers;

        public Surroundings() {
            super(MotionChannels.LATENTS, MotionChannels.DEAD);
        }

        @Override
        protected void write(Path model) throws IOException {
            TinyModel.write(model, true);
        }

        @Override
        protected void add(Map<String, String> settings) throws IOException {
            peers = new FakePeers(TinyModel.RESOLUTION);
            settings.put("quarkus.grpc.clients.decoder.test-port", Integer.toString(peers.port()));
            settings.put("quarkus.grpc.clients.encoder.test-port", Integer.toString(peers.port()));
        }

        @Override
        public void stop() {
            super.stop();
            if (peers != null) {
                peers.close();
            }
        }
    }

    @Test
    void latentsLeaveInOrderAndWhatIsNoFrameIsADeadLetter() throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
        try (var producer = TestBroker.producer(kafka)) {
            Iterator<Frame> frames = MotionGrpc.newBlockingStub(channel)
                    .withWaitForReady()
                    .generateStream(GenerateRequest.newBuilder()
                            .setW0(W.newBuilder().addAllValues(Collections.nCopies(TinyModel.WIDTH, 0F)))
                            .setFrameCount(2)
                            .setEncoding(Encoding.RAW)
                            .build());
            List<ProducerRecord<byte[], byte[]>> sent = Sent.await(channels, MotionChannels.LATENTS, 2);
            Latent first = Latent.parseFrom(sent.get(0).value());
            for (int i = 0; i < 2; i++) {
                ProducerRecord<byte[], byte[]> record = sent.get(i);
                assertEquals(Topics.LATENTS, record.topic());
                assertEquals(first.getStream(), new String(record.key(), StandardCharsets.UTF_8));
                assertEquals(Optional.of("" + i), WireHeaders.text(record.headers(), WireHeaders.INDEX));
                assertEquals(i, Latent.parseFrom(record.value()).getIndex());
            }

            String topic = Topics.frames(Topics.BASE);
            byte[] junk = "no frame".getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(
                    topic, first.getReplyPartition(), sent.get(0).key(), junk));
            ProducerRecord<byte[], byte[]> dead =
                    Sent.await(channels, MotionChannels.DEAD, 1).get(0);
            assertEquals(Topics.DEAD_FRAMES, dead.topic());
            assertEquals(Optional.of("bad-protobuf"), WireHeaders.text(dead.headers(), WireHeaders.REASON));

            for (ProducerRecord<byte[], byte[]> latent : sent.subList(0, 2)) {
                producer.send(new ProducerRecord<>(
                        topic,
                        first.getReplyPartition(),
                        latent.key(),
                        black(Latent.parseFrom(latent.value())).toByteArray()));
            }
            assertEquals(0, frames.next().getIndex());
            assertEquals(1, frames.next().getIndex());
            assertFalse(frames.hasNext());
        } finally {
            channel.shutdownNow();
            assertTrue(channel.awaitTermination(30, TimeUnit.SECONDS));
        }
    }

    private static Frame black(Latent latent) {
        return Frame.newBuilder()
                .setStream(latent.getStream())
                .setIndex(latent.getIndex())
                .setPresentationUs(latent.getPresentationUs())
                .setVariant(latent.getVariant())
                .setModel(latent.getModel())
                .setImage(Image.newBuilder()
                        .setEncoding(Encoding.RAW)
                        .setWidth(TinyModel.RESOLUTION)
                        .setHeight(TinyModel.RESOLUTION)
                        .setData(ByteString.copyFrom(new byte[PIXELS])))
                .build();
    }
}
