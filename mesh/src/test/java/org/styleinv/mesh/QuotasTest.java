package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.BroadcastClient;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.wire.Pushback;

/** What a token may have is what it gets, whichever door it comes by; who asks for more is told when to come again. */
@QuarkusTest
@TestProfile(SecureMesh.Alone.class)
@Timeout(180)
@Tag("thorough")
class QuotasTest extends SecureMeshCase {
    private static final int SIDE = TestMesh.RESOLUTION;

    private static void assertBusy(String sentence, StatusRuntimeException refused) {
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
        assertTrue(refused.getStatus().getDescription().startsWith(sentence), refused.getMessage());
        assertTrue(Pushback.millis(refused.getTrailers()).orElseThrow() > 0);
    }

    private static void assertBusy(String sentence, HttpResponse<String> answer) {
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(sentence), answer.body());
        assertTrue(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()) > 0);
    }

    private static InvertRequest picture() {
        return InvertRequest.newBuilder()
                .setAligned(true)
                .setImage(Image.newBuilder()
                        .setEncoding(Encoding.RAW)
                        .setWidth(SIDE)
                        .setHeight(SIDE)
                        .setData(ByteString.copyFrom(new byte[3 * SIDE * SIDE])))
                .build();
    }

    @Test
    void picturesThatAreSentAreCountedByTheMinute() throws Exception {
        ManagedChannel channel = StreamClient.channel("localhost:" + port, as("few-pictures"));
        try {
            var encoder = EncoderGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
            encoder.invert(picture());
            assertBusy(
                    "token few-pictures has had its 1.0 pictures a minute",
                    assertThrows(StatusRuntimeException.class, () -> encoder.invert(picture())));
        } finally {
            channel.shutdownNow();
        }
        HttpRequest upload = HttpRequest.newBuilder(URI.create("https://localhost:" + httpPort + "/v1/faces"))
                .header("Authorization", "Bearer few-pictures")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[10]))
                .timeout(SOON)
                .build();
        assertBusy(
                "token few-pictures has had its",
                browser().send(upload, HttpResponse.BodyHandlers.ofString())); // in one process they share a quota
    }

    @Test
    void soIsThePictureOfABroadcast() throws Exception {
        GenerateRequest shown =
                endless(1).toBuilder().setImage(picture().getImage()).build();
        try (BroadcastClient holder = broadcasts("few-shows")) {
            holder.start("one", shown);
            assertBusy(
                    "token few-shows has had its 1.0 pictures a minute",
                    assertThrows(StatusRuntimeException.class, () -> holder.start("two", shown)));
            holder.start("three", endless(1)); // no picture
            holder.stop("one");
            holder.stop("three");
        }
    }

    @Test
    void aPaintedPictureCountsAsOneOfAStream() throws Exception {
        ManagedChannel channel = StreamClient.channel("localhost:" + port, as("few-pixels"));
        try {
            var decoder = DecoderGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
            SynthesizeRequest.Builder request = SynthesizeRequest.newBuilder();
            for (int i = 0; i < TestMesh.WIDTH; i++) {
                request.addW(0);
            }
            decoder.synthesize(request.build());
            decoder.synthesize(request.build());
            assertBusy(
                    "token few-pixels has had its " + (double) SIDE * SIDE + " pixels a second",
                    assertThrows(StatusRuntimeException.class, () -> decoder.synthesize(request.build())));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void framesByAddressAndInSegmentsAreRefusedWithTheTimeToComeAgain() throws Exception {
        HttpClient client = browser();
        for (int index = 0; index < 4; index++) {
            assertEquals(
                    200,
                    ask(client, "/v1/frames/" + index + ".png?seed=1", "Bearer few-frames")
                            .statusCode());
        }
        assertBusy(
                "token few-frames has had its 2.0 frames a second",
                ask(client, "/v1/segments/0.m4s?seed=1&fps=30", "Bearer few-frames"));
    }

    @Test
    void aStreamByHttpComesMoreSlowlyInstead() throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> zip = ask(browser(), "/v1/streams.zip?seed=1&frames=8&pace=fast", "Bearer slow-zip");
        double seconds = (System.nanoTime() - start) / 1e9;
        assertEquals(200, zip.statusCode());
        assertTrue(seconds > 0.99, "8 frames, of which 4 may come at once and 2 a second, came in " + seconds + " s");
    }

    @Test
    void aPageGetsItsFramesMoreSlowly() throws Exception {
        AtomicInteger frames = new AtomicInteger();
        CountDownLatch six = new CountDownLatch(6);
        long start = System.nanoTime();
        var page = browser()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer slow-page")
                .buildAsync(URI.create("wss://localhost:" + httpPort + "/v1/live"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                        if (last) {
                            frames.incrementAndGet();
                            six.countDown();
                        }
                        socket.request(1);
                        return null;
                    }
                })
                .get(20, TimeUnit.SECONDS);
        page.sendText("{\"start\": {\"seed\": 1, \"pace\": \"fast\"}}", true).get(20, TimeUnit.SECONDS);
        page.sendText("{\"credit\": 256}", true).get(20, TimeUnit.SECONDS);
        assertTrue(six.await(20, TimeUnit.SECONDS), frames + " frames");
        assertTrue((System.nanoTime() - start) / 1e9 > 0.99, "6 frames at 2 a second came at once");
        page.abort();
    }

    @Test
    void aTenantHasItsNumberOfBroadcastsByGrpcAndByHttp() throws Exception {
        try (BroadcastClient dan = broadcasts("dan")) {
            dan.start("one", endless(1));
            dan.start("one", endless(1)); // is the same
            assertBusy(
                    "token dan may have 1 broadcasts",
                    assertThrows(StatusRuntimeException.class, () -> dan.start("two", endless(2))));
            assertBusy(
                    "token dan may have 1 broadcasts",
                    ask(browser(), "PUT", "/v1/broadcasts/two?seed=2", "Bearer dan"));
            dan.stop("one");
            assertEquals(
                    200,
                    ask(browser(), "PUT", "/v1/broadcasts/two?seed=2", "Bearer dan")
                            .statusCode());
            dan.stop("two");
        }
    }

    @Test
    void ofBroadcastsThatAreAskedForAtOnceNoMoreComeThrough() throws Exception {
        HttpClient client = browser();
        List<Supplier<CompletableFuture<Boolean>>> ways = new ArrayList<>();
        try (BroadcastClient dan = broadcasts("dan")) {
            ways.add(() -> client.sendAsync(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + httpPort + "/v1/broadcasts/many-"
                                            + UUID.randomUUID() + "?seed=1&fps=1"))
                                    .header("Authorization", "Bearer dan")
                                    .method("PUT", HttpRequest.BodyPublishers.noBody())
                                    .timeout(SOON)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .thenApply(answer -> answer.statusCode() == 200));
            ways.add(() -> CompletableFuture.supplyAsync(() -> {
                try {
                    dan.start("many-" + UUID.randomUUID(), endless(1));
                    return true;
                } catch (StatusRuntimeException e) {
                    assertBusy("token dan may have 1 broadcasts", e);
                    return false;
                }
            }));
            for (Supplier<CompletableFuture<Boolean>> way : ways) {
                List<CompletableFuture<Boolean>> asked =
                        IntStream.range(0, 6).mapToObj(i -> way.get()).toList();
                int through = 0;
                for (CompletableFuture<Boolean> one : asked) {
                    through += one.get(60, TimeUnit.SECONDS) ? 1 : 0;
                }
                List<Broadcast> live = dan.list();
                for (Broadcast one : live) {
                    dan.stop(one.getId());
                }
                assertEquals(1, through);
                assertEquals(1, live.size());
            }
        }
    }
}
