package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.styleinv.decoder.engine.FakeDecoder;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;
import org.styleinv.proto.MapRequest;
import org.styleinv.proto.Noise;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.Z;

@Timeout(60)
class DecoderServiceTest {
    private final DecoderRig rig = new DecoderRig(true, 4);
    private Server server;
    private ManagedChannel channel;
    private DecoderGrpc.DecoderBlockingStub client;

    @BeforeEach
    void start() throws Exception {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .addService(new DecoderService(rig.process))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
        client = DecoderGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        server.shutdownNow();
        rig.close();
    }

    private static SynthesizeRequest.Builder w(float... values) {
        SynthesizeRequest.Builder request = SynthesizeRequest.newBuilder();
        for (float value : values) {
            request.addW(value);
        }
        return request;
    }

    @Test
    void aLatentBeyondAllFacesIsRefusedWhateverItsPicture() {
        for (float far : new float[] {1e6f, -3e38f, Float.MAX_VALUE}) {
            StatusRuntimeException e = assertThrows(
                    StatusRuntimeException.class,
                    () -> client.synthesize(w(far, 0, 0).build()));
            assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
            assertTrue(
                    e.getStatus().getDescription().contains("as far from the mean of w as a face is"), e.getMessage());
        }
        StatusRuntimeException e = assertThrows(
                StatusRuntimeException.class,
                () -> client.synthesize(w(1, FakeDecoder.NO_PICTURE, 0).build()));
        assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
    }

    @Test
    void aServiceThatIsStillLoadingSaysSo() throws Exception {
        String name = InProcessServerBuilder.generateName();
        Server early = InProcessServerBuilder.forName(name)
                .addService(new DecoderService(DecoderRig.loading()))
                .build()
                .start();
        ManagedChannel way = InProcessChannelBuilder.forName(name).build();
        try {
            DecoderGrpc.DecoderBlockingStub stub = DecoderGrpc.newBlockingStub(way);
            for (Executable call : List.<Executable>of(
                    () -> stub.variants(VariantsRequest.getDefaultInstance()),
                    () -> stub.map(MapRequest.newBuilder().setSeed(1).build()),
                    () -> stub.synthesize(w(1, 0, 0).build()))) {
                StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, call);
                assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
            }
        } finally {
            way.shutdownNow();
            early.shutdownNow();
        }
    }

    /** Found by `styleinv faults`: it said RESOURCE_EXHAUSTED, which clients take as final. */
    @Test
    void aServiceThatShutsDownSendsClientsElsewhere() throws Exception {
        client.map(MapRequest.newBuilder().setSeed(1).build()); // it serves
        rig.close();
        refused(
                Status.Code.UNAVAILABLE,
                "the decoder is shutting down",
                () -> client.map(MapRequest.newBuilder().setSeed(1).build()));
    }

    @Test
    void aSeedAndItsNoiseAreMapped() {
        assertEquals(
                List.of(7f, 1f, 0.5f),
                client.map(MapRequest.newBuilder()
                                .setSeed(7)
                                .setTruncationPsi(0.5)
                                .build())
                        .getWList());
        assertEquals(
                List.of(2f, 3f, 1f),
                client.map(MapRequest.newBuilder()
                                .setZ(Z.newBuilder().addValues(2).addValues(3))
                                .build())
                        .getWList());
    }

    @Test
    void aLatentIsPaintedInEveryEncoding() {
        for (Encoding encoding : List.of(Encoding.RAW, Encoding.PNG, Encoding.JPEG, Encoding.FLOAT32)) {
            Image image =
                    client.synthesize(w(9, 0, 0).setEncoding(encoding).build()).getImage();
            assertEquals(encoding, image.getEncoding());
            assertEquals(2, image.getWidth());
            assertTrue(image.getData().size() >= 12);
        }
        assertEquals(
                Encoding.PNG, client.synthesize(w(9, 0, 0).build()).getImage().getEncoding());
    }

    @Test
    void variantsAreListed() {
        assertEquals(
                List.of("base", "sketch"),
                client.variants(VariantsRequest.getDefaultInstance()).getVariantsList().stream()
                        .map(Variant::getName)
                        .toList());
    }

    @Test
    void whatCannotBePaintedIsRefusedInASentence() {
        refused(Status.Code.INVALID_ARGUMENT, "source is not set", () -> client.map(MapRequest.getDefaultInstance()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "truncation_psi must be from -2 to 2, got NaN",
                () -> client.map(MapRequest.newBuilder()
                        .setSeed(1)
                        .setTruncationPsi(Double.NaN)
                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "z has 1 values, but the model expects 2",
                () -> client.map(MapRequest.newBuilder()
                        .setZ(Z.newBuilder().addValues(1))
                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "w has 2 values, but the variant \"base\" expects 3",
                () -> client.synthesize(w(1, 2).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "w[1] must be finite, got NaN",
                () -> client.synthesize(w(1, Float.NaN, 0).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "encoding 50 is unknown",
                () -> client.synthesize(w(1, 2, 3).setEncodingValue(50).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "noise.mode 7 is unknown",
                () -> client.synthesize(
                        w(1, 2, 3).setNoise(Noise.newBuilder().setModeValue(7)).build()));
        refused(
                Status.Code.NOT_FOUND,
                "variant \"oil\" does not exist here, there are: base, sketch",
                () -> client.synthesize(w(1, 2, 3).setVariant("oil").build()));
        refused(
                Status.Code.INTERNAL,
                "the decoder failed",
                () -> client.synthesize(w(1, 13, 3).build()));
    }

    private static void refused(Status.Code code, String sentence, Executable call) {
        StatusRuntimeException e = assertThrows(StatusRuntimeException.class, call);
        assertEquals(code, e.getStatus().getCode());
        assertTrue(
                e.getStatus().getDescription().startsWith(sentence),
                e.getStatus().getDescription());
    }

    @Test
    void callsGoBeforeLatentsThatWait() throws Exception {
        rig.decoder.gate.drainPermits();
        rig.feed(
                DecoderRig.latent("p0-a", 0),
                DecoderRig.latent("p0-a", 1),
                DecoderRig.latent("p0-a", 2),
                DecoderRig.latent("p0-a", 3));
        DecoderRig.await(rig.decoder.gate::hasQueuedThreads);
        var answer = DecoderGrpc.newFutureStub(channel)
                .map(MapRequest.newBuilder().setSeed(1).build());
        rig.decoder.gate.release(1); // of the one batch that was begun
        assertEquals(3, answer.get(10, java.util.concurrent.TimeUnit.SECONDS).getWCount());
    }
}
