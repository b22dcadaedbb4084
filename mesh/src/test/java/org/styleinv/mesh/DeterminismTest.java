package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.command.Run;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Noise;
import org.styleinv.proto.wire.FrameRange;

/**
 * Any piece of any video is that piece of the whole, whoever is served beside it: random requests, anew in each run. A failure
 * names its seed, and {@code -Dstyleinv.test.seed=N} repeats it.
 */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(120)
class DeterminismTest {
    private static final int CASES = 6;
    private static final int MATES = 2;

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    /** A whole video, and a piece of it. */
    private record Piece(long seed, GenerateRequest whole, int skip, int count) {
        static Piece of(long seed) {
            Random random = new Random(seed);
            int length = 12 + random.nextInt(24);
            double size = List.of(1.0, 0.5, 2.0, 0.001 + random.nextDouble(), 3 * random.nextDouble() + 0.001)
                    .get(random.nextInt(5));
            double step = random.nextInt(3) == 0 ? -size : size;
            double fps = random.nextBoolean() ? 30 : 0.5 + 200 * random.nextDouble();
            long last = FrameRange.last(fps, size) - 2 * length;
            long first = random.nextLong(Math.min(last, 1L << (5 + random.nextInt(48)))) + (step < 0 ? length : 0);
            int skip = random.nextInt(length);
            return new Piece(
                    seed,
                    GenerateRequest.newBuilder()
                            .setSeed(random.nextLong())
                            .setMotionSeed(random.nextLong())
                            .setFirstIndex(first)
                            .setFrameCount(length)
                            .setFps(fps)
                            .setTimeStep(step)
                            .setMotionStride(random.nextInt(6))
                            .setVariant(random.nextBoolean() ? "base" : "sketch")
                            .setTruncationPsi(random.nextDouble())
                            .setNoise(Noise.newBuilder()
                                    .setMode(Noise.Mode.RANDOM)
                                    .setSeed(random.nextInt()))
                            .setEncoding(Encoding.RAW)
                            .build(),
                    skip,
                    1 + random.nextInt(length - skip));
        }

        /** The piece as a person asks for it. */
        String[] command(String address) {
            long from = whole.getFirstIndex() + (whole.getTimeStep() < 0 ? -skip : skip);
            return new String[] {
                "generate",
                "--server=" + address,
                "--seed=" + whole.getSeed(),
                "--motion-seed=" + whole.getMotionSeed(),
                "--from=" + from,
                "--frames=" + count,
                "--fps=" + whole.getFps(),
                "--time-step=" + whole.getTimeStep(),
                "--motion-stride=" + whole.getMotionStride(),
                "--variant=" + whole.getVariant(),
                "--truncation=" + whole.getTruncationPsi(),
                "--noise=random:" + whole.getNoise().getSeed(),
                "--hashes"
            };
        }

        @Override
        public String toString() {
            return "seed " + seed + ": from " + whole.getFirstIndex() + " step " + whole.getTimeStep() + " stride "
                    + whole.getMotionStride() + " fps "
                    + whole.getFps() + ", " + count + " of " + whole.getFrameCount() + " after " + skip;
        }
    }

    static Stream<Piece> pieces() {
        long seed = Long.getLong("styleinv.test.seed", System.currentTimeMillis() * CASES);
        return IntStream.range(0, CASES).mapToObj(i -> Piece.of(seed + i));
    }

    @ParameterizedTest
    @MethodSource("pieces")
    void aPieceIsThatPieceOfTheWhole(Piece piece) {
        String address = "localhost:" + port;
        try (StreamClient client = StreamClient.connect(List.of(address))) {
            List<String> whole = new ArrayList<>();
            try (FrameStream stream = client.stream(piece.whole())) {
                stream.forEachRemaining(frame -> whole.add(line(frame)));
            }
            assertEquals(piece.whole().getFrameCount(), whole.size());
            List<FrameStream> mates = new ArrayList<>(); // others in the same batches
            for (int i = 0; i < MATES; i++) {
                mates.add(client.stream(piece.whole().toBuilder()
                        .setSeed(i)
                        .setMotionSeed(i)
                        .setFrameCount(16)
                        .setFirstIndex(1000)
                        .build()));
            }
            mates.forEach(mate -> assertTrue(mate.hasNext()));
            Run run = Run.of(piece.command(address));
            mates.forEach(FrameStream::close);
            assertEquals(0, run.code(), run.err());
            assertEquals(
                    whole.subList(piece.skip(), piece.skip() + piece.count()),
                    run.out().lines().toList(),
                    piece.toString());
        }
    }

    private static String line(Frame frame) {
        return frame.getIndex() + " " + Pixels.of(frame.getImage()).sha256();
    }
}
