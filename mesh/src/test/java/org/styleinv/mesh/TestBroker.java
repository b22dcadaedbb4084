package org.styleinv.mesh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.mesh.local.Mesh;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The broker of a test: the one that {@code -Dstyleinv.test.kafka=HOST:PORT} names, else a container, else embedded. */
final class TestBroker implements AutoCloseable {
    private static final String IMAGE = "apache/kafka:4.1.2";

    private final String bootstrapServers;
    private AutoCloseable broker;
    private Path data; // of an embedded one

    private TestBroker(String bootstrapServers, AutoCloseable broker) {
        this.bootstrapServers = bootstrapServers;
        this.broker = broker;
    }

    static TestBroker start() throws IOException {
        String named = System.getProperty("styleinv.test.kafka", "");
        if (!named.isBlank()) {
            return told("named", new TestBroker(named, () -> {}));
        }
        if (containers()) {
            try {
                return told("container", container());
            } catch (RuntimeException e) {
                System.err.println(
                        "tests use the embedded broker, because a container did not start: " + e.getMessage());
            }
        }
        Path data = Files.createTempDirectory("styleinv-test-");
        var embedded = EmbeddedBroker.start(data, Mesh.BROKER, "localhost", 0);
        TestBroker broker = told("embedded", new TestBroker(embedded.bootstrapServers(), embedded));
        broker.data = data;
        return broker;
    }

    /** Whether this machine runs containers. */
    static boolean containers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    static TestBroker container() {
        var kafka = new KafkaContainer(IMAGE);
        kafka.start();
        return new TestBroker(kafka.getBootstrapServers(), kafka);
    }

    private static TestBroker told(String kind, TestBroker broker) {
        System.err.println("tests use a Kafka broker: " + kind + " at " + broker.bootstrapServers);
        return broker;
    }

    /**
     * Takes the broker away, or brings it back on its port with all it had.
     *
     * @throws UnsupportedOperationException if it is not ours
     */
    void there(boolean there) throws Exception {
        if (data == null) {
            throw new UnsupportedOperationException("only the embedded broker comes and goes");
        }
        broker.close();
        if (there) {
            int port = Integer.parseInt(bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1));
            broker = EmbeddedBroker.start(data, Mesh.BROKER, "localhost", port);
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() throws Exception {
        broker.close();
    }
}
