package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.door.HealthDoor;

/** An engine that hangs is said by gRPC, too: to who asks, and to who watches. */
@Timeout(60)
class DecoderHealthTest {
    private static final HealthCheckRequest DECODER =
            HealthCheckRequest.newBuilder().setService("styleinv.v1.Decoder").build();

    @Test
    void whoWatchesSeesTheEngineHangAndMoveAgain() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 1);
                HealthDoor door = new HealthDoor(List.of(new DecoderHealth(rig.process)))) {
            DecoderRig.await(() -> rig.process.health().isWell());
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0))
                    .addService(door)
                    .build()
                    .start();
            ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                    .usePlaintext()
                    .build();
            try {
                Iterator<HealthCheckResponse> seen = HealthGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(50, TimeUnit.SECONDS)
                        .watch(DECODER);
                assertEquals(ServingStatus.NOT_SERVING, seen.next().getStatus(), "nobody has looked yet");
                door.start();
                assertEquals(ServingStatus.SERVING, seen.next().getStatus());
                for (int i = 0; i < 100; i++) { // an engine that has painted little may be slow
                    rig.feed(DecoderRig.latent("p0-warm", i));
                }
                DecoderRig.await(() -> rig.frames("base").size() == 100);
                int permits = rig.decoder.gate.drainPermits();
                rig.feed(DecoderRig.latent("p0-a", 0));
                assertEquals(ServingStatus.NOT_SERVING, seen.next().getStatus());
                assertFalse(rig.process.health().isWell());
                assertEquals(
                        ServingStatus.NOT_SERVING,
                        HealthGrpc.newBlockingStub(channel).check(DECODER).getStatus());
                rig.decoder.gate.release(permits);
                assertEquals(ServingStatus.SERVING, seen.next().getStatus());
            } finally {
                channel.shutdownNow();
                server.shutdownNow();
            }
        }
    }
}
