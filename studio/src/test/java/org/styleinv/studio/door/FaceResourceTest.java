package org.styleinv.studio.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.W;
import org.styleinv.studio.FakeMesh;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.Web;

/** Pictures in, and what the lists say. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
class FaceResourceTest {
    @TestHTTPResource
    URI base;

    private final ObjectMapper json = new ObjectMapper();
    private Web web;

    @BeforeEach
    void open() {
        web = new Web(base);
    }

    private HttpResponse<byte[]> post(String address, byte[] body) {
        return web.send(HttpRequest.newBuilder(web.at(address))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    @Test
    void aPictureBecomesAFaceInAnAddress() throws IOException {
        var answer = post("/v1/faces", new byte[132]);
        assertEquals(200, answer.statusCode(), Web.text(answer));
        JsonNode face = json.readTree(answer.body());
        assertEquals(21.5, face.get("psnr").asDouble());
        byte[] seen = FakeMesh.picture(FakeMesh.rgb(GenerateRequest.getDefaultInstance(), 0), "png");
        String data = "data:image/png;base64," + Base64.getEncoder().encodeToString(seen);
        assertEquals(data, face.get("crop").asText());
        String id = face.get("face").asText();
        byte[] made = FakeMesh.marked(FakeMesh.rgb(GenerateRequest.getDefaultInstance(), 0), "png", "face=" + id);
        assertEquals(
                "data:image/png;base64," + Base64.getEncoder().encodeToString(made),
                face.get("reconstruction").asText());
        GenerateRequest shown = GenerateRequest.newBuilder()
                .setW0(W.newBuilder().addAllValues(Collections.nCopies(8, 0.5f)))
                .build();
        assertArrayEquals(
                FakeMesh.marked(FakeMesh.rgb(shown, 0), "png", "face=" + id + "&first_index=0&frames=1"),
                web.follow(face.get("frame").asText()).body());
    }

    private HttpResponse<byte[]> form(String type, byte[] body) {
        return web.send(HttpRequest.newBuilder(web.at("/v1/faces"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    private static byte[] form(String before, byte[] file, String after) {
        byte[] begin = before.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] end = after.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(begin, begin.length + file.length + end.length);
        System.arraycopy(file, 0, all, begin.length, file.length);
        System.arraycopy(end, 0, all, begin.length + file.length, end.length);
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--x\nContent-Disposition: form-data; name=\"p\"; filename=\"f.png\"\n\n",
                "--x\nContent-Disposition: form-data; name=\"a\"\n\nword\n--x\ncontent-disposition: form-data; name=p; FileName=f\nContent-Type: image/png\n\n",
                "what a mailer says\n--x\nContent-Disposition: form-data; name=\"p\"; filename=\"\"\n\n"
            })
    void aPictureMayComeInAForm(String before) throws IOException {
        byte[] picture = new byte[132];
        picture[60] = '\r';
        picture[61] = '\n';
        picture[62] = '-';
        picture[63] = '-'; // as a boundary begins
        String plain =
                json.readTree(post("/v1/faces", picture).body()).get("face").asText();
        var answer = form("multipart/form-data; boundary=x", form(before, picture, "\n--x--\n"));
        assertEquals(200, answer.statusCode(), Web.text(answer));
        assertEquals(plain, json.readTree(answer.body()).get("face").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "multipart/form-data, --x, boundary",
        "multipart/form-data; boundary=, --x, boundary",
        "multipart/mixed; boundary=x, --x, boundary",
        "multipart/form-data; boundary=x, nothing, no whole file",
        "multipart/form-data; boundary=x, --x--, no whole file",
        "multipart/form-data; boundary=x, '--x\nContent-Disposition: form-data; filename=f\n\ncut off', no whole file",
        "multipart/form-data; boundary=x, '--x\nContent-Disposition: form-data; name=a\n\nword\n--x--\n', no whole file",
        "multipart/form-data; boundary=x, '--x\nContent-Disposition: form-data; filename=f\n\n\n--x--\n', no body"
    })
    void aFormWithoutAFileIsRefused(String type, String body, String said) {
        var answer = form(type, form(body.replace("\\n", "\n"), new byte[0], ""));
        assertEquals(400, answer.statusCode(), Web.text(answer));
        assertTrue(Web.text(answer).contains(said), Web.text(answer));
    }

    /** As bounded as any other body; many parts and long heads are no work. */
    @Test
    void aLargeFormIsRefused() {
        byte[] large = new byte[9 << 20];
        assertEquals(413, form("multipart/form-data; boundary=x", large).statusCode());
        byte[] parts = "--x\r\n\r\n\r\n".repeat(700_000).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(400, form("multipart/form-data; boundary=x", parts).statusCode());
    }

    @Test
    void anAlignedPictureIsTakenAsItIs() throws IOException {
        String cut = json.readTree(post("/v1/faces", new byte[132]).body())
                .get("face")
                .asText();
        String whole = json.readTree(
                        post("/v1/faces?aligned=true", new byte[132]).body())
                .get("face")
                .asText();
        assertFalse(cut.equals(whole), cut);
        assertEquals(400, post("/v1/faces?aligned=yes", new byte[132]).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<svg xmlns='http://www.w3.org/2000/svg'/>", "<html>", ""})
    void whatIsNoPictureIsRefused(String body) {
        var answer = post("/v1/faces", body.getBytes(StandardCharsets.UTF_8));
        assertEquals(400, answer.statusCode());
        assertTrue(
                Web.text(answer).contains(body.isEmpty() ? "has no body" : "image.data is no picture"),
                Web.text(answer));
    }

    /** The answer comes through while the picture is still being sent. */
    @RepeatedTest(8)
    void aLargePictureIsRefused() {
        var answer = post("/v1/faces", new byte[9 << 20]);
        assertEquals(413, answer.statusCode());
        assertTrue(Web.text(answer).contains("at most 8388608 bytes"), Web.text(answer));
    }

    /** Who never stops sending is not listened to for long. */
    @Test
    void aPictureWithoutAnEndIsLeft() throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            var out = socket.getOutputStream();
            out.write("POST /v1/faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000000\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] piece = new byte[1 << 16];
            long end = System.nanoTime() + 20_000_000_000L;
            assertThrows(IOException.class, () -> {
                while (System.nanoTime() < end) {
                    out.write(piece);
                }
            });
        }
    }

    /** Its length is not told, so only reading tells. */
    @Test
    void aLargePictureInPiecesIsRefused() {
        byte[] piece = new byte[1 << 20];
        var answer = web.send(HttpRequest.newBuilder(web.at("/v1/faces"))
                .POST(HttpRequest.BodyPublishers.ofByteArrays(Collections.nCopies(9, piece)))
                .build());
        assertEquals(413, answer.statusCode());
        assertTrue(Web.text(answer).contains("at most 8388608 bytes"), Web.text(answer));
    }

    @Test
    void aSlowUploadEnds() throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("POST /v1/faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
            assertTrue(answer.contains("did not arrive within 2.0 s"), answer);
        }
    }

    /** Requests that share a connection: what one of them does wrong is its own. */
    @Test
    void picturesComeByHttp2AsWell() throws IOException {
        Web shared = Web.ofHttp2(base);
        shared.get("/v1/models");
        HttpRequest.Builder post =
                HttpRequest.newBuilder(shared.at("/v1/faces")).timeout(Duration.ofSeconds(20));
        for (int round = 0; round < 3; round++) {
            var face = shared.send(post.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[132]))
                    .build());
            assertEquals(HttpClient.Version.HTTP_2, face.version());
            assertEquals(200, face.statusCode(), Web.text(face));
            var large = shared.send(
                    post.POST(HttpRequest.BodyPublishers.ofByteArrays(Collections.nCopies(9, new byte[1 << 20])))
                            .build());
            assertEquals(413, large.statusCode());
            assertTrue(Web.text(large).contains("at most 8388608 bytes"), Web.text(large));
        }
        assertEquals(200, shared.get("/v1/models").statusCode());
    }

    @Test
    void whoWaitsToBeAskedForThePictureIsAsked() throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    "POST /v1/faces HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 132\r\nExpect: 100-continue\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String asked = new String(socket.getInputStream().readNBytes(25), StandardCharsets.US_ASCII);
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", asked);
            out.write(new byte[132]);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        }
    }

    @Test
    void facesAreNotFetched() {
        assertEquals(405, web.get("/v1/faces").statusCode());
    }

    @Test
    void listsSayWhatThereIs() throws IOException {
        JsonNode model = json.readTree(web.get("/v1/models").body()).get(0);
        assertEquals(FakeMesh.MODEL, model.get("model").asText());
        assertEquals(FakeMesh.SIDE, model.get("resolution").asInt());
        JsonNode variants = json.readTree(web.get("/v1/variants").body());
        assertEquals("base", variants.get(0).get("name").asText());
        assertEquals(FakeMesh.SKETCH, variants.get(1).get("painter").asText());
        assertEquals(
                200,
                web.get("/v1/frames/1.png?seed=1&variant=sketch&model="
                                + variants.get(1).get("model").asText())
                        .statusCode());
        assertEquals("[\"smile\",\"age\"]", Web.text(web.get("/v1/directions")));
        JsonNode broadcast = json.readTree(web.get("/v1/broadcasts").body()).get(0);
        assertEquals("news", broadcast.get("id").asText());
        assertEquals(4, broadcast.get("seed").asInt());
        assertEquals(1_700_000_000_000L, broadcast.get("start_ms").asLong());
        assertEquals(400, web.get("/v1/models?all=true").statusCode());
    }

    @Test
    void browsersAreKeptIn() {
        var page = web.get("/", "Origin", "https://elsewhere.example");
        assertEquals(200, page.statusCode());
        assertEquals("nosniff", Web.header(page, "x-content-type-options"));
        assertTrue(Web.header(page, "content-security-policy").startsWith("default-src 'self';"));
        assertEquals("", Web.header(page, "access-control-allow-origin"));
    }
}
