package org.styleinv.studio.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.studio.FakeMesh;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.Web;
import org.styleinv.studio.upstream.MeshReplica;
import org.styleinv.studio.upstream.Meter;
import org.styleinv.video.provenance.Testimony;

/** Videos in parts: each by itself, and the same whoever makes it. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
@Timeout(60)
class HlsResourceTest {
    @TestHTTPResource
    URI base;

    @Inject
    FakeMesh mesh;

    @Inject
    StudioConfig config;

    private Web web;

    @BeforeEach
    void open() {
        web = new Web(base);
    }

    private List<String> addresses(String playlist) {
        return playlist.lines().filter(line -> line.startsWith("/")).toList();
    }

    @Test
    void aPlaylistLeadsToAVideoThatPlays() throws IOException {
        var answer = web.get("/v1/streams.m3u8?seed=7&fps=10&frames=50&first_index=1000");
        assertEquals(200, answer.statusCode(), Web.text(answer));
        assertEquals(
                "application/vnd.apple.mpegurl",
                Web.header(answer, "content-type").split(";")[0]);
        String playlist = Web.text(answer);
        List<String> parts = addresses(playlist);
        assertEquals(3, parts.size()); // 20, 20 and 10 frames
        assertTrue(playlist.contains("#EXTINF:1.000000,") && playlist.endsWith("#EXT-X-ENDLIST\n"), playlist);
        String header = playlist.lines()
                .filter(line -> line.startsWith("#EXT-X-MAP"))
                .findFirst()
                .orElseThrow()
                .split("\"")[1];
        Testimony said = Web.says(web.get(header).body());
        assertEquals(FakeMesh.MODEL, said.model());
        assertEquals("seed=7&first_index=1000&frames=50&fps=10.0", said.request());
        var video = new ByteArrayOutputStream();
        video.writeBytes(web.get(header).body());
        for (String part : parts) {
            var segment = web.get(part);
            assertEquals(200, segment.statusCode(), Web.text(segment));
            assertEquals("public, max-age=31536000, immutable", Web.header(segment, "cache-control"));
            video.writeBytes(segment.body());
        }
        try (var grabber = new FFmpegFrameGrabber(new ByteArrayInputStream(video.toByteArray()), 0)) {
            grabber.setFormat("mp4");
            grabber.start();
            for (int i = 0; i < 50; i++) {
                Frame frame = grabber.grabImage();
                assertEquals(2 * FakeMesh.SIDE, frame.imageWidth);
                assertEquals(i * 100_000L, grabber.getTimestamp());
            }
            assertNull(grabber.grabImage());
        }
    }

    @Test
    void aPartIsTheSameFromTwoReplicas() throws IOException {
        String part = addresses(Web.text(web.get("/v1/streams.m3u8?seed=77020&fps=10&frames=5000")))
                .get(249);
        byte[] here = web.get(part).body();
        assertEquals(20, mesh.sent(77020)); // and not what is before it
        try (var replica = new MeshReplica(config)) {
            var other = new HlsResource(replica.mesh(), new Segments(replica.mesh(), config));
            assertArrayEquals(here, other.segment("249", parameters(part), Meter.NONE));
        }
    }

    private static Map<String, List<String>> parameters(String address) {
        return Arrays.stream(address.substring(address.indexOf('?') + 1).split("&"))
                .map(one -> one.split("="))
                .collect(Collectors.toMap(one -> one[0], one -> List.of(one[1])));
    }

    @Test
    void aBroadcastsPlaylistGoesWithTheClock() {
        String playlist = Web.text(web.get("/v1/broadcasts/news.m3u8"));
        List<String> parts = addresses(playlist);
        assertEquals(6, parts.size());
        assertTrue(!playlist.contains("ENDLIST") && !playlist.contains("VOD"), playlist);
        long first = Long.parseLong(playlist.replaceAll("(?s).*MEDIA-SEQUENCE:([0-9]+).*", "$1"));
        assertTrue(
                first > 1_000_000 && parts.get(0).startsWith("/v1/broadcasts/news/segments/" + first + ".m4s?stream="),
                playlist);
        assertEquals(200, web.get(parts.get(5)).statusCode());
        String header = playlist.replaceAll("(?s).*#EXT-X-MAP:URI=\"([^\"]*)\".*", "$1");
        assertEquals(200, web.get(header).statusCode());
    }

    @Test
    void whoWatchesABroadcastHasNothingElseMade() {
        List<String> parts = addresses(Web.text(web.get("/v1/broadcasts/news.m3u8")));
        String newest = parts.get(5);
        long number = Long.parseLong(newest.replaceAll(".*segments/([0-9]+)[.].*", "$1"));
        for (long other : new long[] {0, number - 100, number + 100}) {
            String address = newest.replace("/" + number + ".", "/" + other + ".");
            assertEquals(404, web.get(address).statusCode(), address);
        }
        String another = newest.replaceAll("stream=[^&]*", "stream=p0-0000000000000000");
        assertEquals(404, web.get(another).statusCode(), "one that was before, under the same name");
        assertEquals(400, web.get(newest + "&seed=7").statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            streams.m3u8                              | 400 | nothing says what to show
            streams.m3u8?seed=1&frames=100000000      | 400 | a playlist has at most 3600 segments
            streams.m3u8?seed=1&model=ff              | 404 | is not served
            segments/x.m4s?seed=1                     | 404 | a segment of this video has a number
            segments/-1.m4s?seed=1                    | 404 | a segment of this video has a number
            segments/3.m4s?seed=1&fps=10&frames=50    | 404 | from 0 to 2
            segments/0.m4s?seed=1&motion_seed=1008    | 429 | 64 streams
            segments/0.m4s?seed=1&motion_seed=2001    | 503 | the model is being replaced
            broadcasts/olds.m3u8                      | 404 | [news]
            """)
    void saysWhatIsWrong(String address, int status, String sentence) {
        var answer = web.get("/v1/" + address);
        assertEquals(status, answer.statusCode(), Web.text(answer));
        assertTrue(Web.text(answer).contains(sentence), Web.text(answer));
    }
}
