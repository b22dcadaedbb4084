package org.styleinv.studio.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.studio.FakeMesh;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.Web;

/** Frames against credits. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
@Timeout(60)
class LiveSocketTest {
    @TestHTTPResource("/v1/live")
    URI address;

    @Inject
    FakeMesh mesh;

    @Inject
    LiveSocket live;

    /** A page: what it is told, in order. A frame is bytes, all else is text. */
    private final class Page implements WebSocket.Listener, AutoCloseable {
        private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final StringBuilder text = new StringBuilder();
        private final WebSocket socket;

        Page() {
            this("http://" + address.getAuthority());
        }

        Page(String origin) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Origin", origin)
                    .buildAsync(URI.create(address.toString().replaceFirst("^http", "ws")), this)
                    .join();
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            bytes.writeBytes(piece);
            if (last) {
                told.add(bytes.toByteArray());
                bytes.reset();
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                told.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        Page say(String message) {
            socket.sendText(message, true).join();
            return this;
        }

        Object hear() throws InterruptedException {
            Object next = told.poll(20, TimeUnit.SECONDS);
            assertTrue(next != null, "nothing was told for 20 s");
            return next;
        }

        void hear(String part) throws InterruptedException {
            Object next = hear();
            assertTrue(next instanceof String text && text.contains(part), () -> "wanted " + part + ", got " + next);
        }

        List<Long> frames(int count) throws InterruptedException {
            List<Long> indexes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                indexes.add(ByteBuffer.wrap((byte[]) hear()).getLong());
            }
            return indexes;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void asManyFramesComeAsThereIsCreditFor() throws InterruptedException {
        try (var page = new Page()) {
            page.say("{\"start\": {\"seed\": 77030, \"first_index\": 5, \"pace\": \"fast\"}}")
                    .hear("\"model\":\"" + FakeMesh.MODEL);
            page.say("{\"credit\": 1}");
            byte[] frame = (byte[]) page.hear();
            assertEquals(5, ByteBuffer.wrap(frame).getLong());
            byte[] picture = FakeMesh.marked(
                    FakeMesh.rgb(GenerateRequest.newBuilder().setSeed(77030).build(), 5),
                    "jpeg",
                    "seed=77030&first_index=5&frames=1");
            assertArrayEquals(picture, java.util.Arrays.copyOfRange(frame, 8, frame.length));
            page.say("{\"credit\": 3}");
            assertEquals(range(6, 9), page.frames(3));
            page.say("{\"seek\": 300}").hear("\"sought\":300"); // and not a frame more
            page.say("{\"credit\": 2}");
            assertEquals(range(300, 302), page.frames(2));
            Web.await(() -> mesh.running(77030) == 0); // there is no credit
            assertTrue(mesh.sent(77030) < 1000, "painted " + mesh.sent(77030)); // what two connections hold
        }
    }

    @Test
    void withoutCreditThereIsNoWork() throws InterruptedException {
        try (var page = new Page()) {
            page.say("{\"start\": {\"seed\": 77031}}").hear("started");
            page.say("{\"seek\": 9}").hear("sought");
            assertEquals(0, mesh.started(77031));
        }
    }

    @Test
    void absurdCreditIsBounded() throws InterruptedException {
        try (var page = new Page()) {
            page.say("{\"credit\": 9223372036854775807}").say("{\"credit\": 9223372036854775807}");
            page.say("{\"start\": {\"seed\": 77032, \"pace\": \"fast\"}}").hear("started");
            assertEquals(range(0, 256), page.frames(256));
            page.say("{\"seek\": 7}").hear("sought"); // frame 256 would have come before
            assertNull(page.told.poll());
        }
    }

    @Test
    void aStreamThatWaitsForCreditIsClosedAndGoesOn() throws InterruptedException {
        try (var page = new Page()) {
            page.say("{\"start\": {\"seed\": 77033, \"pace\": \"fast\"}}").hear("started");
            page.say("{\"credit\": 2}");
            assertEquals(range(0, 2), page.frames(2));
            Web.await(() -> mesh.running(77033) == 0);
            page.say("{\"credit\": 2}");
            assertEquals(range(2, 4), page.frames(2));
        }
    }

    @Test
    void endsWhereTheStreamDoesAndGoesThroughFaults() throws InterruptedException {
        try (var page = new Page()) {
            page.say("{\"start\": {\"seed\": 7, \"frames\": 12, \"pace\": \"fast\", \"motion_seed\": "
                            + FakeMesh.BREAKING + "}}")
                    .hear("started");
            page.say("{\"credit\": 100}");
            assertEquals(range(0, 12), page.frames(12));
            page.hear("{\"ended\":{\"next_index\":12}}");
        }
    }

    @Test
    void seekingEndsTheWaitForAFrame() throws InterruptedException {
        try (var page = new Page()) {
            page.say("{\"start\": {\"seed\": 77034, \"motion_seed\": " + FakeMesh.STILL + "}}")
                    .hear("started");
            page.say("{\"credit\": 9}");
            assertEquals(range(0, 2), page.frames(2));
            page.say("{\"seek\": 500}").hear("sought");
            assertEquals(range(500, 502), page.frames(2));
            page.say("{\"stop\": true}");
            Web.await(() -> mesh.running(77034) == 0);
        }
    }

    @Test
    void thereIsABoundOnSocketsAndIdleOnesCostNothing() {
        List<Page> pages = new ArrayList<>();
        try {
            Web.await(() -> live.connected() == 0); // the pages of the test before
            while (pages.size() < FakePort.SOCKETS) {
                pages.add(new Page());
            }
            Web.await(() -> live.connected() == FakePort.SOCKETS); // a page counts a moment after it is connected
            assertEquals(429, refusal(() -> pages.add(new Page())));
        } finally {
            pages.forEach(Page::close);
        }
        Web.await(() -> {
            try (var page = new Page()) {
                return true;
            } catch (CompletionException e) {
                return false;
            }
        });
    }

    @Test
    void aPageOfAnotherSiteIsRefused() {
        assertEquals(403, refusal(() -> new Page("https://elsewhere.example").close()));
    }

    private static int refusal(Runnable opening) {
        var refused = assertThrows(CompletionException.class, opening::run);
        return ((WebSocketHandshakeException) refused.getCause()).getResponse().statusCode();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nonsense                                         | a message is
            []                                               | a message is
            {"start": {"seed": 1}, "credit": 1}              | a message is
            {"dance": 1}                                     | a message is
            {"start": 7}                                     | start wants an object
            {"start": {}}                                    | nothing says what to show
            {"start": {"seed": [1]}}                         | seed wants a number or a text
            {"start": {"seed": "x"}}                         | seed wants an integer
            {"start": {"seed": 1, "fps": 1e9}}               | fps must be
            {"start": {"seed": 1, "variant": "../etc"}}      | cannot name a variant
            {"start": {"seed": 1, "variant": "nobody"}}      | there are: base, sketch
            {"credit": 0}                                    | credit wants a number of frames from 1
            {"credit": -5}                                   | credit wants a number of frames from 1
            {"credit": 1e99}                                 | credit wants an integer
            {"credit": "many"}                               | credit wants an integer
            {"seek": 5}                                      | start one first
            """)
    void saysWhatIsWrong(String message, String sentence) throws InterruptedException {
        try (var page = new Page()) {
            page.say(message).hear(sentence);
            page.say("{\"start\": {\"seed\": 1}}").hear("started"); // and goes on
        }
    }

    @Test
    void whatTheMeshRefusesIsAProblem() throws InterruptedException {
        try (var page = new Page()) {
            page.say("{\"start\": {\"seed\": 1, \"motion_seed\": 1008}}").hear("started");
            page.say("{\"credit\": 1}").hear("64 streams");
            page.say("{\"seek\": 1}").hear("start one first");
        }
    }
}
