package org.styleinv.motion.broadcast;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;
import org.styleinv.proto.Latent;
import org.styleinv.proto.MapRequest;
import org.styleinv.proto.MapResponse;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.SynthesizeResponse;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.VariantsResponse;
import org.styleinv.proto.wire.Topics;

/** Encoder and decoders by gRPC, and decoders on Kafka whose picture of a latent is its numbers. */
public final class FakeDecoders implements AutoCloseable {
    private final Server server;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread = new Thread(this::paint, "fake-decoders");
    private volatile boolean closed;

    public FakeDecoders(String kafka) throws IOException {
        server = NettyServerBuilder.forPort(0)
                .addService(new Door())
                .addService(new Encoder())
                .build()
                .start();
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
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer());
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getPort();
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
                        .setWidth(2)
                        .setHeight(2)
                        .setData(ByteString.copyFromUtf8(latent.getWList().toString())))
                .build();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        consumer.wakeup();
        thread.join();
        producer.close(Duration.ZERO);
        server.shutdownNow();
    }

    private static final class Door extends DecoderGrpc.DecoderImplBase {
        @Override
        public void map(MapRequest request, StreamObserver<MapResponse> client) {
            client.onNext(MapResponse.newBuilder()
                    .addAllW(List.of((float) request.getSeed(), 0f, 0f, 0f))
                    .build());
            client.onCompleted();
        }

        @Override
        public void synthesize(SynthesizeRequest request, StreamObserver<SynthesizeResponse> client) {
            client.onNext(SynthesizeResponse.newBuilder()
                    .setImage(Image.newBuilder().setData(ByteString.copyFrom(new byte[12 * Float.BYTES])))
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

    private static final class Encoder extends EncoderGrpc.EncoderImplBase {
        @Override
        public void invert(InvertRequest request, StreamObserver<InvertResponse> client) {
            client.onNext(InvertResponse.newBuilder()
                    .addAllW0(List.of(41f, 0f, 0f, 0f))
                    .build());
            client.onCompleted();
        }
    }
}
