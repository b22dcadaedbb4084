package org.styleinv.mesh.fault.blow;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.Access;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.Viewer;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.MotionGrpc;

/** A round of a hung engine believes no process that stays green, and no viewer that stands still with it. */
@Timeout(60)
class HungEngineTest {
    private static final String COMPLAINT = "{\"because\": \"decoder-engine has been at one batch for 8 s\"}";
    private static final int BEFORE = 7;
    private static final long STANDS = 1; // seed of the stream that ends with the engine
    private static final Duration LIMIT = Duration.ofMillis(500);

    private Server server;

    @BeforeEach
    void serve() throws IOException {
        server = ServerBuilder.forPort(0)
                .addService(new MotionGrpc.MotionImplBase() {
                    @Override
                    public void generateStream(GenerateRequest request, StreamObserver<Frame> frames) {
                        var client = (ServerCallStreamObserver<Frame>) frames;
                        for (long index = 0; !client.isCancelled(); index++) {
                            if (index < BEFORE || request.getSeed() != STANDS) {
                                frames.onNext(frame(index));
                            }
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2)); // a stream in real time
                        }
                    }
                })
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    private static Frame frame(long index) {
        return Frame.newBuilder()
                .setStream("p0-stream")
                .setIndex(index)
                .setVariant("base")
                .setModel("model")
                .setImage(Image.newBuilder()
                        .setEncoding(Encoding.RAW)
                        .setWidth(1)
                        .setHeight(1)
                        .setData(ByteString.copyFrom(new byte[3])))
                .build();
    }

    private Viewer viewer(String name, long seed) throws InterruptedException {
        var request = GenerateRequest.newBuilder()
                .setSeed(seed)
                .setFrameCount(1_000_000)
                .build();
        var viewer = new Viewer(
                name, "video", List.of("localhost:" + server.getPort()), Access.PLAIN, request, Duration.ofSeconds(20));
        assertTrue(viewer.await(BEFORE, Duration.ofSeconds(20)));
        return viewer;
    }

    private static List<Violation> look(HungEngine.Complaint complaint, Duration limit, Viewer... viewers)
            throws InterruptedException {
        return HungEngine.look("decoder", "decoder-engine", complaint, List.of(viewers), limit);
    }

    /** They would be looked for in vain in a mesh whose code has other names by then. */
    @Test
    void thePlacesWhereEnginesAreHeldExist() {
        assertDoesNotThrow(HungEngine::ofDecoder);
        assertDoesNotThrow(HungEngine::ofMotion);
    }

    @Test
    void passesAProcessThatComplainsAndViewersThatGoOn() throws InterruptedException {
        try (var one = viewer("one", 5);
                var two = viewer("two", 6)) {
            assertEquals(List.of(), look(() -> COMPLAINT, Duration.ofSeconds(20), one, two));
        }
    }

    @Test
    void findsAViewerThatStandsStill() throws InterruptedException {
        try (var one = viewer("one", 5);
                var two = viewer("two", STANDS)) {
            List<Violation> broken = look(() -> COMPLAINT, Duration.ofSeconds(1), one, two);
            assertEquals(1, broken.size(), broken.toString());
            assertEquals(Rule.STALL, broken.get(0).rule());
            assertEquals("two", broken.get(0).where());
            assertTrue(broken.get(0).sentence().startsWith("saw 0 frames"), broken.toString());
        }
    }

    @Test
    void findsAProcessThatSaysNothing() throws InterruptedException {
        List<Violation> broken = look(() -> "", LIMIT);
        assertEquals(1, broken.size(), broken.toString());
        assertEquals(Rule.HEALTH, broken.get(0).rule());
        assertTrue(broken.get(0).sentence().endsWith("readiness is green"), broken.toString());
    }

    @Test
    void findsAProcessThatBlamesAnother() throws InterruptedException {
        List<Violation> broken = look(() -> "{\"because\": \"decoder-send hangs\"}", LIMIT);
        assertEquals(1, broken.size(), broken.toString());
        assertTrue(broken.get(0).sentence().contains("decoder-send hangs"), broken.toString());
    }
}
