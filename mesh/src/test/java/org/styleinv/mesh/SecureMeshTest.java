package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.Access;
import org.styleinv.client.BroadcastClient;
import org.styleinv.client.FrameStream;
import org.styleinv.client.KafkaFrames;
import org.styleinv.gate.Token;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.identity.Certificates;
import org.styleinv.proto.wire.Pushback;
import org.styleinv.proto.wire.Topics;

/** A mesh that is open to other machines lets in whom it knows, and nobody else, at each of its doors. */
@QuarkusTest
@TestProfile(SecureMesh.Alone.class)
@Timeout(180)
class SecureMeshTest extends SecureMeshCase {
    @Test
    void aStreamGoesThroughAllOfItSealedAndEncrypted() throws Exception {
        Map<String, String> own = kafkaAs(Optional.of(authority.issue(folder, "reader", "localhost")));
        try (var watched = KafkaFrames.open(kafka, List.of(Topics.BASE), false, own);
                var client = client(as("ann"), PATIENT);
                FrameStream stream = client.stream(frames(5))) {
            for (int index = 0; index < 5; index++) {
                assertEquals(index, stream.next().getIndex());
            }
            assertEquals(0, stream.reconnections());
            assertTrue(watched.poll(SOON).size() > 0);
        }
    }

    @Test
    void whoIsNotKnownIsRefusedAndWhoMayNotToo() throws Exception {
        Access nobody = Access.of(ca(), Optional.empty(), Optional.empty(), Optional.empty());
        assertEquals(Status.Code.UNAUTHENTICATED, refusal(nobody).getCode());
        assertEquals(Status.Code.UNAUTHENTICATED, refusal(as("stranger")).getCode());
        Status old = refusal(as("old"));
        assertEquals(Status.Code.UNAUTHENTICATED, old.getCode());
        assertTrue(String.valueOf(old.getDescription()).contains("has expired"), old.toString());
        assertEquals(Status.OK, refusal(as("watcher")));
        try (var watcher = client(as("watcher"), HASTY);
                FrameStream stream = watcher.stream(frames(1))) {
            StatusRuntimeException e = assertThrows(StatusRuntimeException.class, stream::next);
            assertEquals(Status.Code.PERMISSION_DENIED, e.getStatus().getCode());
        }
        try (var watcher = BroadcastClient.connect(List.of("localhost:" + port), as("watcher"))) {
            assertEquals(List.of(), watcher.list());
            StatusRuntimeException e =
                    assertThrows(StatusRuntimeException.class, () -> watcher.start("mine", frames(1)));
            assertEquals(Status.Code.PERMISSION_DENIED, e.getStatus().getCode());
        }
    }

    @Test
    void aQuotaThatIsUsedUpSaysWhenToComeAgain() throws Exception {
        try (var client = client(as("ann"), HASTY);
                FrameStream one = client.stream(frames(0));
                FrameStream two = client.stream(frames(0))) {
            one.next();
            two.next();
            try (FrameStream three = client.stream(frames(1))) {
                StatusRuntimeException e = assertThrows(StatusRuntimeException.class, three::next);
                assertEquals(Status.Code.RESOURCE_EXHAUSTED, e.getStatus().getCode());
                assertEquals(2000, Pushback.millis(e.getTrailers()).orElseThrow());
            }
            one.next(); // the others go on
        }
        try (var slow = client(as("slow"), PATIENT);
                FrameStream stream =
                        slow.stream(frames(3))) { // a frame each two seconds, and they are made in milliseconds
            for (int index = 0; index < 3; index++) {
                assertEquals(index, stream.next().getIndex());
            }
            assertTrue(stream.reconnections() > 0, "nobody told it to wait");
        }
    }

