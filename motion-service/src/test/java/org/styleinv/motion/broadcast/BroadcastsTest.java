package org.styleinv.motion.broadcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.styleinv.fixture.TestBroker;
import org.styleinv.gate.Tenant;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.W;
import org.styleinv.proto.wire.StreamId;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** Broadcasts on a real broker: two replicas in this JVM, one of which dies; decoders whose pictures are numbers. */
@Timeout(180)
class BroadcastsTest {
    /** The promise is 2 s, shown by {@code styleinv faults}; here it must hold on a machine that builds, too. */
    private static final double LONGEST_GAP_S = 20; // Kafka by itself would wait 45 for a dead member

    private static TestBroker broker;
    private static FakeDecoders decoders;
    private static Replica one;
    private static Replica two;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.embedded();
        Replica.prepare(broker.bootstrapServers());
        decoders = new FakeDecoders(broker.bootstrapServers());
        one = replica();
        two = replica();
    }

    private static Replica replica() {
        return new Replica(broker.bootstrapServers(), decoders.port());
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        two.close();
        decoders.close();
        broker.close();
    }

    @AfterEach
    void nothingStaysLive() throws Exception {
        for (Broadcast left : two.broadcasts.list(Tenant.MESH)) {
            two.broadcasts.stop(left.getTenant().isEmpty() ? Tenant.MESH : new Tenant(left.getTenant()), left.getId());
        }
        await(() -> one.makes() + two.makes() == 0);
    }

    private static GenerateRequest.Builder request() {
        return GenerateRequest.newBuilder().setSeed(5).setMotionSeed(9).setFps(20);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "it did not happen in 30 s");
            Thread.sleep(20);
        }
    }

    private static Status refused(Executable call) {
        return assertThrows(StatusRuntimeException.class, call).getStatus();
    }

    private static List<String> ids(Replica replica) throws InterruptedException {
        return replica.broadcasts.list(Tenant.MESH).stream()
                .map(Broadcast::getId)
                .toList();
    }

    @Test
    void anyReplicaAnswersForAll() throws Exception {
        Broadcast news = one.broadcasts.start(Tenant.MESH, "news", request().build());
        assertEquals(
                news,
                two.broadcasts.start(Tenant.MESH, "news", request().build()),
                "the same request again changes nothing");
        assertEquals(
                Status.Code.ALREADY_EXISTS,
                refused(() -> two.broadcasts.start(
                                Tenant.MESH, "news", request().setSeed(6).build()))
                        .getCode());
        assertEquals(List.of(news), two.broadcasts.list(Tenant.MESH));
        assertEquals(news, two.broadcasts.stop(Tenant.MESH, "news"));
        assertEquals(List.of(), one.broadcasts.list(Tenant.MESH));
        Status gone = refused(() -> one.broadcasts.stop(Tenant.MESH, "news"));
        assertEquals(Status.Code.NOT_FOUND, gone.getCode());
        assertEquals("broadcast \"news\" is not live, and no other is", gone.getDescription());
    }

    @Test
    void whatAnotherTenantHasIsNotThere() throws Exception {
        Tenant ann = new Tenant("ann");
        Tenant bea = new Tenant("bea");
        Broadcast hers = one.broadcasts.start(ann, "news", request().build());
        assertEquals("ann", hers.getTenant());
        assertEquals(List.of(), two.broadcasts.list(bea));
        Status gone = refused(() -> two.broadcasts.stop(bea, "news"));
        assertEquals(Status.Code.NOT_FOUND, gone.getCode());
        assertEquals("broadcast \"news\" is not live, and no other is", gone.getDescription());
        Broadcast other =
                two.broadcasts.start(bea, "news", request().setSeed(6).build()); // the name is free, whatever ann shows
        assertEquals(List.of(hers, other), one.broadcasts.list(Tenant.MESH));
        Status which = refused(() -> one.broadcasts.stop(Tenant.MESH, "news"));
        assertEquals(Status.Code.FAILED_PRECONDITION, which.getCode());
        assertTrue(which.getDescription().endsWith("[ann, bea]"), which.getDescription());
        await(() -> one.makes() + two.makes() == 2);
        assertEquals(hers, two.broadcasts.stop(ann, "news"));
        assertEquals(List.of(other), two.broadcasts.list(bea));
        assertEquals(other, one.broadcasts.stop(Tenant.MESH, "news"));
    }

    @Test
    void badRequestsAreRefusedAsForStreams() {
        Status fps = refused(() ->
                one.broadcasts.start(Tenant.MESH, "a", request().setFps(-1).build()));
        assertEquals(Status.Code.INVALID_ARGUMENT, fps.getCode());
        assertEquals("fps must be from 0.001 to 1000, or 0 for 30, got -1.0", fps.getDescription());
        Status id = refused(
                () -> one.broadcasts.start(Tenant.MESH, "No way", request().build()));
        assertEquals(Status.Code.INVALID_ARGUMENT, id.getCode());
        Status width = refused(() -> one.broadcasts.start(
                Tenant.MESH, "a", request().setW0(W.newBuilder().addValues(1)).build()));
        assertEquals("w0 has 1 values, but the model expects 4", width.getDescription());
        Status variant = refused(() -> one.broadcasts.start(
                Tenant.MESH, "a", request().setVariant("oil").build()));
        assertEquals(Status.Code.NOT_FOUND, variant.getCode());
        assertEquals("variant \"oil\" does not exist, there are: base", variant.getDescription());
    }

    @Test
    void aPictureBecomesItsLatentOnceForAllOwners() throws Exception {
        GenerateRequest picture = request()
                .setImage(Image.newBuilder().setData(ByteString.copyFromUtf8("a face")))
                .build();
        try (var watch = new BroadcastWatch(broker.bootstrapServers())) {
            Broadcast live = one.broadcasts.start(Tenant.MESH, "face", picture);
            assertFalse(live.getRequest().hasImage());
            assertEquals(List.of(41f, 0f, 0f, 0f), live.getRequest().getW0().getValuesList());
            assertEquals(live, two.broadcasts.start(Tenant.MESH, "face", picture), "the picture is known again");
            watch.await(live.getStream(), 3);
            watch.sights(live.getStream())
                    .forEach(sight -> assertEquals("[9.0, " + (float) sight.index() + ", 1.0, 41.0]", sight.picture()));
        }
    }

    @Test
    void whenTheOwnerDiesTheNextGoesOnWithTheSameFrames() throws Exception {
        Replica doomed = replica();
        try (var watch = new BroadcastWatch(broker.bootstrapServers())) {
            Broadcast live = ownedBy(doomed);
            watch.await(live.getStream(), 20);
            double lead =
                    watch.lastIndex(live.getStream()) / 20.0 - (System.currentTimeMillis() - live.getStartMs()) / 1e3;
            assertTrue(lead < 0.5, "it runs ahead of the clock by " + lead + " s");
            doomed.kill();
            long died = System.nanoTime();
            watch.await(live.getStream(), watch.count(live.getStream()) + 40);
            double gap = watch.longestGap(live.getStream(), died - 1_000_000_000L);
            System.err.printf(Locale.ROOT, "gap after the death of a broadcast's owner: %.2f s%n", gap);
            assertTrue(gap < LONGEST_GAP_S, "the gap was " + gap + " s");
            assertTrue(one.makes() + two.makes() >= 1, "another replica makes it");
            watch.sights(live.getStream()).forEach(sight -> assertEquals(expected(sight.index()), sight.picture()));
            watch.awaitClock(live, 3000);
        }
    }

    private static String expected(long index) {
        return "[9.0, " + (float) index + ", 1.0, 5.0]";
    }

    private static int partition(String id) {
        return one.broadcasts.table().live().get(id).partition();
    }

    /** Starts broadcasts until that replica makes one. */
    private static Broadcast ownedBy(Replica replica) throws Exception {
        await(() -> !replica.broadcasts.owned().isEmpty());
        for (int i = 0; ; i++) {
            Broadcast live =
                    one.broadcasts.start(Tenant.MESH, "try-" + i, request().build());
            int partition = partition(live.getId());
            if (replica.broadcasts.owned().contains(partition)) {
                return live;
            }
            one.broadcasts.stop(Tenant.MESH, live.getId());
        }
    }

    @Test
    void aFiniteOneEndsByItself() throws Exception {
        try (var watch = new BroadcastWatch(broker.bootstrapServers())) {
            Broadcast live = one.broadcasts.start(
                    Tenant.MESH,
                    "short",
                    request()
                            .setFirstIndex(59)
                            .setTimeStep(-2)
                            .setFrameCount(60)
                            .build());
            watch.await(live.getStream(), 20);
            await(() -> ids(two).isEmpty());
            for (BroadcastWatch.Sight sight : watch.sights(live.getStream())) {
                assertTrue(sight.index() >= 0 && sight.index() <= 59, "it runs backwards to index 0");
                assertEquals("[9.0, " + (float) sight.index() + ", 2.0, 5.0]", sight.picture());
                assertEquals((59 - sight.index()) * 50_000, sight.presentationUs());
            }
            await(() -> one.broadcasts.table().live().isEmpty()); // its tombstone is in the topic
            Broadcast again = two.broadcasts.start(
                    Tenant.MESH, "short", request().setFrameCount(1).build());
            assertFalse(again.getStream().equals(live.getStream()), "an id that is over is free");
        }
    }

    @Test
    void recordsThatAreNoBroadcastAreLeftOutAndTheGoodOneIsWrittenAgain() throws Exception {
        Broadcast live = one.broadcasts.start(Tenant.MESH, "good", request().build());
        int partition = partition("good");
        double refusedBefore = one.count("styleinv.motion.broadcasts.refused");
        Broadcast rival = live.toBuilder()
                .setStream(StreamId.on(0).toString())
                .setRequest(request().setSeed(7))
                .build();
        Broadcast absurd = live.toBuilder()
                .setId("absurd")
                .setRequest(request().setFps(-3))
                .build();
        try (var writer = TestBroker.producer(broker.bootstrapServers())) {
            writer.send(record(partition, "poison", new byte[] {1, 2, 3}));
            writer.send(record(partition, "absurd", absurd.toByteArray()));
            writer.send(record(partition, "good", new byte[] {9}));
            writer.send(record(partition, "good", rival.toByteArray())).get();
        }
        assertEquals(List.of(live), two.broadcasts.list(Tenant.MESH));
        assertEquals(3, one.count("styleinv.motion.broadcasts.refused") - refusedBefore);
        await(() -> one.broadcasts.table().hidden().isEmpty()
                && two.broadcasts.table().hidden().isEmpty());
        Replica fresh = replica();
        try {
            assertEquals(List.of(live), fresh.broadcasts.list(Tenant.MESH), "whoever reads from the beginning agrees");
        } finally {
            fresh.close();
        }
    }

    @Test
    void aRecordOfTheVersionBeforeIsWrittenAgain() throws Exception {
        Broadcast live = one.broadcasts.start(Tenant.MESH, "kept", request().build());
        var partition = new TopicPartition(Topics.BROADCASTS, partition("kept"));
        try (var writer = TestBroker.producer(broker.bootstrapServers());
                var reader = new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            long old = writer.send(
                            record(partition.partition(), "kept", live.toByteArray())) // says no version: the first
                    .get()
                    .offset();
            reader.assign(List.of(partition));
            reader.seek(partition, old + 1);
            List<Integer> versions = new ArrayList<>();
            await(() -> {
                reader.poll(Duration.ofMillis(100)).forEach(one -> versions.add(WireHeaders.version(one.headers())));
                return !versions.isEmpty();
            });
            assertEquals(WireHeaders.NEWEST_VERSION, versions.get(0));
            assertEquals(List.of(live), two.broadcasts.list(Tenant.MESH));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, String id, byte[] value) {
        return new ProducerRecord<>(Topics.BROADCASTS, partition, id.getBytes(StandardCharsets.UTF_8), value);
    }

    @Test
    void startsAndStopsHoldWhileReplicasComeAndGo() throws Exception {
        try (var watch = new BroadcastWatch(broker.bootstrapServers())) {
            Replica third = replica();
            List<Broadcast> started = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                started.add((i % 2 == 0 ? one : two)
                        .broadcasts.start(Tenant.MESH, "c-" + i, request().build()));
            }
            third.broadcasts.stop(Tenant.MESH, "c-0");
            third.close();
            one.broadcasts.stop(Tenant.MESH, "c-2");
            assertEquals(List.of("c-1", "c-3"), ids(two));
            watch.await(started.get(1).getStream(), 10);
            watch.await(started.get(3).getStream(), 10);
            await(() -> one.makes() + two.makes() == 2);
            assertEquals(new TreeSet<>(List.of("c-1", "c-3")), new TreeSet<>(ids(one)));
        }
    }

    @Test
    void thereIsAnEndToRoom() throws Exception {
        for (int i = 0; i < 4; i++) {
            one.broadcasts.start(Tenant.MESH, "room-" + i, request().setFps(0.1).build());
        }
        Status full = refused(
                () -> two.broadcasts.start(Tenant.MESH, "room-4", request().build()));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, full.getCode());
    }

    @Test
    void aBroadcastOutlivesItsTopic() throws Exception {
        try (var watch = new BroadcastWatch(broker.bootstrapServers());
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Broadcast live =
                    one.broadcasts.start(Tenant.MESH, "phoenix", request().build());
            Broadcast over = two.broadcasts.start(Tenant.MESH, "ash", request().build());
            two.broadcasts.stop(Tenant.MESH, "ash");
            watch.await(live.getStream(), 3);
            Map<String, List<String>> settings = settings(admin);
            admin.deleteTopics(settings.keySet()).all().get();
            await(() -> settings(admin).equals(settings));
            await(() -> {
                try (Replica third = replica()) { // knows only what the topic has
                    return ids(third).equals(List.of("phoenix"));
                } catch (StatusRuntimeException e) {
                    return false;
                }
            });
            for (Replica replica : List.of(one, two)) {
                assertEquals(List.of(live), replica.broadcasts.list(Tenant.MESH), "not " + over.getId());
            }
            two.broadcasts.stop(Tenant.MESH, "phoenix");
            assertEquals(List.of(), ids(one));
        }
    }

    /** How each of the mesh's topics was made. */
    private static Map<String, List<String>> settings(Admin admin) throws Exception {
        Map<String, List<String>> settings = new TreeMap<>();
        for (String topic : admin.listTopics().names().get()) {
            if (topic.startsWith("styleinv.")) {
                var name = new ConfigResource(ConfigResource.Type.TOPIC, topic);
                try {
                    Config is = admin.describeConfigs(List.of(name)).all().get().get(name);
                    int partitions = admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .partitions()
                            .size();
                    settings.put(
                            topic,
                            List.of(
                                    String.valueOf(partitions),
                                    is.get("cleanup.policy").value(),
                                    is.get("retention.ms").value(),
                                    is.get("max.message.bytes").value()));
                } catch (ExecutionException e) { // it is just being deleted
                    settings.put(topic, List.of(String.valueOf(e.getCause())));
                }
            }
        }
        return settings;
    }

    @Test
    @Tag("long")
    void theBrokerGoesAndComesBack() throws Exception {
        try (var watch = new BroadcastWatch(broker.bootstrapServers())) {
            Broadcast live =
                    one.broadcasts.start(Tenant.MESH, "steady", request().build());
            watch.await(live.getStream(), 10);
            broker.there(false);
            Status away = refused(
                    () -> two.broadcasts.start(Tenant.MESH, "other", request().build()));
            assertEquals(Status.Code.UNAVAILABLE, away.getCode());
            assertTrue(away.getDescription().contains("is the broker up?"), away.getDescription());
            broker.there(true);
            watch.await(live.getStream(), watch.count(live.getStream()) + 40);
            watch.sights(live.getStream()).forEach(sight -> assertEquals(expected(sight.index()), sight.picture()));
            watch.awaitClock(live, 3000);
            assertEquals(List.of(live), two.broadcasts.list(Tenant.MESH));
            two.broadcasts.stop(Tenant.MESH, "steady");
            assertEquals(List.of(), one.broadcasts.list(Tenant.MESH));
        }
    }
}
