package org.styleinv.mesh.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.mesh.Main;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.trainer.data.VideoDataset;

/** Ctrl-C, and the signals that are like it, while {@code generate} runs, in a process of its own. */
@Timeout(120)
@Tag("thorough")
class InterruptTest {
    private static final int SIDE = 16;
    private static final int FRAMES = 7;
    private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    @TempDir
    private Path folder;

    /** Sends a few frames, and then neither another nor an end. */
    private static Server hanging() throws IOException {
        return serving(frames -> {});
    }

    private static Server serving(Consumer<StreamObserver<Frame>> end) throws IOException {
        return ServerBuilder.forPort(0)
                .addService(new MotionGrpc.MotionImplBase() {
                    @Override
                    public void generateStream(GenerateRequest request, StreamObserver<Frame> frames) {
                        for (int i = 0; i < FRAMES; i++) {
                            frames.onNext(frame(i));
                        }
                        end.accept(frames);
                    }
                })
                .build()
                .start();
    }

    private static Frame frame(long index) {
        return Frame.newBuilder()
                .setIndex(index)
                .setImage(Image.newBuilder()
                        .setEncoding(Encoding.RAW)
                        .setWidth(SIDE)
                        .setHeight(SIDE)
                        .setData(ByteString.copyFrom(new byte[3 * SIDE * SIDE])))
                .build();
    }

    @Test
    void whatCameUntilTheMeshWasLostIsAVideoAndIsSaid() throws Exception {
        Path video = folder.resolve("videos/out.mp4");
        Server server = serving(frames -> frames.onError(Status.INTERNAL.asRuntimeException()));
        try {
            Run run = Run.of(
                    "generate",
                    "--server",
                    "localhost:" + server.getPort(),
                    "--seed",
                    "1",
                    "--frames",
                    "100",
                    "--out",
                    video.toString());
            assertEquals(1, run.code());
            assertTrue(run.err().contains(FRAMES + " frames came and are in " + video), run.err());
            assertTrue(run.err().contains("the mesh failed with INTERNAL"), run.err());
        } finally {
            server.shutdownNow();
        }
        try (VideoDataset played = VideoDataset.open(video.getParent(), SIDE, 1, (done, all) -> {})) {
            assertEquals(FRAMES, played.totalFrames());
        }
    }

    /** Whether this process, and so every child of it, was started to ignore a signal: INT by a background shell, HUP by nohup. */
    private static boolean ignored(String signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        long bit = 1L << NUMBERS.get(signal) - 1;
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line -> (Long.parseUnsignedLong(line.replaceAll("SigIgn:\\s*", ""), 16) & bit) != 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void whatCameUntilASignalIsAVideoAndIsSaid(String signal) throws Exception {
        assumeFalse(ignored(signal), "no child of this process hears " + signal + "; TERM shows the same");
        Path videos = folder.resolve("videos");
        Path said = folder.resolve("said");
        Server server = hanging();
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Main.class.getName(),
                            "generate",
                            "--server",
                            "localhost:" + server.getPort(),
                            "--seed",
                            "1",
                            "--frames",
                            "100",
                            "--hashes",
                            "--out",
                            videos.resolve("out.mp4").toString())
                    .redirectError(said.toFile())
                    .start();
            try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (int i = 0; i < FRAMES; i++) {
                    assertTrue(lines.readLine().startsWith(i + " "));
                }
                assertEquals(
                        0,
                        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                                .start()
                                .waitFor());
                assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            } finally {
                process.destroyForcibly();
            }
            assertEquals(128 + NUMBERS.get(signal), process.exitValue());
            assertEquals(
                    List.of("styleinv: stopped after " + FRAMES + " of 100 frames, which are in "
                            + videos.resolve("out.mp4")),
                    Files.readString(said)
                            .lines()
                            .filter(line -> line.startsWith("styleinv: "))
                            .toList());
            try (Stream<Path> left = Files.list(videos)) {
                assertEquals(List.of(videos.resolve("out.mp4")), left.toList());
            }
            try (VideoDataset played = VideoDataset.open(videos, SIDE, 1, (done, all) -> {})) {
                assertEquals(FRAMES, played.totalFrames());
            }
        } finally {
            server.shutdownNow();
        }
    }
}
