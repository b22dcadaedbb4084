package org.styleinv.mesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.client.Access;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.gate.Token;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.proto.BroadcastsRequest;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.identity.Certificates;
import org.styleinv.proto.identity.TlsFiles;

/**
 * {@code k8s/overlays/strimzi} and {@code secure} as processes, on a broker that does what Strimzi would do with their manifests: TLS, a
 * password for each user, those topics, and those rights and no others. A stream comes through; what nobody gave a right to is
 * refused. In {@code secure} services have certificates, tokens and keys of the seal where the manifests mount them, too.
 */
@Tag("long")
@Timeout(300)
class GuardedOverlayIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final String BOOTSTRAP = "styleinv-kafka-bootstrap";
    private static final int PORT = 9093;
    private static final int FRAMES = 60;

    @TempDir
    private Path folder;

    private Path ca;

    @ParameterizedTest
    @ValueSource(strings = {"strimzi", "secure"})
    void theRightsOfTheManifestsAreEnoughAndNoMore(String overlay) throws Exception {
        boolean secure = overlay.equals("secure");
        List<ObjectNode> manifests =
                Kustomization.render(HOME.resolve("k8s/overlays").resolve(overlay));
        Certificates authority = Certificates.authority("strimzi");
        ca = authority.write(folder.resolve("ca.crt"));
        Certificates.Pair own = authority.issue(folder, "kafka", BOOTSTRAP + ",localhost");
        for (String pod : List.of("motion-service", "decoder-service")) {
            Files.copy(
                    ca,
                    Files.createDirectories(folder.resolve(pod).resolve("kafka"))
                            .resolve("ca.crt"));
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                        folder.resolve("data"), Mesh.BROKER.with(door(own)), "127.0.0.1", "localhost", PORT);
                Rehearsal cluster = new Rehearsal(HOME, folder, manifests, GuardedOverlayIT::secret)) {
            assertTrue(broker.bootstrapServers().endsWith(":" + PORT));
            try (Admin admin = Admin.create(settings("PLAIN", "admin"))) {
                operate(admin, manifests);
            }
            if (secure) {
                guard(cluster, authority);
            }
            cluster.apply(Map.of(BOOTSTRAP, "127.0.0.1"));
            cluster.awaitReady(120);
            String motion = cluster.pod("motion-service").address + ":9000";
            if (secure) {
                assertThrows(StatusRuntimeException.class, () -> variants(motion, Access.PLAIN), "in plain text");
                var e = assertThrows(StatusRuntimeException.class, () -> variants(motion, trusting(Optional.empty())));
                assertEquals(Status.Code.UNAUTHENTICATED, e.getStatus().getCode());
            }
            Access access = secure ? trusting(Optional.of(folder.resolve("ann"))) : Access.PLAIN;
            try (StreamClient client = StreamClient.connect(List.of(motion), StreamClient.Settings.DEFAULT, access);
                    FrameStream stream = client.stream(GenerateRequest.newBuilder()
                            .setSeed(1)
                            .setFrameCount(FRAMES)
                            .build())) {
                for (int index = 0; index < FRAMES; index++) {
                    assertEquals(index, stream.next().getIndex());
                }
            }
            assertTrue(framesThatAViewerReads() >= FRAMES);
            refused("viewer", "styleinv.frames.base");
            refused("viewer", "styleinv.latents");
            refused("decoder-service", "styleinv.latents");
            refused("motion-service", "styleinv.frames.base");
            for (Rehearsal.Pod pod : cluster.pods()) {
                assertEquals(1, pod.starts, () -> pod.name + " was started again");
                String said = cluster.said(pod);
                assertTrue(!said.contains("Authorization"), () -> pod.name + ": " + said);
            }
            assertEquals(List.of(), cluster.delete());
        }
    }

    private Access trusting(Optional<Path> token) {
        return Access.of(Optional.of(ca), Optional.empty(), Optional.empty(), token);
    }

    private static void variants(String motion, Access access) {
        ManagedChannel channel = StreamClient.channel(motion, access);
        try {
            MotionGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .broadcasts(BroadcastsRequest.getDefaultInstance());
        } finally {
            channel.shutdownNow();
        }
    }

    /** What cert-manager and docs/operating.md put into the Secrets that pods mount. */
    private void guard(Rehearsal cluster, Certificates authority) throws IOException {
        cluster.trust(
                TlsFiles.of(Optional.of(ca), Optional.empty(), Optional.empty()).context());
        Files.writeString(folder.resolve("ann"), "ann-secret");
        for (Rehearsal.Pod pod : cluster.pods()) {
            Path place = folder.resolve(pod.name);
            Path tls = Files.createDirectories(place.resolve("tls"));
            authority.issue(tls, "tls", pod.name + ",localhost," + pod.address);
            Files.copy(ca, tls.resolve("ca.crt"));
            Path access = Files.createDirectories(place.resolve("access"));
            Files.write(
                    access.resolve("tokens"),
                    List.of(
                            "mesh " + Token.hash("mesh-secret") + " operate",
                            "ann " + Token.hash("ann-secret") + " watch,generate"));
            Files.writeString(access.resolve("mesh"), "mesh-secret");
            Files.writeString(
                    Files.createDirectories(place.resolve("seal")).resolve("keys"), "k1 " + "A".repeat(43) + "=\n");
        }
    }

    private Map<String, String> door(Certificates.Pair own) throws IOException {
        Map<String, String> door = new HashMap<>();
        door.put("ssl.keystore.type", "PEM");
        door.put("ssl.keystore.key", Files.readString(own.key()));
        door.put("ssl.keystore.certificate.chain", Files.readString(own.cert()));
        door.put("ssl.truststore.type", "PEM");
        door.put("ssl.truststore.certificates", Files.readString(ca));
        door.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT");
        door.put("sasl.enabled.mechanisms", "SCRAM-SHA-512,PLAIN");
        door.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        door.put(
                "listener.name.clients.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        door.put(
                "listener.name.clients.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\""
                        + " password=\"admin-secret\" user_admin=\"admin-secret\";");
        door.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        door.put("super.users", "User:admin;User:ANONYMOUS"); // the controller's own door is in plain text
        return door;
    }

    private static String secret(String name) {
        String user = name.replaceFirst("/.*", "");
        return jaas("scram.ScramLoginModule", user);
    }

    private static String jaas(String module, String user) {
        return "org.apache.kafka.common.security." + module + " required username=\"" + user + "\" password=\"" + user
                + "-secret\";";
    }

    private Map<String, Object> settings(String mechanism, String user) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", "localhost:" + PORT);
        settings.put("security.protocol", "SASL_SSL");
        settings.put("sasl.mechanism", mechanism);
        settings.put(
                "sasl.jaas.config",
                jaas(mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule", user));
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", ca.toString());
        return settings;
    }

    /** What Strimzi's operators do with KafkaTopics and KafkaUsers, on one node. */
    private static void operate(Admin admin, List<ObjectNode> manifests) throws Exception {
        List<NewTopic> topics = new ArrayList<>();
        List<AclBinding> rights = new ArrayList<>();
        for (ObjectNode manifest : manifests) {
            String name = manifest.at("/metadata/name").asText();
            if (manifest.path("kind").asText().equals("KafkaTopic")) {
                Map<String, String> config = new HashMap<>();
                manifest.at("/spec/config")
                        .fields()
                        .forEachRemaining(
                                one -> config.put(one.getKey(), one.getValue().asText()));
                config.remove("min.insync.replicas");
                topics.add(new NewTopic(name, manifest.at("/spec/partitions").asInt(), (short) 1).configs(config));
            } else if (manifest.path("kind").asText().equals("KafkaUser")) {
                var password = new UserScramCredentialUpsertion(
                        name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), name + "-secret");
                admin.alterUserScramCredentials(List.of(password)).all().get();
                manifest.at("/spec/authorization/acls").forEach(acl -> rights.addAll(rights(name, acl)));
            }
        }
        admin.createTopics(topics).all().get();
        admin.createAcls(rights).all().get();
        Set<String> there = new HashSet<>(admin.listTopics().names().get());
        assertTrue(there.size() >= topics.size(), there::toString);
    }

    private static List<AclBinding> rights(String user, JsonNode acl) {
        JsonNode resource = acl.path("resource");
        var pattern = new ResourcePattern(
                ResourceType.fromString(resource.path("type").asText()),
                resource.path("name").asText(),
                resource.path("patternType").asText().equals("prefix") ? PatternType.PREFIXED : PatternType.LITERAL);
        List<AclBinding> rights = new ArrayList<>();
        for (JsonNode operation : acl.path("operations")) {
            String name =
                    operation.asText().replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
            rights.add(new AclBinding(
                    pattern,
                    new AccessControlEntry(
                            "User:" + user, "*", AclOperation.fromString(name), AclPermissionType.ALLOW)));
        }
        return rights;
    }

    private int framesThatAViewerReads() {
        Map<String, Object> settings = settings("SCRAM-SHA-512", "viewer");
        settings.put("auto.offset.reset", "earliest");
        settings.put("group.id", "viewer-1");
        int read = 0;
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("styleinv.frames.base").stream()
                    .map(part -> new TopicPartition(part.topic(), part.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (int i = 0; i < 50 && read < FRAMES; i++) {
                read += consumer.poll(Duration.ofMillis(200)).count();
            }
        }
        return read;
    }

    private void refused(String user, String topic) {
        Map<String, Object> settings = settings("SCRAM-SHA-512", user);
        settings.put("max.block.ms", 10_000);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var e = assertThrows(
                    ExecutionException.class,
                    () -> producer.send(new ProducerRecord<>(topic, new byte[1]))
                            .get(),
                    user + " writes to " + topic);
            assertInstanceOf(AuthorizationException.class, e.getCause());
        }
    }
}
