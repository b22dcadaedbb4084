package org.styleinv.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.styleinv.door.Health;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.SynthesizeResponse;

@Timeout(60)
class EncoderProcessTest {
    private static final int SIDE = 4;

    private EncoderProcess process;
    private Server server;
    private ManagedChannel channel;
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile boolean slow;
    private volatile boolean decoderUp = true;

    /** Says how bright the red is. */
    private final class FakeEncoder implements Encoder {
        private final String digest;
        private volatile boolean closed;

        FakeEncoder() {
            this("digest");
        }

        FakeEncoder(String digest) {
            this.digest = digest;
        }

        @Override
        public String digest() {
            return digest;
        }

        @Override
        public int wDim() {
            return 2;
        }

        @Override
        public int resolution() {
            return SIDE;
        }

        @Override
        public float[] invert(float[] planes) {
            if (slow) {
                try {
                    assertTrue(gate.await(20, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return new float[] {planes[0], 0};
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Paints what the latent says, ten levels too dark. */
    private final class FakeDecoder extends DecoderGrpc.DecoderImplBase {
        @Override
        public void synthesize(SynthesizeRequest request, StreamObserver<SynthesizeResponse> client) {
            if (!decoderUp) {
                client.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            byte[] rgb = new byte[3 * SIDE * SIDE];
            java.util.Arrays.fill(rgb, (byte) Math.round((request.getW(0) + 1) * 127.5f - 10));
            client.onNext(SynthesizeResponse.newBuilder()
                    .setImage(Image.newBuilder()
                            .setEncoding(Encoding.RAW)
                            .setWidth(SIDE)
                            .setHeight(SIDE)
                            .setData(ByteString.copyFrom(rgb)))
                    .build());
            client.onCompleted();
        }
    }

    private record Config() implements EncoderConfig {
        @Override
        public Optional<Path> model() {
            return Optional.empty();
        }

        @Override
        public int maxMegapixels() {
            return 64;
        }

        @Override
        public int workers() {
            return 1;
        }

        @Override
        public int queue() {
            return 1;
        }

        @Override
        public Duration peerTimeout() {
            return Duration.ofSeconds(5);
        }

        @Override
        public Duration reloadEvery() {
            return Duration.ZERO;
        }

        @Override
        public Duration stuckAfter() {
            return Duration.ofSeconds(1);
        }
    }

    @BeforeEach
    void start() throws Exception {
        String name = InProcessServerBuilder.generateName();
        channel = InProcessChannelBuilder.forName(name).build();
        process = new EncoderProcess(new Config(), DecoderGrpc.newBlockingStub(channel));
        process.start(FakeEncoder::new);
        server = InProcessServerBuilder.forName(name)
                .addService(new FakeDecoder())
                .addService(new EncoderService(process))
                .build()
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        gate.countDown();
        channel.shutdownNow();
        server.shutdownNow();
        process.stop(null);
    }

    private static InvertRequest.Builder grey(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        java.util.Arrays.fill(rgb, (byte) 100);
        return InvertRequest.newBuilder()
                .setImage(Image.newBuilder()
                        .setEncoding(Encoding.RAW)
                        .setWidth(width)
                        .setHeight(height)
                        .setData(ByteString.copyFrom(rgb)));
    }

    private EncoderGrpc.EncoderBlockingStub client() {
        return EncoderGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    @Test
    void aPictureBecomesALatentWithItsErrorAndItsReconstruction() {
        InvertResponse response = client().invert(grey(40, 20).build());
        assertEquals(100 / 127.5f - 1, response.getW0(0));
        assertEquals("digest", response.getModel());
        assertEquals(SIDE, response.getCrop().getWidth());
        assertEquals(Encoding.PNG, response.getReconstruction().getEncoding());
        assertEquals(10 * Math.log10(255 * 255 / 100.0), response.getReconstructionPsnr(), 1e-6);
    }

    @Test
    void aModelThatComesAtShutdownIsFreed() throws InterruptedException {
        EncoderProcess stopped = new EncoderProcess(new Config(), DecoderGrpc.newBlockingStub(channel));
        stopped.start(FakeEncoder::new);
        stopped.stop(null);
        FakeEncoder late = new FakeEncoder("late");
        assertThrows(RejectedExecutionException.class, () -> stopped.replace(late));
        assertTrue(late.closed);
    }

    @Test
    void anotherModelInvertsFromTheNextPictureOnAndTheOneBeforeIsFreed() {
        FakeEncoder second = new FakeEncoder("second");
        process.replace(second);
        assertEquals("second", client().invert(grey(8, 8).build()).getModel());
        process.replace(new FakeEncoder("third"));
        assertTrue(second.closed);
        assertEquals("third", client().invert(grey(8, 8).build()).getModel());
    }

    @Test
    void aServiceThatIsStillLoadingSaysSo() throws Exception {
        EncoderProcess loading = new EncoderProcess(new Config(), DecoderGrpc.newBlockingStub(channel));
        String name = InProcessServerBuilder.generateName();
        Server early = InProcessServerBuilder.forName(name)
                .addService(new EncoderService(loading))
                .build()
                .start();
        ManagedChannel way = InProcessChannelBuilder.forName(name).build();
        try {
            StatusRuntimeException refused =
                    assertThrows(StatusRuntimeException.class, () -> EncoderGrpc.newBlockingStub(way)
                            .invert(grey(8, 8).build()));
            assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
        } finally {
            way.shutdownNow();
            early.shutdownNow();
        }
    }

    @Test
    void withoutADecoderTheLatentComesAlone() {
        decoderUp = false;
        InvertResponse response = client().invert(grey(8, 8).build());
        assertEquals(2, response.getW0Count());
        assertTrue(Double.isNaN(response.getReconstructionPsnr()));
    }

    @Test
    void badPicturesAreTheClientsFault() {
        refused(InvertRequest.newBuilder(), "image.data has no bytes");
        refused(grey(40, 20).setAligned(true), "an aligned image must be square, got 40x20");
        refused(
                grey(16_385, 1),
                "the image is 16385x1 pixels, but sides must be from 1 to 16384 and at most 64 million");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.styleinv.encoder.PhotoTest#refused")
    void whatIsNoPictureIsTheClientsFaultAtOnce(String name, byte[] data, String sentence) {
        InvertRequest.Builder request =
                InvertRequest.newBuilder().setImage(Image.newBuilder().setData(ByteString.copyFrom(data)));
        long start = System.nanoTime();
        StatusRuntimeException e = assertThrows(StatusRuntimeException.class, () -> client().invert(request.build()));
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
        assertTrue(
                e.getStatus().getDescription().contains(sentence), e.getStatus().getDescription());
        assertTrue(ms < 10_000, "it took " + ms + " ms, far more than a busy machine explains");
    }

    private void refused(InvertRequest.Builder request, String sentence) {
        StatusRuntimeException e = assertThrows(StatusRuntimeException.class, () -> client().invert(request.build()));
        assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
        assertTrue(
                e.getStatus().getDescription().startsWith(sentence),
                e.getStatus().getDescription());
    }

    @Test
    void morePicturesThanThereIsRoomForAreRefusedAndAStuckEngineIsSaid() throws Exception {
        slow = true;
        CountDownLatch refused = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(2);
        for (int i = 0; i < 3; i++) {
            EncoderGrpc.newStub(channel).invert(grey(8, 8).build(), new StreamObserver<>() {
                @Override
                public void onNext(InvertResponse response) {
                    answered.countDown();
                }

                @Override
                public void onError(Throwable t) {
                    if (Status.fromThrowable(t).getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                        refused.countDown();
                    }
                }

                @Override
                public void onCompleted() {}
            });
        }
        assertTrue(refused.await(10, TimeUnit.SECONDS));
        Thread.sleep(2200);
        String why = process.health().because().orElseThrow();
        assertTrue(why.startsWith("encoder-engine has been at one picture for"), why);
        gate.countDown();
        assertTrue(answered.await(10, TimeUnit.SECONDS));
        assertEquals(Health.WELL, process.health());
    }
}
