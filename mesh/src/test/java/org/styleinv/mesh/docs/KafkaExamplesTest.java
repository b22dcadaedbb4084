package org.styleinv.mesh.docs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.client.BroadcastClient;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.TestMesh;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.Topics;

/** Consumers in other languages read a broadcast, and the topics hold what docs/asyncapi.yaml says, on a real broker. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(120)
@Tag("thorough")
class KafkaExamplesTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final int FRAMES = 5;
    private static final GenerateRequest REQUEST = GenerateRequest.newBuilder()
            .setSeed(4)
            .setFps(25)
            .setEncoding(Encoding.JPEG)
            .build();

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @TempDir
    Path folder;

    private BroadcastClient broadcasts;

    @BeforeEach
    void start() {
        broadcasts = BroadcastClient.connect(List.of("localhost:" + port));
        broadcasts.start("examples", REQUEST);
    }

    @AfterEach
    void stop() {
        broadcasts.stop("examples");
        broadcasts.close();
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    /** What a program wrote to its standard output. */
    private byte[] run(List<String> command) throws Exception {
        Path out = Files.createTempFile("example", ".out");
        Path log = Files.createTempFile("example", ".log");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(90, TimeUnit.SECONDS), command + " did not end: " + Files.readString(log));
            assertEquals(0, process.exitValue(), Files.readString(log));
            return Files.readAllBytes(out);
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(log);
        }
    }

    @Test
    void inNode() throws Exception {
        assumeTrue(isThere("node"), "there is no node on this machine");
        Path example = HOME.resolve("examples/kafka-node");
        assumeTrue(
                Files.isDirectory(example.resolve("node_modules")), "npm install was not run in examples/kafka-node");
        run(List.of(
                "node", example.resolve("frames.mjs").toString(), kafka, String.valueOf(FRAMES), folder.toString()));
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        assertEquals(FRAMES, files.size(), files.toString());
        try (var client = StreamClient.connect(List.of("localhost:" + port))) {
            for (Path file : files) { // the same frames as any other reader's
                long index = Long.parseLong(file.getFileName().toString().replace(".jpg", ""));
                byte[] seen = Files.readAllBytes(file);
                assertNotNull(ImageIO.read(new ByteArrayInputStream(seen)), file + " is no picture");
                try (var frames = client.stream(REQUEST.toBuilder()
                        .setFirstIndex(index)
                        .setFrameCount(1)
                        .build())) {
                    assertArrayEquals(
                            frames.next().getImage().getData().toByteArray(), seen, "frame " + index + " is another");
                }
            }
        }
    }

    /** The command of docs/clients.md, at this broker. */
    @Test
    void withKcat() throws Exception {
        assumeTrue(isThere("kcat"), "there is no kcat on this machine");
        String documented = Files.readAllLines(HOME.resolve("docs/clients.md")).stream()
                .filter(line -> line.startsWith("kcat "))
                .findFirst()
                .orElseThrow();
        String here = documented.replace("localhost:9092", kafka);
        assertTrue(!here.equals(documented), documented);
        String said = new String(run(List.of("sh", "-c", here)), StandardCharsets.UTF_8);
        List<String> lines = said.lines().toList();
        assertEquals(5, lines.size(), said);
        for (String line : lines) {
            assertTrue(line.matches(".* [0-9]+ bytes .*index=[0-9]+,variant=base,encoding=JPEG,.*"), line);
        }
    }

    /** The command of docs/clients.md, at this mesh. */
    @Test
    void withGrpcurl() throws Exception {
        assumeTrue(isThere("grpcurl"), "there is no grpcurl on this machine");
        for (String documented : Files.readAllLines(HOME.resolve("docs/clients.md")).stream()
                .filter(line -> line.startsWith("grpcurl "))
                .toList()) {
            String said = new String(
                    run(List.of("sh", "-c", documented.replace("localhost:9000", "localhost:" + port))),
                    StandardCharsets.UTF_8);
            assertTrue(said.contains("\"index\": \"4\""), said);
        }
    }

    /** Names of the headers of the records of a key; of all that are there when the first of them is read. */
    private Set<Set<String>> headers(String topic, String key) {
        Set<Set<String>> seen = new HashSet<>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", kafka, "enable.auto.commit", false),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> parts = consumer.partitionsFor(topic).stream()
                    .map(part -> new TopicPartition(topic, part.partition()))
                    .toList();
            consumer.assign(parts);
            consumer.seekToBeginning(parts);
            while (seen.isEmpty()) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    if (key.equals(record.key())) {
                        seen.add(Stream.of(record.headers().toArray())
                                .map(Header::key)
                                .collect(Collectors.toCollection(TreeSet::new)));
                    }
                }
            }
        }
        return seen;
    }

    @Test
    void topicsHoldWhatTheirDescriptionSays() throws Exception {
        JsonNode api = new YAMLMapper().readTree(Files.readString(AsyncApiTest.FILE));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka),
                new ByteArraySerializer(),
                new ByteArraySerializer())) { // one that nobody can read, for the dead letters
            producer.send(new ProducerRecord<>(Topics.LATENTS, new byte[] {1}, new byte[] {(byte) 0xff}))
                    .get(20, TimeUnit.SECONDS);
        }
        String live = broadcasts.find("examples").getStream();
        List<String> wrong = new ArrayList<>();
        Map<String, String> keys = Map.of(
                "latents",
                live,
                "frames",
                live,
                "broadcasts",
                "examples",
                "deadLatents",
                "\u0001"); // dead frames are made likewise
        for (var channel : keys.entrySet()) {
            JsonNode said = api.at("/channels/" + channel.getKey());
            String topic = said.get("address").asText().replace("{variant}", "base");
            JsonNode message = api.at("/components/messages/" + channel.getKey());
            Set<String> required = new TreeSet<>();
            message.at("/headers/required").forEach(name -> required.add(name.asText()));
            Set<String> allowed = new TreeSet<>();
            message.at("/headers/properties").fieldNames().forEachRemaining(allowed::add);
            for (Set<String> names : headers(topic, channel.getValue())) {
                if (!(names.containsAll(required) && allowed.containsAll(names))) {
                    wrong.add(topic + " has records with " + names + ", said is " + required + " of " + allowed);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }
}
