package org.styleinv.motion.request;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Image;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.SynthesizeResponse;

/** What a stream that starts does where there is no decoder. */
@Timeout(60)
class PeerServicesTest {
    private static final float[] W0 = {1, 2};

    /** Paints one pixel. */
    private static final class Painter extends DecoderGrpc.DecoderImplBase {
        @Override
        public void synthesize(SynthesizeRequest request, StreamObserver<SynthesizeResponse> client) {
            client.onNext(SynthesizeResponse.newBuilder()
                    .setImage(Image.newBuilder().setData(ByteString.copyFrom(ByteBuffer.allocate(Float.BYTES))))
                    .build());
            client.onCompleted();
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static PeerServices peers(ManagedChannel channel, Duration wait) {
        return new PeerServices(
                EncoderGrpc.newBlockingStub(channel),
                DecoderGrpc.newBlockingStub(channel),
                Duration.ofSeconds(5),
                wait);
    }

    @Test
    void aDecoderThatComesIsWaitedFor() throws Exception {
        int port = freePort();
        ManagedChannel channel = StreamClient.channel("localhost:" + port);
        PeerServices peers = peers(channel, Duration.ofSeconds(40));
        CompletableFuture<float[]> x0 = CompletableFuture.supplyAsync(() -> peers.x0("w0", W0));
        assertThrows(
                StatusRuntimeException.class,
                () -> peers(channel, Duration.ZERO).x0("w0", W0),
                "there is none");
        assertFalse(x0.isDone());
        Server server =
                ServerBuilder.forPort(port).addService(new Painter()).build().start();
        try {
            assertArrayEquals(new float[] {0}, x0.get(20, TimeUnit.SECONDS));
        } finally {
            server.shutdownNow();
            channel.shutdownNow();
        }
    }

    @Test
    void oneThatDoesNotComeIsUnavailableInASentence() throws Exception {
        ManagedChannel channel = StreamClient.channel("localhost:" + freePort());
        try {
            var e = assertThrows(StatusRuntimeException.class, () -> peers(channel, Duration.ofMillis(300))
                    .x0("w0", W0));
            assertEquals(Status.Code.UNAVAILABLE, e.getStatus().getCode());
            assertTrue(
                    String.valueOf(e.getStatus().getDescription()).startsWith("decoder-service does not answer ("),
                    e::toString);
        } finally {
            channel.shutdownNow();
        }
    }
}
