package org.styleinv.studio.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.proto.Edit;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Mix;
import org.styleinv.studio.FakeMesh;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.Web;
import org.styleinv.video.provenance.Origin;
import org.styleinv.video.provenance.Testimony;

/** A frame's address: what it shows, how long it may be kept, and what is no address. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
class FrameResourceTest {
    private static final String MODEL = "model=" + FakeMesh.MODEL;

    @TestHTTPResource
    URI base;

    @Inject
    FakeMesh mesh;

    private Web web;

    @BeforeEach
    void open() {
        web = new Web(base);
    }

    private static byte[] png(long seed, long index) {
        return FakeMesh.marked(
                FakeMesh.rgb(GenerateRequest.newBuilder().setSeed(seed).build(), index),
                "png",
                "seed=" + seed + "&first_index=" + index + "&frames=1");
    }

    @Test
    void leadsToTheAddressWithTheModel() {
        var answer = web.get("/v1/frames/42.png?motion_seed=3&seed=7&time_step=1");
        assertEquals(307, answer.statusCode());
        assertEquals("/v1/frames/42.png?seed=7&motion_seed=3&" + MODEL, Web.header(answer, "location"));
        assertEquals("no-store", Web.header(answer, "cache-control"));
    }

    @Test
    void showsAFrameThatMayBeKeptForEver() {
        var answer = web.get("/v1/frames/42.png?seed=7&" + MODEL);
        assertEquals(200, answer.statusCode());
        assertEquals("image/png", Web.header(answer, "content-type"));
        assertEquals("public, max-age=31536000, immutable", Web.header(answer, "cache-control"));
        assertArrayEquals(png(7, 42), answer.body());
    }

    @Test
    void asksTheMeshForOneFrameAndForNoneThatIsKnown() {
        String address = "/v1/frames/276701161105642.jpg?seed=77001&" + MODEL;
        var first = web.get(address);
        assertEquals(200, first.statusCode());
        assertEquals(1, mesh.sent(77001));
        var again = web.get(address, "If-None-Match", Web.header(first, "etag"));
        assertEquals(304, again.statusCode());
        assertEquals(1, mesh.sent(77001));
        var other = web.get(
                "/v1/frames/276701161105641.jpg?seed=77001&" + MODEL, "If-None-Match", Web.header(first, "etag"));
        assertEquals(200, other.statusCode());
    }

    @Test
    void backwardsShowsTheSameFrame() {
        assertArrayEquals(
                web.get("/v1/frames/9.png?seed=7&time_step=2.0&" + MODEL).body(),
                web.get("/v1/frames/9.png?seed=7&time_step=-2&" + MODEL).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "webp"})
    void saysHowItCameToBe(String form) {
        Testimony said = Web.says(web.get("/v1/frames/9." + form + "?motion_seed=3&time_step=-1&seed=7&" + MODEL)
                .body());
        assertEquals(Origin.Kind.GENERATED.term(), said.source());
        assertEquals(FakeMesh.MODEL, said.model());
        assertEquals("seed=7&motion_seed=3&first_index=9&frames=1", said.request());
    }

    @Test
    void namesTheVariantThatPainted() {
        Testimony said =
                Web.says(web.follow("/v1/frames/9.jpg?seed=7&variant=sketch").body());
        assertEquals(FakeMesh.MODEL + " sketch=" + FakeMesh.SKETCH, said.model());
        assertEquals("seed=7&variant=sketch&first_index=9&frames=1", said.request());
    }

    @Test
    void packsWebP() {
        var answer = web.get("/v1/frames/42.webp?seed=7&" + MODEL);
        assertEquals(200, answer.statusCode());
        assertEquals("image/webp", Web.header(answer, "content-type"));
        assertEquals("RIFF", new String(Arrays.copyOf(answer.body(), 4), java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void anotherModelIsNotServed() {
        var answer = web.get("/v1/frames/42.png?seed=7&model=0123");
        assertEquals(404, answer.statusCode());
        assertTrue(Web.text(answer).contains("0123") && Web.text(answer).contains(FakeMesh.MODEL), Web.text(answer));
    }

    @Test
    void aVariantHasAnAddressOfItsOwn() {
        String plain = Web.header(web.get("/v1/frames/42.png?seed=7"), "location");
        String sketch = Web.header(web.get("/v1/frames/42.png?seed=7&variant=sketch"), "location");
        assertFalse(sketch.contains(FakeMesh.MODEL), sketch);
        assertEquals(200, web.get(sketch).statusCode());
        assertEquals(200, web.get(plain).statusCode());
        assertEquals(404, web.get(sketch.replace("variant=sketch&", "")).statusCode());
    }

    @Test
    void aFaceThatIsChangedHasAnAddressOfItsOwn() {
        var answer = web.get("/v1/frames/42.png?edits=smile:0,2@10%2B5/age:-1.5&seed=7");
        assertEquals(
                "/v1/frames/42.png?seed=7&edits=smile%3A0%2C2%4010%2B5%2Fage%3A-1.5&" + MODEL,
                Web.header(answer, "location"));
        byte[] changed = web.get(Web.header(answer, "location")).body();
        GenerateRequest request = GenerateRequest.newBuilder()
                .setSeed(7)
                .addEdits(Edit.newBuilder().setDirection("smile").setStrength("0,2@10+5"))
                .addEdits(Edit.newBuilder().setDirection("age").setStrength("-1.5"))
                .build();
        assertArrayEquals(
                FakeMesh.marked(
                        FakeMesh.rgb(request, 42),
                        "png",
                        "seed=7&edits=smile%3A0%2C2%4010%2B5%2Fage%3A-1.5&first_index=42&frames=1"),
                changed);
        assertFalse(Arrays.equals(png(7, 42), changed));
    }

    @Test
    void aMixtureOfTwoFacesHasAnAddressOfItsOwn() {
        var answer = web.get("/v1/frames/42.png?mix_from=32&mix_seed=9&seed=7");
        assertEquals("/v1/frames/42.png?seed=7&mix_seed=9&mix_from=32&" + MODEL, Web.header(answer, "location"));
        GenerateRequest request = GenerateRequest.newBuilder()
                .setSeed(7)
                .setMix(Mix.newBuilder().setSeed(9).setFromResolution(32))
                .build();
        assertArrayEquals(
                FakeMesh.marked(
                        FakeMesh.rgb(request, 42), "png", "seed=7&mix_seed=9&mix_from=32&first_index=42&frames=1"),
                web.get(Web.header(answer, "location")).body());
        assertEquals(
                "/v1/frames/42.png?seed=7&mix_seed=9&" + MODEL,
                Web.header(web.get("/v1/frames/42.png?mix_from=16&mix_seed=9&seed=7"), "location"));
    }

    /** Another model painted it, or moved it while this one painted. */
    @ParameterizedTest
    @ValueSource(longs = {FakeMesh.SWAPPED, FakeMesh.HALF_SWAPPED})
    void aFrameOfAModelThatIsNotServedIsNotKept(long how) {
        var answer = web.get("/v1/frames/42.png?seed=7&motion_seed=" + how + "&" + MODEL);
        assertEquals(503, answer.statusCode());
        assertEquals("no-store", Web.header(answer, "cache-control"));
        assertEquals("1", Web.header(answer, "retry-after"));
    }

    @Test
    void aPathWithASemicolonIsNoAddress() {
        var answer = web.get("/v1;x/frames/0.png?seed=1");
        assertEquals(404, answer.statusCode());
        assertTrue(Web.text(answer).contains("no address here has a ; in its path, got /v1;x/"), Web.text(answer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            42.png                                 | 400 | nothing says what to show
            42.png?seed=                           | 400 | seed wants an integer of 64 bits
            42.png?seed=seven                      | 400 | seed wants an integer of 64 bits, got
            42.png?seed=1&edits=smile              | 400 | edits wants NAME:STRENGTH
            42.png?seed=1&edits=smile:much         | 400 | must be a number from -10 to 10
            42.png?seed=1&edits=a:1/               | 400 | edits wants NAME:STRENGTH
            42.png?seed=1&mix_from=16              | 400 | mix_from is for mix_seed or mix_face
            42.png?seed=1&mix_seed=2&mix_from=12   | 400 | mix_from must be 8, 16 ... up to
            42.png?seed=1&mix_seed=2&mix_from=-16  | 400 | mix_from must be 8, 16 ... up to
            42.png?seed=1&mix_seed=2&mix_face=1AAA | 400 | mix_seed and mix_face are both given
            42.png?seed=1&mix_face=nonsense        | 400 | face is no id that POST /v1/faces gave
            42.png?seed=1&seed=2                   | 400 | seed is given 2 times
            42.png?seed=99999999999999999999       | 400 | seed wants an integer of 64 bits
            42.png?seed=1&face=1AAAA               | 400 | seed and face are both given
            42.png?face=nonsense                   | 400 | face is no id that POST /v1/faces gave
            42.png?face=1AHw                       | 400 | value 0 is not finite
            42.png?seed=1&sede=2                   | 400 | "sede\\" is unknown here
            42.png?seed=1&time_step=NaN            | 400 | time_step must be
            42.png?seed=1&time_step=0              | 400 | time_step must be
            42.png?seed=1&time_step=1e300          | 400 | time_step must be
            42.png?seed=1&truncation_psi=9         | 400 | truncation_psi must be from -2 to 2
            42.png?seed=1&noise=loud               | 400 | noise wants const or none or random
            42.png?seed=1&noise_seed=1             | 400 | noise_seed is for noise=random
            42.png?seed=1&variant=..%2F..%2Fetc    | 400 | cannot name a variant
            42.png?seed=1&variant=nobody           | 404 | there are: base, sketch
            -1.png?seed=1                          | 400 | first_index must be from 0 to 2^53
            99999999999999999.png?seed=1           | 400 | first_index must be from 0 to 2^53
            x.png?seed=1                           | 400 | the index of a frame is an integer
            42.svg?seed=1                          | 404 | a frame is INDEX.png
            ..%2F..%2Fetc%2Fpasswd?seed=1          | 404 | a frame is INDEX.png
            """)
    void saysWhatIsWrong(String address, int status, String sentence) {
        var answer = web.get("/v1/frames/" + address);
        assertEquals(status, answer.statusCode(), Web.text(answer));
        assertEquals(
                "application/problem+json", Web.header(answer, "content-type").split(";")[0]);
        assertTrue(Web.text(answer).contains(sentence), Web.text(answer));
    }

    @ParameterizedTest
    @CsvSource({"3,400", "5,404", "8,429", "12,501", "13,500", "14,503", "4,504", "7,403"})
    void speaksAsTheMeshDoes(int grpc, int http) {
        var answer = web.get("/v1/frames/42.png?seed=1&motion_seed=" + (FakeMesh.REFUSED + grpc) + "&" + MODEL);
        assertEquals(http, answer.statusCode(), Web.text(answer));
        assertTrue(Web.text(answer).contains(http == 429 ? "64 streams" : "the fake refuses"), Web.text(answer));
        assertEquals(http == 429 ? "2" : http == 503 ? "1" : "", Web.header(answer, "retry-after"));
    }

    @Test
    void anAddressOfTenThousandCharactersIsRefused() {
        assertEquals(
                414, web.get("/v1/frames/42.png?face=1" + "A".repeat(10_000)).statusCode());
    }

    @Test
    void whatIsNowhereIsAProblem() {
        var answer = web.get("/v1/nothing");
        assertEquals(404, answer.statusCode());
        assertEquals(
                "application/problem+json", Web.header(answer, "content-type").split(";")[0]);
    }

    @ParameterizedTest
    @CsvSource({"1, 7", "8, 7", "8, 2000"}) // 2000: streams that break off every five frames
    void framesThatAreReadInOrderComeOutOfOneStream(int readers, long motion) throws Exception {
        long seed = 77100 + readers + motion;
        int frames = 64;
        List<Callable<Boolean>> reading = new ArrayList<>();
        for (int reader = 0; reader < readers; reader++) {
            int first = reader;
            reading.add(() -> {
                for (int i = first; i < frames; i += readers) {
                    var answer =
                            web.get("/v1/frames/" + i + ".png?seed=" + seed + "&motion_seed=" + motion + "&" + MODEL);
                    var request = GenerateRequest.newBuilder().setSeed(seed).setMotionSeed(motion);
                    String said = "seed=" + seed + (motion == 0 ? "" : "&motion_seed=" + motion) + "&first_index=" + i
                            + "&frames=1";
                    assertArrayEquals(
                            FakeMesh.marked(FakeMesh.rgb(request.build(), i), "png", said),
                            answer.body(),
                            "frame " + i);
                }
                return true;
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        try {
            for (Future<Boolean> one : threads.invokeAll(reading)) {
                assertTrue(one.get());
            }
        } finally {
            threads.shutdown();
        }
        long most = motion == FakeMesh.BREAKING ? frames : 8 + readers;
        assertTrue(mesh.started(seed) <= most, mesh.started(seed) + " streams");
        Web.await(() -> mesh.running(seed) == 0); // nobody asks any more
    }

    @Test
    void framesThatAreAskedForHereAndThereAreStreamsOfOne() {
        long seed = 77200;
        for (int i = 0; i < 12; i++) {
            web.get("/v1/frames/" + 1000 * i + ".png?seed=" + seed + "&" + MODEL);
        }
        assertEquals(12, mesh.sent(seed));
    }
}
