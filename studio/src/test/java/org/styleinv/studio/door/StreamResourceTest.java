package org.styleinv.studio.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.studio.FakeMesh;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.Web;
import org.styleinv.studio.stream.Screening;

/** Streams: every frame, in order, and no work for nobody. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
@Timeout(60)
class StreamResourceTest {
    private static final Pattern INDEX = Pattern.compile("X-Frame-Index: (-?[0-9]+)\r\n");

    @TestHTTPResource
    URI base;

    @Inject
    FakeMesh mesh;

    @Inject
    Screening screening;

    private Web web;

    @BeforeEach
    void open() {
        web = new Web(base);
    }

    private static List<Long> indexes(byte[] mjpeg) {
        List<Long> indexes = new ArrayList<>();
        Matcher found = INDEX.matcher(new String(mjpeg, StandardCharsets.ISO_8859_1));
        while (found.find()) {
            indexes.add(Long.parseLong(found.group(1)));
        }
        return indexes;
    }

    /** A reader who asks, and reads no more than told. */
    private Socket ask(String address) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
        socket.getOutputStream()
                .write(("GET " + address + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        byte[] begin = new DataInputStream(socket.getInputStream()).readNBytes(12);
        assertEquals("HTTP/1.1 200", new String(begin, StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void mjpegHasEveryFrameInOrder() {
        var answer = web.get("/v1/streams.mjpeg?seed=7&first_index=100&frames=40&pace=fast");
        assertEquals(200, answer.statusCode());
        assertEquals("multipart/x-mixed-replace; boundary=frame", Web.header(answer, "content-type"));
        assertEquals("no-store", Web.header(answer, "cache-control"));
        assertEquals(LongStream.range(100, 140).boxed().toList(), indexes(answer.body()));
        String text = new String(answer.body(), StandardCharsets.ISO_8859_1);
        assertTrue(text.startsWith("--frame\r\nContent-Type: image/jpeg\r\n") && text.endsWith("\r\n--frame--\r\n"));
        byte[] first = FakeMesh.marked(
                FakeMesh.rgb(GenerateRequest.newBuilder().setSeed(7).build(), 100),
                "jpeg",
                "seed=7&first_index=100&frames=1");
        int at = text.indexOf("\r\n\r\n") + 4;
        assertArrayEquals(first, text.substring(at, at + first.length).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void goesBackwardsToTheBeginning() {
        var answer = web.get("/v1/streams.mjpeg?seed=7&first_index=3&time_step=-1");
        assertEquals(List.of(3L, 2L, 1L, 0L), indexes(answer.body()));
    }

    @Test
    void goesOnThroughFaults() {
        var answer = web.get("/v1/streams.mjpeg?seed=7&frames=23&motion_seed=" + FakeMesh.BREAKING);
        assertEquals(LongStream.range(0, 23).boxed().toList(), indexes(answer.body()));
    }

    /** Its reader must not take it for a whole one. */
    @ParameterizedTest
    @ValueSource(strings = {"mjpeg", "mp4"})
    void aStreamThatFailsIsCutOff(String form) {
        String address = "/v1/streams." + form + "?seed=7&frames=9&pace=fast&motion_seed=" + FakeMesh.FAILING;
        assertThrows(UncheckedIOException.class, () -> web.get(address));
    }

    @Test
    void aReaderThatStopsReadingStopsTheWork() throws IOException {
        long seed = 77002;
        try (var socket = ask("/v1/streams.mjpeg?pace=fast&seed=" + seed)) {
            long[] seen = {0, 0}; // how many, and for how many looks
            Web.await(() -> {
                long sent = mesh.sent(seed);
                seen[1] = sent == seen[0] && sent > 0 ? seen[1] + 1 : 0;
                seen[0] = sent;
                return seen[1] == 25; // half a second without a frame
            });
            var in = socket.getInputStream();
            byte[] piece = new byte[1 << 16];
            while (mesh.sent(seed) < seen[0] + 200) { // what was held back goes on
                assertTrue(in.read(piece) > 0);
            }
            assertEquals(1, mesh.running(seed));
        }
        Web.await(() -> mesh.running(seed) == 0);
    }

    @Test
    void aReaderThatLeavesEndsAStreamThatIsStill() throws IOException {
        long seed = 77003;
        try (var socket = ask("/v1/streams.mjpeg?pace=fast&seed=" + seed + "&motion_seed=" + FakeMesh.STILL)) {
            Web.await(() -> mesh.running(seed) == 1);
        }
        Web.await(() -> mesh.running(seed) == 0);
    }

    @Test
    void thereIsABoundOnViewers() throws IOException {
        long seed = 77004;
        String address = "/v1/streams.mjpeg?pace=fast&seed=" + seed + "&motion_seed=" + FakeMesh.STILL;
        List<Socket> viewers = new ArrayList<>();
        try {
            Web.await(() -> screening.watched() == 0); // those of the test before
            for (int i = 0; i < FakePort.VIEWERS; i++) {
                viewers.add(ask(address));
            }
            var answer = web.get(address);
            assertEquals(429, answer.statusCode());
            assertEquals("1", Web.header(answer, "retry-after"));
        } finally {
            for (Socket viewer : viewers) {
                viewer.close();
            }
        }
        Web.await(() -> mesh.running(seed) == 0);
        Web.await(() -> screening.watched() == 0);
        assertEquals(200, web.get("/v1/streams.mjpeg?seed=1&frames=1").statusCode());
    }

    @Test
    void aQuestionForTheHeadStartsNoStream() {
        var answer = web.send(HttpRequest.newBuilder(web.at("/v1/streams.mjpeg?seed=77005"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());
        assertEquals(200, answer.statusCode());
        assertEquals(0, mesh.sent(77005));
    }

    @ParameterizedTest
    @CsvSource({"mp4,video/mp4", "webm,video/webm"})
    void videosPlay(String form, String mediaType) throws IOException {
        var answer = web.get("/v1/streams." + form + "?seed=7&frames=30&fps=25&pace=fast");
        assertEquals(200, answer.statusCode());
        assertEquals(mediaType, Web.header(answer, "content-type"));
        assertEquals("seed=7&frames=30&fps=25.0", Web.says(answer.body()).request());
        assertEquals(FakeMesh.MODEL, Web.says(answer.body()).model());
        try (var grabber = new FFmpegFrameGrabber(new ByteArrayInputStream(answer.body()), 0)) {
            grabber.start();
            for (int i = 0; i < 30; i++) {
                assertEquals(2 * FakeMesh.SIDE, grabber.grabImage().imageWidth, "frame " + i);
            }
            assertNull(grabber.grabImage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm"})
    void videosWithoutEndEndWithTheirReader(String form) throws IOException {
        long seed = 77010 + form.length();
        try (var socket = ask("/v1/streams." + form + "?pace=fast&seed=" + seed)) {
            assertEquals(20_000, socket.getInputStream().readNBytes(20_000).length);
            assertEquals(1, mesh.running(seed));
        }
        Web.await(() -> mesh.running(seed) == 0);
    }

    @Test
    void aGifHasEveryFrame() throws IOException {
        var answer = web.get("/v1/streams.gif?seed=7&first_index=9&frames=5&pace=fast");
        assertEquals(200, answer.statusCode());
        assertEquals("image/gif", Web.header(answer, "content-type"));
        assertEquals("seed=7&first_index=9&frames=5", Web.says(answer.body()).request());
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(answer.body())));
        assertEquals(5, reader.getNumImages(true));
        byte[] rgb = FakeMesh.rgb(GenerateRequest.newBuilder().setSeed(7).build(), 13);
        int seen = reader.read(4).getRGB(0, 0);
        assertTrue(Math.abs((seen >> 8 & 255) - (rgb[1] & 255)) < 12, "green " + (seen >> 8 & 255));
    }

    @Test
    void aZipHasEveryFrameByItsIndex() throws IOException {
        String address = "/v1/streams.zip?seed=7&first_index=9&frames=3&pace=fast";
        var answer = web.get(address);
        assertEquals("application/zip", Web.header(answer, "content-type"));
        List<String> names = new ArrayList<>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
                long index = Long.parseLong(entry.getName().replace(".png", ""));
                byte[] rgb =
                        FakeMesh.rgb(GenerateRequest.newBuilder().setSeed(7).build(), index);
                assertArrayEquals(
                        FakeMesh.marked(rgb, "png", "seed=7&first_index=" + index + "&frames=1"), zip.readAllBytes());
            }
        }
        assertEquals(List.of("00000009.png", "00000010.png", "00000011.png"), names);
        assertArrayEquals(answer.body(), web.get(address).body(), "the same frames are another file");
    }

    /** What a frame says is enough to have it again. */
    @Test
    void aFrameIsMadeAgainByWhatItSays() throws IOException {
        String query = "seed=7&edits=smile:1.5&variant=base,sketch@8&time_step=0.5&noise=random&noise_seed=4";
        byte[] one = png("/v1/streams.zip?first_index=9&frames=2&pace=fast&" + query);
        assertArrayEquals(one, png("/v1/streams.zip?" + Web.says(one).request()));
    }

    private byte[] png(String address) throws IOException {
        try (var zip =
                new ZipInputStream(new ByteArrayInputStream(web.get(address).body()))) {
            zip.getNextEntry();
            return zip.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gif?seed=7, 'frames must be from 1 to 600 for a GIF, got none'",
        "gif?seed=7&frames=601, 'frames must be from 1 to 600 for a GIF, got 601'",
        "gif?seed=7&frames=6&fps=60, 'fps must be at most 50.0 for a GIF, got 60.0'",
        "zip?seed=7&frames=0, 'frames must be from 1 to 600 for a zip, got none'"
    })
    void whatHasAnEndWantsOne(String query, String sentence) {
        var answer = web.get("/v1/streams." + query);
        assertEquals(400, answer.statusCode());
        assertTrue(Web.text(answer).contains(sentence), Web.text(answer));
    }

    private HttpResponse<byte[]> ask(String method, String address) {
        return web.send(HttpRequest.newBuilder(web.at(address))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
    }

    @Test
    void broadcastsAreStartedAndStopped() {
        String address = "/v1/broadcasts/mine?seed=5&motion_seed=3&first_index=100";
        var started = ask("PUT", address);
        assertEquals(200, started.statusCode(), Web.text(started));
        assertTrue(Web.text(started).contains("\"first_index\":100"), Web.text(started));
        assertEquals(200, ask("PUT", address).statusCode());
        assertTrue(Web.text(web.get("/v1/broadcasts")).contains("\"id\":\"mine\""));
        assertEquals(409, ask("PUT", "/v1/broadcasts/mine?seed=6").statusCode());
        assertEquals(
                400, ask("PUT", "/v1/broadcasts/" + "x".repeat(70) + "?seed=6").statusCode());
        assertEquals(400, ask("PUT", "/v1/broadcasts/mine").statusCode());
        assertEquals(400, ask("DELETE", "/v1/broadcasts/mine?seed=5").statusCode());
        assertEquals(200, ask("DELETE", "/v1/broadcasts/mine").statusCode());
        assertEquals(404, ask("DELETE", "/v1/broadcasts/mine").statusCode());
        assertFalse(Web.text(web.get("/v1/broadcasts")).contains("\"id\":\"mine\""));
    }

    @Test
    void allWhoWatchABroadcastShareAStream() throws IOException {
        Web.await(() -> mesh.running(FakeMesh.NEWS) == 0);
        long before = mesh.started(FakeMesh.NEWS);
        try (var one = ask("/v1/broadcasts/news.mjpeg");
                var two = ask("/v1/broadcasts/news.mjpeg")) {
            String first = new String(one.getInputStream().readNBytes(20_000), StandardCharsets.ISO_8859_1);
            String second = new String(two.getInputStream().readNBytes(20_000), StandardCharsets.ISO_8859_1);
            assertEquals(before + 1, mesh.started(FakeMesh.NEWS));
            for (String text : List.of(first, second)) { // the clock's frames, and none twice
                assertTrue(text.contains("styleinv:request=\"seed=4&amp;"), text);
                List<Long> seen = indexes(text.getBytes(StandardCharsets.ISO_8859_1));
                assertTrue(seen.size() > 5, seen.toString());
                assertTrue(seen.get(0) > 25 * 1_000_000, seen.toString());
                assertEquals(seen.stream().distinct().sorted().toList(), seen);
            }
        }
        Web.await(() -> mesh.running(FakeMesh.NEWS) == 0);
    }

    @Test
    void aBroadcastThatIsNotThereNamesThoseThatAre() {
        var answer = web.get("/v1/broadcasts/olds.mjpeg");
        assertEquals(404, answer.statusCode());
        assertTrue(Web.text(answer).contains("[news]"), Web.text(answer));
        assertEquals(404, web.get("/v1/broadcasts/..%2F..%2Fetc.mjpeg").statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            frames=1                            | 400 | nothing says what to show
            seed=1&frames=-1                    | 400 | frame_count must be 0
            seed=1&frames=9223372036854775807   | 400 | frame_count must end at
            seed=1&first_index=-1               | 400 | first_index must be from 0
            seed=1&fps=1e9                      | 400 | fps must be from 0.001 to 1000
            seed=1&fps=NaN                      | 400 | fps must be from 0.001 to 1000
            seed=1&pace=slow                    | 400 | pace wants real_time or fast
            seed=1&colour=red                   | 400 | "colour\\" is unknown here
            seed=1&model=ff                     | 404 | is not served
            seed=1&motion_seed=1003             | 400 | the fake refuses
            seed=1&motion_seed=1008             | 429 | 64 streams
            seed=1&motion_seed=1014             | 503 | the fake refuses
            """)
    void saysWhatIsWrong(String query, int status, String sentence) {
        var answer = web.get("/v1/streams.mjpeg?" + query);
        assertEquals(status, answer.statusCode(), Web.text(answer));
        assertTrue(Web.text(answer).contains(sentence), Web.text(answer));
    }
}
