package org.styleinv.mesh.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.client.KafkaFrames;
import org.styleinv.mesh.command.output.BrokerPulse;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.proto.wire.Address;
import org.styleinv.proto.wire.Topics;

/** {@code watch} beside a broker that goes. */
@Timeout(120)
class WatchTest {
    @TempDir
    private Path data;

    @Test
    void silenceOfAMeshIsToldFromABrokerThatIsGone() throws Exception {
        var broker = EmbeddedBroker.start(data, Mesh.BROKER, "localhost", 0);
        String kafka = broker.bootstrapServers();
        try {
            try (var admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
                Topics.ensure(admin, Topics.Settings.DEFAULTS, List.of(Topics.BASE), Duration.ofSeconds(30));
            }
            Run quiet = Run.of("watch", "--bootstrap", kafka, "--wait", "1");
            assertEquals(1, quiet.code());
            assertTrue(quiet.err().contains("is somebody streaming variant \"base\"?"), quiet.err());
            List<String> news = new ArrayList<>();
            try (var frames = KafkaFrames.open(kafka, Topics.BASE, false)) {
                var pulse = new BrokerPulse(frames, kafka, news::add);
                pulse.feel();
                assertEquals(List.of(), news);
                broker.close();
                pulse.feel();
                pulse.feel();
                assertEquals(List.of("the broker " + kafka + " does not answer; waiting for it"), news);
                assertTrue(pulse.isAway());
                broker = EmbeddedBroker.start(
                        data,
                        Mesh.BROKER,
                        "localhost",
                        Address.parse("it", kafka).port());
                while (pulse.isAway()) {
                    pulse.feel();
                }
                assertEquals("the broker " + kafka + " answers again", news.get(1));
            }
        } finally {
            broker.close();
        }
    }
}
