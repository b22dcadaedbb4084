package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.Pace;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.SynthesizeResponse;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.wire.Topics;

/** Models are published into the folder of a running mesh. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(180)
class ModelSwapTest {
    private static final long OTHER = 100; // seed of another generator for the same encoder and motion

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @ConfigProperty(name = "styleinv.model")
    Path live;

    private StreamClient client;
    private ManagedChannel channel;
    private DecoderGrpc.DecoderBlockingStub decoder;

    @BeforeEach
    void connect() {
        Duration patience = Duration.ofSeconds(30);
        client = StreamClient.connect( // a short window: what is read was painted a moment ago
                List.of("localhost:" + port), new StreamClient.Settings(4, patience, patience, patience));
        channel = StreamClient.channel("localhost:" + port);
        decoder = DecoderGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void restore() throws Exception {
        publish(TestMesh.SEED, "sketch");
        client.close();
        channel.shutdownNow();
    }

    private static GenerateRequest.Builder face() {
        return GenerateRequest.newBuilder().setSeed(1).setMotionSeed(7).setEncoding(Encoding.RAW);
    }

    /** Makes a model, puts it where the mesh looks, and waits until the decoder serves it; its digest. */
    private String publish(long generator, String... variants) throws Exception {
        Path made = live.resolveSibling(live.getFileName() + ".new");
        String digest = TinyModel.write(made, TestMesh.RESOLUTION, TestMesh.WIDTH, TestMesh.SEED, generator, variants)
                .digest();
        put(made);
        while (!served().equals(digest) || served(Variant::getName).size() != 1 + variants.length) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return digest;
    }

    /** Waits until encoder and motion have the model, too: each service looks at a moment of its own. */
    private void settle(String digest) throws Exception {
        var picture = Image.newBuilder()
                .setEncoding(Encoding.RAW)
                .setWidth(TestMesh.RESOLUTION)
                .setHeight(TestMesh.RESOLUTION)
                .setData(ByteString.copyFrom(new byte[3 * TestMesh.RESOLUTION * TestMesh.RESOLUTION]))
                .build();
        while (!EncoderGrpc.newBlockingStub(channel)
                        .invert(InvertRequest.newBuilder().setImage(picture).build())
                        .getModel()
                        .equals(digest)
                || !MotionGrpc.newBlockingStub(channel)
                        .generateLatents(face().setFrameCount(1).build())
                        .next()
                        .getModel()
                        .equals(digest)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void put(Path made) throws IOException {
        Path old = live.resolveSibling(live.getFileName() + ".old");
        Files.move(live, old, StandardCopyOption.ATOMIC_MOVE);
        Files.move(made, live, StandardCopyOption.ATOMIC_MOVE);
        Stopping.delete(old);
    }

    private <T> List<T> served(java.util.function.Function<Variant, T> what) {
        return decoder.variants(VariantsRequest.getDefaultInstance()).getVariantsList().stream()
                .map(what)
                .toList();
    }

    private String served() {
        return served(Variant::getModel).get(0);
    }

    private long refused() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            return admin
                    .listOffsets(Map.of(new TopicPartition(Topics.DEAD_LATENTS, 0), OffsetSpec.latest()))
                    .all()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        }
    }

    @Test
    @Tag("thorough")
    void aStreamSeesEveryFrameOnceWhileModelsAreSwapped() throws Exception {
        swaps(4);
    }

    @Test
    @Tag("long")
    @Timeout(1200)
    void aStreamSeesEveryFrameOnceThroughFiftySwaps() throws Exception {
        swaps(50);
    }

    /** Frames are asked for at 30 a second, models come as fast as the decoder takes them. */
    private void swaps(int count) throws Exception {
        String first = publish(TestMesh.SEED, "sketch");
        settle(first); // or the stream may begin with the motion of the model before
        long refused = refused();
        List<Frame> frames = new ArrayList<>();
        List<String> labels = new ArrayList<>(List.of(first));
        try (FrameStream stream = client.stream(face().setPace(Pace.REAL_TIME).build())) {
            take(stream, first, frames);
            for (int swap = 1; swap <= count; swap++) {
                String digest = publish(swap % 2 == 0 ? TestMesh.SEED : OTHER, "sketch");
                labels.add(digest);
                take(stream, digest, frames);
            }
            assertEquals(0, stream.reconnections());
        }
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            assertEquals(i, frame.getIndex());
            if (seen.isEmpty() || !seen.get(seen.size() - 1).equals(frame.getModel())) {
                seen.add(frame.getModel());
            }
        }
        assertEquals(labels, seen, "each model painted one run of frames");
        assertEquals(refused, refused(), "a frame was refused");
        check(frames);
    }

    /** Reads on until three frames of that model have come. */
    private static void take(Iterator<Frame> stream, String model, List<Frame> frames) {
        for (int own = 0; own < 3; ) {
            Frame frame = stream.next();
            frames.add(frame);
            own += frame.getModel().equals(model) ? 1 : 0;
        }
    }

    /** Holds each frame against what the model that it names makes of its latent. */
    private void check(List<Frame> frames) throws Exception {
        settle(publish(TestMesh.SEED, "sketch"));
        List<Latent> latents = new ArrayList<>(); // the stream began with this model, so its latents are these
        MotionGrpc.newBlockingStub(channel)
                .generateLatents(face().setFrameCount(frames.size()).build())
                .forEachRemaining(latents::add);
        Map<String, Map<Long, String>> truth = new HashMap<>();
        for (long generator : new long[] {TestMesh.SEED, OTHER}) {
            String digest = publish(generator, "sketch");
            Map<Long, String> own = truth.computeIfAbsent(digest, key -> new HashMap<>());
            for (Frame frame : frames) {
                if (frame.getModel().equals(digest)) {
                    own.put(frame.getIndex(), paint(latents.get((int) frame.getIndex()), digest));
                }
            }
        }
        assertEquals(2, truth.size());
        for (Frame frame : frames) {
            assertEquals(
                    latents.get(0).getModel(), frame.getMotion(), "the motion is that which the stream began with");
            assertEquals(
                    truth.get(frame.getModel()).get(frame.getIndex()),
                    Pixels.of(frame.getImage()).sha256(),
                    "frame " + frame.getIndex() + " is not what its model paints");
        }
    }

    private String paint(Latent latent, String model) {
        SynthesizeResponse painted = decoder.synthesize(SynthesizeRequest.newBuilder()
                .addAllW(latent.getWList())
                .setEncoding(Encoding.RAW)
                .build());
        assertEquals(model, painted.getModel());
        return Pixels.of(painted.getImage()).sha256();
    }

    @Test
    void variantsComeAndGoUnderARunningStream() throws Exception {
        publish(TestMesh.SEED, "sketch");
        long refused = refused();
        try (FrameStream stream = client.stream(face().setPace(Pace.REAL_TIME).build())) {
            assertEquals(0, stream.next().getIndex());
            publish(TestMesh.SEED, "sketch", "oil");
            try (FrameStream oil =
                    client.stream(face().setVariant("oil").setFrameCount(5).build())) {
                List<Frame> frames = new ArrayList<>();
                oil.forEachRemaining(frames::add);
                assertEquals(5, frames.size());
                assertEquals("oil", frames.get(4).getVariant());
                assertEquals(served(Variant::getModel).get(1), frames.get(4).getModel());
            }
            publish(TestMesh.SEED, "sketch");
            long next = 1;
            long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            while (System.nanoTime() < until) {
                assertEquals(next++, stream.next().getIndex());
            }
            assertEquals(0, stream.reconnections());
        }
        assertEquals(refused, refused(), "a frame was refused");
    }

    @Test
    void aModelIsTakenByEncoderAndMotionToo() throws Exception {
        settle(publish(OTHER, "sketch"));
    }

    @Test
    void aModelThatDoesNotFitLeavesTheOldOneServing() throws Exception {
        String before = publish(TestMesh.SEED, "sketch");
        Path made = live.resolveSibling(live.getFileName() + ".new");
        TinyModel.write(made, 2 * TestMesh.RESOLUTION, TestMesh.WIDTH, TestMesh.SEED);
        put(made);
        String refused = "";
        while (refused.isEmpty()) {
            refused = decoder.variants(VariantsRequest.getDefaultInstance()).getModelRefused();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertTrue(refused.contains("frames of 32 pixels") && refused.contains("restart every service"), refused);
        assertEquals(before, served());
        try (FrameStream stream = client.stream(face().setFrameCount(3).build())) {
            assertEquals(before, stream.next().getModel());
        }
    }
}
