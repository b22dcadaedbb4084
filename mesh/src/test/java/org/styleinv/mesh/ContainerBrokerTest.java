package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.styleinv.client.KafkaFrames;
import org.styleinv.fixture.TestBroker;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Topics;

/** Kafka as others run it, not the one this module brings. Skipped, and counted as such, where no containers run. */
@Tag("container")
class ContainerBrokerTest {

    @Test
    void topicsAndFramesWorkWithTheOfficialImage() throws Exception {
        assumeTrue(TestBroker.containers(), "this machine runs no containers");
        try (var broker = TestBroker.container()) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                Topics.ensure(admin, Topics.Settings.DEFAULTS, List.of(Topics.BASE), Duration.ofSeconds(30));
            }
            Map<String, Object> settings = new HashMap<>(Topics.Settings.DEFAULTS.producerLimits());
            settings.put("bootstrap.servers", broker.bootstrapServers());
            try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
                    var frames = KafkaFrames.open(broker.bootstrapServers(), Topics.BASE, true)) {
                Frame frame = Frame.newBuilder().setStream("a").setIndex(7).build();
                producer.send(new ProducerRecord<>(Topics.frames(Topics.BASE), "a", frame.toByteArray()))
                        .get();
                List<Frame> read = List.of();
                for (int i = 0; i < 30 && read.isEmpty(); i++) {
                    read = frames.poll(Duration.ofSeconds(1));
                }
                assertEquals(List.of(frame), read);
            }
        }
    }
}
