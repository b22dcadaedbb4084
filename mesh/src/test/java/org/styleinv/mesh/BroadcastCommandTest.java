package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.mesh.command.Run;

/** {@code styleinv broadcast} on a whole mesh with a real broker: what viewers of a broadcast see is the video. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(120)
@Tag("thorough")
class BroadcastCommandTest {
    private static final String OPTIONS = "--seed 4 --motion-seed 7 --fps 10 --time-step 0.5 --noise random:3";

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    private Run broadcast(String arguments) {
        return Run.of(("broadcast " + arguments + " --server localhost:" + port).split(" "));
    }

    private static JsonNode json(Run run) throws Exception {
        assertEquals(0, run.code(), run.err());
        return new ObjectMapper().readTree(run.out().lines().findFirst().orElseThrow());
    }

    @Test
    void aBroadcastShowsTheVideoToWhoeverWatchesUntilItIsStopped() throws Exception {
        JsonNode started = json(broadcast("start --id news --json " + OPTIONS));
        assertEquals("news", started.get("id").asText());
        assertEquals("base", started.get("variant").asText());
        assertEquals(0, started.get("frame_count").asLong(), "without --frames it does not end");
        assertEquals(started, json(broadcast("start --id news --json " + OPTIONS)));
        assertEquals(started, json(broadcast("list --json")));
        Run other = broadcast("start --id news --seed 5");
        assertEquals(1, other.code());
        assertTrue(other.err().contains("broadcast \"news\" is live with another request"), other.err());

        Run watched = Run.of(
                "watch",
                "--bootstrap",
                kafka,
                "--server",
                "localhost:" + port,
                "--broadcast",
                "news",
                "--frames",
                "12",
                "--hashes");
        assertEquals(0, watched.code(), watched.err());
        List<String> seen = watched.out().lines().sorted().toList();
        assertEquals(12, seen.size(), watched.out());
        long first = seen.stream()
                .mapToLong(line -> Long.parseLong(line.split(" ")[0]))
                .min()
                .orElseThrow();
        Run generated =
                Run.of(("generate --hashes --frames 60 --from " + first + " --server localhost:" + port + " " + OPTIONS)
                        .split(" "));
        assertTrue(generated.out().lines().toList().containsAll(seen), watched.out() + " of " + generated.out());

        assertEquals(started, json(broadcast("stop --id news --json")));
        Run gone = broadcast("stop --id news");
        assertEquals(2, gone.code());
        assertTrue(gone.err().contains("broadcast \"news\" is not live"), gone.err());
        assertEquals("0 broadcasts are live", broadcast("list").out().strip());
        Run silent = Run.of("watch", "--bootstrap", kafka, "--server", "localhost:" + port, "--broadcast", "news");
        assertTrue(silent.err().contains("\"news\" is not live"), silent.err());
    }
}