    @Test
    void whatIsOpenEndsWithItsToken() throws Exception {
        Path tokens = folder.resolve("tokens");
        List<String> before = Files.readAllLines(tokens);
        Files.write(tokens, List.of("eve " + Token.hash("eve") + " generate"), StandardOpenOption.APPEND);
        await(Status.Code.PERMISSION_DENIED, "eve"); // known by now
        var page = new Page();
        try (var client = client(as("eve"), PATIENT);
                FrameStream stream =
                        client.stream(endless(1).toBuilder().setFps(10).build())) {
            stream.next();
            HttpClient http = browser();
            HttpResponse<InputStream> answer = http.send(
                    HttpRequest.newBuilder(
                                    URI.create("https://localhost:" + httpPort + "/v1/streams.mjpeg?seed=1&fps=5"))
                            .header("Authorization", "Bearer eve")
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(200, answer.statusCode());
            http.newWebSocketBuilder()
                    .header("Authorization", "Bearer eve")
                    .buildAsync(URI.create("wss://localhost:" + httpPort + "/v1/live"), page)
                    .get(SOON.toSeconds(), TimeUnit.SECONDS)
                    .sendText("{\"start\": {\"seed\": 7}}", true);
            Files.write(tokens, before);
            long taken = System.nanoTime();
            StatusRuntimeException e =
                    assertThrows(StatusRuntimeException.class, () -> stream.forEachRemaining(frame -> {}));
            assertEquals(Status.Code.UNAUTHENTICATED, e.getStatus().getCode(), e.toString());
            assertThrows(IOException.class, () -> answer.body().transferTo(OutputStream.nullOutputStream()));
            assertEquals(1008, page.closed.get(SOON.toSeconds(), TimeUnit.SECONDS));
            assertTrue(page.told.toString().contains("the token is not known here, though"), page.told.toString());
            assertTrue(System.nanoTime() - taken < SOON.toNanos());
        } finally {
            Files.write(tokens, before);
        }
    }

    /** What a page of the studio hears. */
    private static final class Page implements WebSocket.Listener {
        final StringBuffer told = new StringBuffer();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            told.append(text);
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }

    @Test
    void aTenantSeesNothingOfAnother() throws Exception {
        try (BroadcastClient bea = broadcasts("bea");
                BroadcastClient viewer = broadcasts("bea-tv");
                BroadcastClient cal = broadcasts("cal");
                BroadcastClient operator = broadcasts("the-mesh")) {
            Broadcast hers = bea.start("lobby", endless(1));
            assertEquals(List.of(hers), viewer.list());
            assertEquals(List.of(), cal.list());
            Status gone = refused(() -> cal.stop("lobby"));
            assertEquals(Status.Code.NOT_FOUND, gone.getCode());
            assertEquals("broadcast \"lobby\" is not live, and no other is", gone.getDescription());
            Broadcast his = cal.start("lobby", endless(2));
            assertEquals(hers, viewer.find("lobby"));
            assertEquals(List.of(hers, his), operator.list());
            assertEquals(List.of(his), operator.actingFor("cal").list());
            assertEquals(
                    Status.Code.FAILED_PRECONDITION,
                    refused(() -> operator.stop("lobby")).getCode());
            assertEquals(
                    Status.Code.PERMISSION_DENIED,
                    refused(() -> cal.actingFor("bea").list()).getCode());
            aTenantSeesNothingOfAnotherInTheStudio(hers, his);
            assertEquals(hers, operator.stop("lobby")); // of cal's it was told there
            assertEquals(List.of(), bea.list());
        }
    }

    private void aTenantSeesNothingOfAnotherInTheStudio(Broadcast hers, Broadcast his) throws Exception {
        HttpClient client = browser();
        assertTrue(ask(client, "/v1/broadcasts", "Bearer bea").body().contains(hers.getStream()));
        assertFalse(ask(client, "/v1/broadcasts", "Bearer bea").body().contains(his.getStream()));
        String all = ask(client, "/v1/broadcasts", "Bearer the-mesh").body();
        assertTrue(all.contains(hers.getStream()) && all.contains("\"tenant\":\"cal\""), all);
        assertEquals(
                403,
                ask(client, "DELETE", "/v1/broadcasts/lobby", "Bearer bea-tv").statusCode());
        assertEquals(
                200,
                ask(client, "PUT", "/v1/broadcasts/hall?seed=3&fps=2", "Bearer bea")
                        .statusCode());
        for (String address : List.of("/v1/broadcasts/hall.m3u8", "/v1/broadcasts/hall.mjpeg")) {
            HttpResponse<String> answer = ask(client, address, "Bearer cal");
            assertEquals(404, answer.statusCode(), address);
            assertFalse(answer.body().contains("bea"), answer.body());
        }
        HttpResponse<String> playlist = ask(client, "/v1/broadcasts/hall.m3u8", "Bearer bea-tv");
        assertEquals(200, playlist.statusCode());
        String part = playlist.body().replaceAll("(?s).*#EXT-X-MAP:URI=\"([^\"]*)\".*", "$1");
        assertEquals(200, ask(client, part, "Bearer bea-tv").statusCode(), "to watch is enough for what it plays");
        assertEquals(404, ask(client, part, "Bearer cal").statusCode());
        assertEquals(
                404, ask(client, "DELETE", "/v1/broadcasts/hall", "Bearer cal").statusCode());
        assertEquals(
                200, ask(client, "DELETE", "/v1/broadcasts/hall", "Bearer bea").statusCode());
        assertEquals(
                200, ask(client, "DELETE", "/v1/broadcasts/lobby", "Bearer cal").statusCode());
    }

    @Test
    void certificatesThatAreNotRightEndTheCallBeforeATokenIsSent() throws Exception {
        Certificates strange = Certificates.authority("another authority");
        Access strangers = Access.of(
                Optional.of(strange.write(folder.resolve("strange.crt"))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertEquals(
                Status.Code.UNAVAILABLE, refusal(strangers).getCode()); // wrong CA, and self-signed for this client
        assertEquals(Status.Code.UNAVAILABLE, refusal(Access.PLAIN).getCode()); // no TLS
        try {
            authority.issue(folder, "mesh", "elsewhere.example");
            await(Status.Code.UNAVAILABLE); // of another host, read without a restart
            Instant now = Instant.now();
            authority.issue(folder, "mesh", "localhost", now.minusSeconds(7200), now.minusSeconds(3600));
            await(Status.Code.UNAVAILABLE); // expired
            Certificates.itself(folder, "mesh", "localhost");
            await(Status.Code.UNAVAILABLE); // signed by nobody but itself
        } finally {
            authority.issue(folder, "mesh", "localhost");
        }
        await(Status.Code.OK);
    }

    private void await(Status.Code code) throws Exception {
        await(code, "watcher");
    }

    private void await(Status.Code code, String token) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        Status last = refusal(as(token));
        while (last.getCode() != code && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(100);
            last = refusal(as(token));
        }
        assertEquals(code, last.getCode(), last.toString());
    }

    @Test
    void httpWantsATokenButForHealth() throws Exception {
        HttpClient client = browser();
        assertEquals(200, ask(client, "/q/health/live", "").statusCode());
        HttpResponse<String> nobody = ask(client, "/v1/variants", "");
        assertEquals(401, nobody.statusCode());
        assertTrue(nobody.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Basic"));
        assertEquals(200, ask(client, "/v1/variants", "Bearer watcher").statusCode());
        assertEquals(
                403, ask(client, "/v1/frames/0.png?seed=1", "Bearer watcher").statusCode());
        for (String sideways :
                List.of("/v1;x/frames/0.png?seed=1", "/;/v1/frames/0.png?seed=1", "/v1/%3Bx/frames/0.png")) {
            int status = ask(client, sideways, "Bearer watcher").statusCode();
            assertTrue(status == 403 || status == 404, sideways + " " + status); // as a parameter of a path's part
        }
        assertEquals(
                404,
                ask(client, "PUT", "/v1;x/broadcasts/sideways?seed=7", "Bearer watcher")
                        .statusCode());
        assertEquals(403, ask(client, "/what-nobody-knows", "Bearer ann").statusCode());
        assertEquals(200, ask(client, "/v1/frames/0.png?seed=1", "Bearer ann").statusCode());
        assertEquals(403, ask(client, "/q/metrics", "Bearer ann").statusCode());
        assertEquals(200, ask(client, "/q/metrics", "Bearer the-mesh").statusCode());
    }
}
