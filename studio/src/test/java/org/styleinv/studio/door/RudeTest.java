package org.styleinv.studio.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.studio.FakeMesh;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.Web;

/** Guests without manners cost little, and keep nobody else waiting. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
@Timeout(60)
class RudeTest {
    private static final int MANY = 200;
    private static final Duration SOON = Duration.ofSeconds(5); // on a machine that does other things, too

    @TestHTTPResource
    URI base;

    @Inject
    FakeMesh mesh;

    private Web web;

    @BeforeEach
    void open() {
        web = new Web(base);
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** Threads that fetch frames for pages; those of work that was done lately may be among them. */
    private static long pumps() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("studio-live"))
                .count();
    }

    private void othersAreServed() {
        long begin = System.nanoTime();
        assertEquals(200, web.follow("/v1/frames/3.png?seed=7").statusCode());
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertTrue(took.compareTo(SOON) < 0, "a frame took " + took);
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
        return socket;
    }

    private static String firstLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int one = in.read(); one >= 0 && one != '\r'; one = in.read()) {
            line.append((char) one);
        }
        return line.toString();
    }

    /** Sends what it can until it is not listened to any more; the first line of the answer. */
    private String answerTo(String begin, String much, long times) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            byte[] piece = much.getBytes(StandardCharsets.US_ASCII);
            try {
                out.write(begin.getBytes(StandardCharsets.US_ASCII));
                for (long i = 0; i < times; i++) {
                    out.write(piece);
                }
            } catch (SocketException e) {
                // refused before the end, which is well
            }
            try {
                return firstLine(socket.getInputStream());
            } catch (SocketException e) {
                return "reset";
            }
        }
    }

    @Test
    void anAddressOfTenMegabytesIsRefusedAtOnce() throws IOException {
        long begin = System.nanoTime();
        String answer = answerTo("GET /v1/frames/1.png?seed=7&x=", "x".repeat(10_000), 1000);
        assertTrue(answer.contains(" 414 ") || answer.equals("reset"), answer);
        assertTrue(Duration.ofNanos(System.nanoTime() - begin).compareTo(SOON) < 0);
        othersAreServed();
    }

    @Test
    void headersOfTenMegabytesAreRefusedAtOnce() throws IOException {
        String answer = answerTo(
                "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n", "X-Much: " + "x".repeat(9990) + "\r\n", 1000);
        assertTrue(answer.contains(" 431 ") || answer.equals("reset"), answer);
        othersAreServed();
    }

    /** A request that comes a letter at a time takes no thread, however many there are. */
    @Test
    void manySlowRequestsTakeNoThread() throws IOException {
        othersAreServed();
        int before = threads();
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < MANY; i++) {
                Socket socket = connect();
                slow.add(socket);
                socket.getOutputStream()
                        .write("GET /v1/frames/1.png?seed=7 HTTP/1.1\r\nHos".getBytes(StandardCharsets.US_ASCII));
            }
            for (Socket socket : slow) {
                socket.getOutputStream().write('t');
            }
            othersAreServed();
            assertTrue(threads() < before + 20, before + " threads became " + threads());
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private WebSocket socket(List<String> heard) {
        URI address = URI.create(base.resolve("/v1/live").toString().replaceFirst("^http", "ws"));
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new WebSocket.Listener() {
                    private final StringBuilder text = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
                        text.append(part);
                        if (last) {
                            heard.add(text.toString());
                            text.setLength(0);
                        }
                        socket.request(1);
                        return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        heard.add("closed " + code);
                        return null;
                    }

                    @Override
                    public void onError(WebSocket socket, Throwable failure) {
                        heard.add("closed by " + failure);
                    }
                })
                .join();
    }

    /** They have started streams and give no credit: there is no thread for them, and the mesh has no stream of theirs. */
    @Test
    void manySocketsWithoutCreditCostNothing() {
        long seed = 88001;
        long before = pumps();
        List<WebSocket> sockets = new ArrayList<>();
        List<List<String>> heard = new ArrayList<>();
        try {
            HttpClient client = HttpClient.newHttpClient();
            URI address = URI.create(base.resolve("/v1/live").toString().replaceFirst("^http", "ws"));
            List<CompletableFuture<WebSocket>> opening = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                List<String> words = java.util.Collections.synchronizedList(new ArrayList<>());
                heard.add(words);
                opening.add(client.newWebSocketBuilder().buildAsync(address, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
                        words.add(part.toString());
                        socket.request(1);
                        return null;
                    }
                }));
            }
            opening.forEach(one -> sockets.add(one.join()));
            sockets.forEach(one ->
                    one.sendText("{\"start\": {\"seed\": " + seed + "}}", true).join());
            Web.await(() -> heard.stream().allMatch(words -> words.toString().contains("started")));
            assertEquals(0, mesh.started(seed), "the mesh works for nobody");
            othersAreServed();
            assertTrue(pumps() <= before, before + " threads for pages became " + pumps());
        } finally {
            sockets.forEach(WebSocket::abort);
        }
    }

    @Test
    void aMessageOfTenMegabytesClosesItsSocket() {
        List<String> heard = java.util.Collections.synchronizedList(new ArrayList<>());
        WebSocket socket = socket(heard);
        socket.sendText("{\"start\": \"" + "x".repeat(10_000_000) + "\"}", true).exceptionally(gone -> socket);
        Web.await(() -> heard.stream().anyMatch(word -> word.startsWith("closed")));
        othersAreServed();
    }

    /** After the time of a stall, here 10 s, and not before. */
    @Test
    @Tag("thorough")
    void aReaderThatStopsIsSentAway() throws IOException {
        long seed = 88002;
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(("GET /v1/streams.mjpeg?pace=fast&seed=" + seed + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            Web.await(() -> mesh.running(seed) == 1);
            long begin = System.nanoTime();
            Web.await(() -> mesh.running(seed) == 0);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertTrue(took > 9000, "sent away after " + took + " ms");
        }
        othersAreServed();
    }
}
