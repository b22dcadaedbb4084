package org.styleinv.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class EmbeddedBrokerTest {
    private static final String TOPIC = "frames";
    private static final EmbeddedBroker.Settings SETTINGS =
            new EmbeddedBroker.Settings(4, 8 << 20, Duration.ofMinutes(10));

    @TempDir
    Path directory;

    @Test
    void keepsRecordsOverARestartAndTakesFramesBeyondAMegabyte() throws Exception {
        var frame = new byte[3 * 1024 * 1024];
        frame[7] = 42;
        try (var broker = EmbeddedBroker.start(directory, SETTINGS, "localhost", 0)) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, Optional.empty(), Optional.empty())))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of(
                            "bootstrap.servers",
                            broker.bootstrapServers(),
                            "max.request.size",
                            SETTINGS.maxRecordBytes()),
                    new StringSerializer(),
                    new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>(TOPIC, 2, "a stream", frame)).get();
            }
        }
        try (var broker = EmbeddedBroker.start(directory, SETTINGS, "0.0.0.0", "127.0.0.1", 0)) {
            assertTrue(broker.bootstrapServers().startsWith("127.0.0.1:"), "others are told what leads here");
            byte[] kept = first(broker.bootstrapServers(), new TopicPartition(TOPIC, 2));
            assertEquals(frame.length, kept.length);
            assertEquals(42, kept[7]);
            BrokerException refused = assertThrows(
                    BrokerException.class, () -> EmbeddedBroker.start(directory, SETTINGS, "localhost", 0));
            assertTrue(refused.getMessage().contains("another broker uses the folder"), refused.getMessage());
            assertEquals(Optional.of(BrokerException.Choice.DIRECTORY), refused.choice());
            controllersInWaitingAreNoNews();
        }
    }

    /** As Kafka's controller logs them. */
    private static void controllersInWaitingAreNoNews() {
        List<String> told = new ArrayList<>();
        var listener = new Handler() {
            @Override
            public void publish(LogRecord line) {
                told.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var kafka = LoggerFactory.getLogger("kafka.server.ControllerApis");
        var door = java.util.logging.Logger.getLogger("kafka.server.ControllerApis");
        door.addHandler(listener);
        try {
            kafka.error("not yet", new CompletionException(new NotControllerException("it appears to be node 1")));
            kafka.error("broken", new CompletionException(new IllegalStateException("it broke")));
        } finally {
            door.removeHandler(listener);
        }
        assertEquals(List.of("broken"), told);
    }

    @Test
    void saysWhichPortIsTakenAndHowToChooseAnother() throws IOException {
        try (var taken = new ServerSocket(0)) {
            BrokerException refused = assertThrows(
                    BrokerException.class,
                    () -> EmbeddedBroker.start(directory, SETTINGS, "localhost", taken.getLocalPort()));
            assertEquals(
                    "the Kafka port " + taken.getLocalPort() + " is taken: stop what listens on it, or choose another",
                    refused.getMessage());
            assertEquals(Optional.of(BrokerException.Choice.PORT), refused.choice());
        }
    }

    private static byte[] first(String bootstrapServers, TopicPartition partition) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<byte[]> values = new ArrayList<>();
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.isEmpty() && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            return values.get(0);
        }
    }
}
