package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.command.Run;
import org.styleinv.mesh.fault.watch.KafkaWitness;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.wire.Topics;

/** The whole way of a frame with a real broker: every service, gRPC and Kafka, in one process. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(120)
class MeshTest {
    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @TempDir
    private Path folder;

    private StreamClient client;

    @BeforeEach
    void connect() {
        client = StreamClient.connect(List.of(address()));
    }

    @AfterEach
    void close() {
        client.close();
    }

    private String address() {
        return "localhost:" + port;
    }

    private static GenerateRequest.Builder face(long seed) {
        return GenerateRequest.newBuilder().setSeed(seed).setMotionSeed(7).setEncoding(Encoding.RAW);
    }

    private Map<Long, String> hashes(GenerateRequest.Builder request) {
        Map<Long, String> hashes = new TreeMap<>();
        try (FrameStream stream = client.stream(request.build())) {
            stream.forEachRemaining(frame ->
                    hashes.put(frame.getIndex(), Pixels.of(frame.getImage()).sha256()));
        }
        return hashes;
    }

    @Test
    void framesComeInOrderAndKafkaShowsTheSame() throws Exception {
        try (var witness = new KafkaWitness(kafka, Topics.BASE);
                FrameStream stream = client.stream(face(1).setFrameCount(100).build())) {
            Map<Long, String> streamed = new TreeMap<>();
            String id = "";
            for (long index = 0; index < 100; index++) {
                Frame frame = stream.next();
                assertEquals(index, frame.getIndex());
                assertEquals(Math.round(index * 1e6 / 30), frame.getPresentationUs(), 1);
                streamed.put(index, Pixels.of(frame.getImage()).sha256());
                id = frame.getStream();
            }
            assertEquals(0, stream.reconnections());
            assertEquals(streamed, witness.await(id, streamed.keySet(), Duration.ofSeconds(20)));
            assertTrue(streamed.values().stream().distinct().count() > 50, "the video hardly moves");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, 16, 29})
    void aFrameAloneIsTheFrameInTheSequence(long index) {
        Map<Long, String> sequence = hashes(face(2).setFrameCount(30));
        assertEquals(
                Map.of(index, sequence.get(index)),
                hashes(face(2).setFirstIndex(index).setFrameCount(1)));
    }

    @Test
    void framesFarOutAreAsCertain() {
        long far = 1_000_000_000_000L;
        Map<Long, String> sequence = hashes(face(2).setFirstIndex(far).setFrameCount(20));
        assertEquals(
                sequence.get(far + 13),
                hashes(face(2).setFirstIndex(far + 13).setFrameCount(1)).get(far + 13));
        assertTrue(sequence.values().stream().distinct().count() > 10, "the video stands still at index 10^12");
    }

    @Test
    void backwardsShowsTheSameFrames() {
        Map<Long, String> forwards = hashes(face(3).setFrameCount(20));
        List<Long> order = new ArrayList<>();
        Map<Long, String> backwards = new TreeMap<>();
        try (FrameStream stream =
                client.stream(face(3).setFirstIndex(19).setTimeStep(-1).build())) {
            stream.forEachRemaining(frame -> {
                order.add(frame.getIndex());
                backwards.put(frame.getIndex(), Pixels.of(frame.getImage()).sha256());
            });
        }
        assertEquals(
                LongStream.iterate(19, index -> index >= 0, index -> index - 1)
                        .boxed()
                        .toList(),
                order);
        assertEquals(forwards, backwards);
    }

    @Test
    void aNeighbourChangesNothingAndEveryoneIsServed() throws Exception {
        Map<Long, String> alone = hashes(face(4).setFrameCount(40));
        List<CompletableFuture<Map<Long, String>>> crowd = Stream.of(4L, 5L, 6L, 4L)
                .map(seed ->
                        CompletableFuture.supplyAsync(() -> hashes(face(seed).setFrameCount(40))))
                .toList();
        assertEquals(alone, crowd.get(0).get(60, TimeUnit.SECONDS));
        assertEquals(alone, crowd.get(3).get(60, TimeUnit.SECONDS));
        assertNotEquals(alone, crowd.get(1).get(60, TimeUnit.SECONDS));
        assertEquals(40, crowd.get(2).get(60, TimeUnit.SECONDS).size());
    }

    @Test
    void encodingsCarryTheSamePixels() {
        assertEquals(
                hashes(face(8).setFrameCount(5)),
                hashes(face(8).setFrameCount(5).setEncoding(Encoding.PNG)));
    }

    @Test
    void aVariantPaintsOtherFramesOfTheSameMotion() {
        Map<Long, String> base = hashes(face(8).setFrameCount(5));
        Map<Long, String> sketch = hashes(face(8).setFrameCount(5).setVariant("sketch"));
        assertEquals(base.keySet(), sketch.keySet());
        assertNotEquals(base, sketch);
    }

    @Test
    void aLongStreamTakesNoMoreMemory() {
        constantMemory(1_000);
    }

    @Test
    @Tag("long")
    @Timeout(1200)
    void aVeryLongStreamTakesNoMoreMemory() {
        constantMemory(10_000);
    }

    private void constantMemory(int frames) {
        long early = 0;
        try (FrameStream stream = client.stream(face(12).setFrameCount(frames).build())) {
            for (int i = 0; i < frames; i++) {
                assertEquals(i, stream.next().getIndex());
                if (i == frames / 5) {
                    early = usedHeap();
                }
            }
            assertEquals(0, stream.reconnections());
        }
        long late = usedHeap();
        assertTrue(
                late - early < 16 << 20,
                "the heap grew by " + (late - early >> 20) + " MiB over " + frames + " frames");
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** A request that cannot be served, the status it must get, and words of the sentence. */
    private record Bad(GenerateRequest.Builder request, Status.Code code, String... words) {
        @Override
        public String toString() {
            return code + " " + String.join(" ", words);
        }
    }

    static Stream<Bad> badRequests() throws IOException {
        return Stream.of(
                new Bad(
                        GenerateRequest.newBuilder().setFrameCount(1),
                        Status.Code.INVALID_ARGUMENT,
                        "image, w0 or seed"),
                new Bad(face(1).setFrameCount(-1), Status.Code.INVALID_ARGUMENT, "frame_count", "-1"),
                new Bad(face(1).setFirstIndex(-1), Status.Code.INVALID_ARGUMENT, "first_index", "-1"),
                new Bad(face(1).setFps(-30), Status.Code.INVALID_ARGUMENT, "fps", "-30"),
                new Bad(face(1).setFps(Double.NaN), Status.Code.INVALID_ARGUMENT, "fps", "NaN"),
                new Bad(face(1).setFps(Double.POSITIVE_INFINITY), Status.Code.INVALID_ARGUMENT, "fps", "Infinity"),
                new Bad(
                        face(1).setFrameCount(Long.MAX_VALUE),
                        Status.Code.INVALID_ARGUMENT,
                        "frame_count",
                        "9223372036854775807"),
                new Bad(face(1).setFirstIndex(Long.MAX_VALUE), Status.Code.INVALID_ARGUMENT, "first_index", "2^53"),
                new Bad(face(1).setTimeStep(0), Status.Code.INVALID_ARGUMENT, "time_step"),
                new Bad(face(1).setTruncationPsi(Double.NaN), Status.Code.INVALID_ARGUMENT, "truncation_psi", "NaN"),
                new Bad(face(1).setVariant("no-such"), Status.Code.NOT_FOUND, "no-such"),
                new Bad(face(1).setVariant("../../x"), Status.Code.INVALID_ARGUMENT, "../../x"),
                new Bad(face(1).setEncoding(Encoding.FLOAT32), Status.Code.INVALID_ARGUMENT, "encoding"),
                new Bad(image(new byte[0]), Status.Code.INVALID_ARGUMENT, "image"),
                new Bad(
                        image("this is no picture".getBytes(StandardCharsets.UTF_8)),
                        Status.Code.INVALID_ARGUMENT,
                        "image"),
                new Bad(image(gigapixel()), Status.Code.INVALID_ARGUMENT, "50000"),
                new Bad(
                        image(new byte[20_000_000]),
                        Status.Code.INVALID_ARGUMENT,
                        "no picture of a kind that can be read"),
                new Bad(w0(100_000, 0), Status.Code.INVALID_ARGUMENT, "w0", "100000"),
                new Bad(w0(16, Float.POSITIVE_INFINITY), Status.Code.INVALID_ARGUMENT, "w0", "Infinity"),
                new Bad(w0(3, 0), Status.Code.INVALID_ARGUMENT, "w0", "3"),
                new Bad(w0(16, Float.NaN), Status.Code.INVALID_ARGUMENT, "w0", "NaN"));
    }

    private static GenerateRequest.Builder image(byte[] data) {
        return GenerateRequest.newBuilder()
                .setImage(Image.newBuilder()
                        .setEncoding(Encoding.PNG)
                        .setData(com.google.protobuf.ByteString.copyFrom(data)));
    }

    private static GenerateRequest.Builder w0(int width, float value) {
        var w = org.styleinv.proto.W.newBuilder();
        for (int i = 0; i < width; i++) {
            w.addValues(value);
        }
        return GenerateRequest.newBuilder().setW0(w);
    }

    /** A PNG whose header promises 50,000 x 50,000 pixels. */
    private static byte[] gigapixel() throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", out);
        byte[] png = out.toByteArray();
        var header = java.nio.ByteBuffer.wrap(png);
        header.putInt(16, 50_000).putInt(20, 50_000);
        var crc = new java.util.zip.CRC32();
        crc.update(png, 12, 17);
        header.putInt(29, (int) crc.getValue());
        return png;
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void aBadRequestIsRefusedInASentence(Bad bad) {
        try (FrameStream stream = client.stream(bad.request().build())) {
            var refused = org.junit.jupiter.api.Assertions.assertThrows(
                    io.grpc.StatusRuntimeException.class, stream::hasNext);
            assertEquals(bad.code(), refused.getStatus().getCode(), refused.getMessage());
            for (String word : bad.words()) {
                assertTrue(String.valueOf(refused.getStatus().getDescription()).contains(word), refused.getMessage());
            }
        }
    }

    @Test
    void aMessageBeyondTheDoorsLimitIsRefusedAtOnceAndNotTriedAgain() {
        long start = System.nanoTime();
        try (FrameStream stream = client.stream(image(new byte[100_000_000]).build())) {
            var refused = org.junit.jupiter.api.Assertions.assertThrows(
                    io.grpc.StatusRuntimeException.class, stream::hasNext);
            System.err.println("100 MB: " + refused.getStatus() + " after " + (System.nanoTime() - start) / 1_000_000
                    + " ms, " + stream.reconnections() + " reconnections");
            assertEquals(0, stream.reconnections(), refused.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE})
    void everySeedIsAFace(long seed) {
        assertEquals(1, hashes(face(seed).setMotionSeed(seed).setFrameCount(1)).size());
    }

    @Test
    void framesASecondAreThirtyWhereNobodySays() {
        try (FrameStream stream = client.stream(
                face(1).setFps(0).setFirstIndex(30).setFrameCount(1).build())) {
            assertEquals(1_000_000, stream.next().getPresentationUs());
        }
    }

    @Test
    void theCommandWritesAVideoAndTheSameHashesTwice() throws IOException {
        Path video = folder.resolve("sub/a.mp4");
        Run first = generate("--seed", "1", "--frames", "12", "--hashes", "--out", video.toString());
        assertEquals(0, first.code(), first.err());
        assertEquals(12, first.out().lines().count(), first.out());
        assertTrue(Files.size(video) > 1000);
        assertEquals(List.of("a.mp4"), names(folder.resolve("sub")));
        Run tail = generate("--seed", "1", "--frames", "5", "--from", "7", "--hashes");
        assertEquals(first.out().lines().skip(7).toList(), tail.out().lines().toList());
    }

    @Test
    void theCommandReportsWhatMachinesRead() {
        Run run = generate("--seed", "1", "--frames", "3", "--json");
        for (String key :
                List.of("frames", "first_frame_ms", "fps", "inter_frame_p99_ms", "model", "variant", "stream")) {
            assertTrue(run.out().contains("\"" + key + "\":"), run.out());
        }
        assertEquals(1, run.out().lines().count());
    }

    @Test
    void aPictureIsInvertedAndItsLatentMoves() throws IOException {
        Path out = folder.resolve("inverted");
        Run invert = Run.of("invert", "--server", address(), "--out", out.toString());
        assertEquals(0, invert.code(), invert.err());
        assertEquals(List.of("crop.png", "reconstruction.png", "w0.json", "w0.npy"), names(out));
        Run byJson = generate("--w0", out.resolve("w0.json").toString(), "--frames", "2", "--hashes");
        Run byNpy = generate("--w0", out.resolve("w0.npy").toString(), "--frames", "2", "--hashes");
        assertEquals(2, byJson.out().lines().count(), byJson.err());
        assertEquals(byJson.out(), byNpy.out());
    }

    @Test
    void aRefusalLeavesNothingHalfWritten() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        Run run = generate(
                "--image", text.toString(), "--out", folder.resolve("b.mp4").toString());
        assertEquals(2, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("styleinv: " + text + " is no picture of a kind that can be read"), run.err());
        assertEquals(List.of("text.png"), names(folder));
    }

    /** An edit is a function of the index: before its turn nothing has changed, and after it the same is seen from anywhere. */
    @Test
    void anEditedStreamIsTheSameFromWhereverItBegins() {
        List<String> plain = generate("--seed", "5", "--frames", "8", "--hashes")
                .out()
                .lines()
                .toList();
        List<String> edited = generate("--seed", "5", "--frames", "8", "--hashes", "--edit", "smile=0,3@3+2")
                .out()
                .lines()
                .toList();
        List<String> sought = generate(
                        "--seed", "5", "--from", "4", "--frames", "4", "--hashes", "--edit", "smile=0,3@3+2")
                .out()
                .lines()
                .toList();
        assertEquals(8, edited.size());
        assertEquals(plain.subList(0, 4), edited.subList(0, 4));
        for (int i = 4; i < 8; i++) {
            assertNotEquals(plain.get(i), edited.get(i));
        }
        assertEquals(edited.subList(4, 8), sought);
        Run ghost = generate("--seed", "5", "--frames", "1", "--hashes", "--edit", "ghost=1");
        assertEquals(2, ghost.code());
        assertTrue(ghost.err().contains("--edit has direction \"ghost\", but the model has smile"), ghost.err());
    }

    @Test
    void aMixtureOfTwoFacesIsTheSameFromWhereverItBegins() {
        List<String> plain = hashes("--seed", "5", "--frames", "6");
        List<String> other = hashes("--seed", "6", "--frames", "6");
        List<String> mixed = hashes("--seed", "5", "--frames", "6", "--mix-seed", "6", "--mix-from", "8");
        assertEquals(6, mixed.size());
        for (int i = 0; i < 6; i++) {
            assertNotEquals(plain.get(i), mixed.get(i));
            assertNotEquals(other.get(i), mixed.get(i));
        }
        assertEquals(
                mixed.subList(3, 6),
                hashes("--seed", "5", "--from", "3", "--frames", "3", "--mix-seed", "6", "--mix-from", "8"));
        assertEquals(
                plain, hashes("--seed", "5", "--frames", "6", "--mix-seed", "5", "--mix-from", "8")); // with itself
        assertNotEquals(mixed, hashes("--seed", "5", "--frames", "6", "--mix-seed", "6")); // from 16 pixels
        Run beyond = generate("--seed", "5", "--frames", "1", "--hashes", "--mix-seed", "6", "--mix-from", "32");
        assertEquals(2, beyond.code());
        assertTrue(beyond.err().contains("--mix-from must be 8, 16 ... up to 16 pixels, got 32"), beyond.err());
    }

    private List<String> hashes(String... options) {
        return generate(Stream.concat(Stream.of("--hashes"), Stream.of(options)).toArray(String[]::new))
                .out()
                .lines()
                .toList();
    }

    @Test
    void watchSeesAStreamByItself() throws Exception {
        var watching = CompletableFuture.supplyAsync(
                () -> Run.of("watch", "--bootstrap", kafka, "--frames", "10", "--hashes", "--json"));
        Map<Long, String> streamed = new TreeMap<>();
        Map<Long, String> seen = new TreeMap<>();
        try (FrameStream stream = client.stream(face(21).build())) {
            while (!watching.isDone() && streamed.size() < 100_000) {
                take(stream, streamed);
            }
            Run watched = watching.get(60, TimeUnit.SECONDS);
            assertEquals(0, watched.code(), watched.err());
            assertEquals(11, watched.out().lines().count(), watched.out());
            watched.out()
                    .lines()
                    .limit(10)
                    .forEach(line -> seen.put(
                            Long.parseLong(line.replaceAll(".*\"index\":(\\d+).*", "$1")),
                            line.replaceAll(".*\"sha256\":\"(\\w+)\".*", "$1")));
            while (!streamed.keySet().containsAll(seen.keySet())) { // Kafka has frames before this reader takes them
                take(stream, streamed);
            }
        }
        assertEquals(10, seen.size());
        seen.forEach((index, hash) -> assertEquals(hash, streamed.get(index), "frame " + index));
    }

    private static void take(FrameStream stream, Map<Long, String> hashes) {
        Frame frame = stream.next();
        hashes.put(frame.getIndex(), Pixels.of(frame.getImage()).sha256());
    }

    private Run generate(String... arguments) {
        return Run.of(Stream.concat(Stream.of("generate", "--server", address()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
