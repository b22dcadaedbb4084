package org.styleinv.studio.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.Web;

/** What the studio says of itself. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
class DescriptionTest {
    @TestHTTPResource
    URI base;

    private Web web;

    @BeforeEach
    void open() {
        web = new Web(base);
    }

    private JsonNode operation(String path, String method) throws IOException {
        var answer = web.get("/q/openapi?format=json");
        assertEquals(200, answer.statusCode());
        JsonNode operation =
                new ObjectMapper().readTree(answer.body()).at("/paths/" + path.replace("/", "~1") + "/" + method);
        assertTrue(!operation.isMissingNode(), path + " is not described");
        return operation;
    }

    private static List<String> parameters(JsonNode operation) {
        List<String> names = new ArrayList<>();
        operation.get("parameters").forEach(one -> {
            if (one.get("in").asText().equals("query")) {
                names.add(one.get("name").asText());
            }
        });
        return names.stream().sorted().toList();
    }

    /** An unknown parameter is told those there are, so the two lists can be compared. */
    @Test
    void theParametersAreThoseThatAreTaken() throws IOException {
        for (String path : List.of(
                "/v1/streams.mjpeg",
                "/v1/streams.mp4",
                "/v1/streams.webm",
                "/v1/streams.gif",
                "/v1/streams.zip",
                "/v1/streams.m3u8")) {
            String told = Web.text(web.get(path + "?seed=1&unknown=1"));
            assertEquals(
                    parameters(operation(path, "get")),
                    List.of(told.replaceAll(".*there are: ([a-z_, ]*).*", "$1").split(", ")),
                    path);
        }
        String told = Web.text(web.get("/v1/frames/1.png?seed=1&unknown=1"));
        assertEquals(
                parameters(operation("/v1/frames/{name}", "get")),
                List.of(told.replaceAll(".*there are: ([a-z_, ]*).*", "$1").split(", ")));
        assertEquals(List.of("aligned"), parameters(operation("/v1/faces", "post")));
        assertTrue(operation("/v1/faces", "post").at("/responses/429").isObject());
    }

    @Test
    void peopleCanTryIt() {
        var page = web.get("/q/swagger-ui/");
        assertEquals(200, page.statusCode());
        assertTrue(Web.text(page).contains("swagger-ui"), Web.text(page));
    }

    @Test
    void theIndexLeadsEverywhere() {
        String page = Web.text(web.get("/"));
        for (String address :
                List.of("/v1/frames/", "/v1/streams.mjpeg", "/v1/models", "/v1/faces", "/v1/live", "/q/swagger-ui")) {
            assertTrue(page.contains(address), address);
        }
    }
}
