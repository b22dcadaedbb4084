package org.styleinv.studio.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.TrainedRuns;
import org.styleinv.studio.Web;

/** Runs of training over HTTP: what the trainer leaves is shown, and nothing else of the machine is. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
class TrainingResourceTest {
    @TestHTTPResource
    URI base;

    @ConfigProperty(name = "styleinv.studio.runs")
    String folder;

    private Web web;

    @BeforeEach
    void open() {
        web = new Web(base);
    }

    private JsonNode json(String address) throws Exception {
        var answer = web.get(address);
        assertEquals(200, answer.statusCode(), Web.text(answer));
        return new ObjectMapper().readTree(answer.body());
    }

    @Test
    void runsAreListedLiveOnesFirst() throws Exception {
        JsonNode all = json("/v1/runs");
        assertTrue(all.get("on").asBoolean());
        List<String> seen = new ArrayList<>();
        all.get("runs")
                .forEach(run -> seen.add(
                        run.get("run").asText() + " " + run.get("state").asText()));
        assertEquals(List.of("live live", "ended ended", "killed stopped"), seen);
    }

    @Test
    void aRunHasItsFiguresPicturesAndClips() throws Exception {
        JsonNode run = json("/v1/runs/live");
        assertEquals("generator", run.get("stage").asText());
        assertEquals(TrainedRuns.LINES, run.get("kimg").size(), "a line that a kill has cut off is no point");
        assertEquals(0.5, run.get("kimg").get(0).asDouble());
        assertEquals(TrainedRuns.LINES, run.at("/rows/loss_g").size());
        assertEquals(3, run.at("/rows/loss_g/0").asDouble());
        assertTrue(run.at("/rows/sec_per_kimg/0").isNull(), "the first steps compile");
        List<String> pictures = new ArrayList<>();
        run.get("pictures").forEach(address -> pictures.add(address.asText()));
        assertEquals(3, pictures.size(), pictures.toString());
        assertTrue(pictures.get(2).startsWith("/v1/runs/live/pictures/reals.png?at="), pictures.toString());
        var picture = web.get(pictures.get(0));
        assertEquals("image/png", Web.header(picture, "content-type"));
        assertArrayEquals(Files.readAllBytes(Path.of(folder, "live/pictures/reals.png")), picture.body());
        var clip = web.get(run.at("/clips/0").asText());
        assertEquals("video/mp4", Web.header(clip, "content-type"));
        assertEquals(8, clip.body().length);
    }

    @Test
    void aLongRunIsThinnedAndKeepsItsMeasures() throws Exception {
        JsonNode run = json("/v1/runs/ended");
        int points = run.get("kimg").size();
        assertTrue(points > 500 && points < 1600, points + " points");
        assertEquals(3000, run.get("kimg").get(points - 1).asDouble());
        assertEquals(123.5, run.at("/rows/fvd16").get(points - 1).asDouble());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/runs/none",
                "/v1/runs/no-run",
                "/v1/runs/linked",
                "/v1/runs/..",
                "/v1/runs/%2e%2e",
                "/v1/runs/..%2flive",
                "/v1/runs/live/pictures/none.png",
                "/v1/runs/live/pictures/link.png",
                "/v1/runs/live/pictures/..%2f..%2fsecret.png",
                "/v1/runs/live/pictures/%2e%2e/%2e%2e/none",
                "/v1/runs/live/stats.jsonl",
                "/v1/runs/live/.lock",
                "/v1/runs/live/clips/../../secret.png"
            })
    void nothingElseIsShown(String address) {
        assertEquals(404, web.get(address).statusCode(), address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/runs?x=1", "/v1/runs/live?x=1", "/v1/runs/live/pictures/reals.png?x=1"})
    void unknownParametersAreRefused(String address) {
        assertEquals(400, web.get(address).statusCode(), address);
    }
}
