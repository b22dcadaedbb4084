package org.styleinv.motion.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import io.smallrye.reactive.messaging.memory.InMemorySink;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.broker.Ports;
import org.styleinv.motion.engine.TinyModel;
import org.styleinv.motion.kafka.MotionChannels;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.Latent;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.SynthesizeResponse;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.VariantsResponse;
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

    /** A broker, a model of random numbers, a decoder that paints black, and channels that end in memory. */
    public static class Surroundings implements QuarkusTestResourceLifecycleManager {
        private Path folder;
        private EmbeddedBroker broker;
        private Server decoder;

        @Override
        public Map<String, String> start() {
            try {
                folder = Files.createTempDirectory("styleinv-test-");
                TinyModel.write(folder.resolve("model"), true);
                decoder = NettyServerBuilder.forPort(0)
                        .addService(new Black())
                        .build()
                        .start();
            } catch (IOException e) {
                throw new IllegalStateException("the test has no model or no decoder: " + e.getMessage(), e);
            }
            Topics.Settings topics = Topics.Settings.DEFAULTS;
            broker = EmbeddedBroker.start(
                    folder.resolve("broker"),
                    new EmbeddedBroker.Settings(topics.partitions(), topics.maxRecordBytes(), topics.retention()),
                    "localhost",
                    0);
            Map<String, String> settings = new HashMap<>();
            settings.putAll(
                    InMemoryConnector.switchOutgoingChannelsToInMemory(MotionChannels.LATENTS, MotionChannels.DEAD));
            settings.put("styleinv.model", folder.resolve("model").toString());
            settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
            settings.put("quarkus.grpc.server.test-port", Integer.toString(Ports.free()));
            settings.put("quarkus.grpc.clients.decoder.test-port", Integer.toString(decoder.getPort()));
            settings.put("quarkus.grpc.clients.encoder.test-port", Integer.toString(decoder.getPort()));
            settings.put("quarkus.http.test-port", "0");
            return settings;
        }

        @Override
        public void stop() {
            if (broker != null) {
                broker.close();
            }
            if (decoder != null) {
                decoder.shutdownNow();
            }
            try (Stream<Path> content = Files.walk(folder)) {
                content.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            } catch (IOException e) {
                throw new IllegalStateException("the test's folder stays: " + e.getMessage(), e);
            }
        }
    }

    private static final class Black extends DecoderGrpc.DecoderImplBase {
        @Override
        public void synthesize(SynthesizeRequest request, StreamObserver<SynthesizeResponse> client) {
            client.onNext(SynthesizeResponse.newBuilder()
                    .setImage(Image.newBuilder().setData(ByteString.copyFrom(new byte[PIXELS * Float.BYTES])))
                    .build());
            client.onCompleted();
        }

        @Override
        public void variants(VariantsRequest request, StreamObserver<VariantsResponse> client) {
            client.onNext(VariantsResponse.newBuilder()
                    .addVariants(Variant.newBuilder().setName(Topics.BASE))
                    .build());
            client.onCompleted();
        }
    }

    @Test
    void latentsLeaveInOrderAndWhatIsNoFrameIsADeadLetter() throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            Iterator<Frame> frames = MotionGrpc.newBlockingStub(channel)
                    .withWaitForReady()
                    .generateStream(GenerateRequest.newBuilder()
                            .setW0(W.newBuilder().addAllValues(Collections.nCopies(TinyModel.WIDTH, 0F)))
                            .setFrameCount(2)
                            .setEncoding(Encoding.RAW)
                            .build());
            List<ProducerRecord<byte[], byte[]>> sent = sent(MotionChannels.LATENTS, 2);
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
            ProducerRecord<byte[], byte[]> dead = sent(MotionChannels.DEAD, 1).get(0);
            assertEquals(Topics.DEAD_FRAMES, dead.topic());
            assertEquals(Optional.of("bad-protobuf"), WireHeaders.text(dead.headers(), WireHeaders.REASON));

            for (ProducerRecord<byte[], byte[]> latent : sent) {
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

    private List<ProducerRecord<byte[], byte[]>> sent(String channel, int count) throws InterruptedException {
        InMemorySink<ProducerRecord<byte[], byte[]>> sink = channels.sink(channel);
        while (sink.received().size() < count) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return sink.received().stream()
                .map(message -> message.getPayload())
                .limit(count)
                .toList();
    }
}
