package org.styleinv.motion.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.door.Health;
import org.styleinv.motion.stream.StreamRig;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.identity.RecordSeal;

@Timeout(60)
class FrameReaderTest {
    private static final String STREAM = "p1-0123456789abcdef";

    /** Remembers what came. */
    private static class Sink implements FrameReader.Sink {
        final List<Frame> frames = new ArrayList<>();
        final List<String> refused = new ArrayList<>();

        @Override
        public boolean wants(String stream) {
            return stream.equals(STREAM);
        }

        @Override
        public synchronized String frame(Frame frame, String topic, long writtenMs) {
            frames.add(frame);
            return "";
        }

        @Override
        public synchronized void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String cause) {
            refused.add(reason);
        }

        synchronized int size() {
            return frames.size();
        }
    }

    private static Frame frame(String stream, long index) {
        return Frame.newBuilder()
                .setStream(stream)
                .setIndex(index)
                .setImage(Image.newBuilder().setData(ByteString.copyFromUtf8("pixels")))
                .build();
    }

    private static ConsumerRecord<byte[], byte[]> record(String variant, long offset, String stream, byte[] value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("stream", stream.getBytes(StandardCharsets.UTF_8));
        return new ConsumerRecord<>(
                "styleinv.frames." + variant,
                1,
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                stream.getBytes(StandardCharsets.UTF_8),
                value,
                headers,
                java.util.Optional.empty());
    }

    private static MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("latest") {
            @Override
            public synchronized long position(TopicPartition partition, Duration limit) {
                if (partition.topic().endsWith("nowhere")) {
                    throw new TimeoutException("no such topic");
                }
                return super.position(partition, limit);
            }
        };
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (String variant : List.of("base", "sketch")) {
            ends.put(new TopicPartition("styleinv.frames." + variant, 1), 5L);
            ends.put(new TopicPartition("styleinv.frames." + variant, 2), 5L);
        }
        consumer.updateEndOffsets(ends);
        return consumer;
    }

    @Test
    void readsItsPartitionsFromWhereTheyEndNow() throws Exception {
        MockConsumer<byte[], byte[]> consumer = consumer();
        Sink sink = new Sink();
        try (FrameReader reader = new FrameReader(() -> consumer, variant -> {}, RecordSeal.NONE)) {
            reader.own(Set.of(1));
            reader.start(sink);
            reader.follow("base").get(10, TimeUnit.SECONDS);
            reader.follow("sketch").get(10, TimeUnit.SECONDS);
            assertTrue(reader.loop().heard());
            assertEquals(5, consumer.position(new TopicPartition("styleinv.frames.sketch", 1)));
            consumer.schedulePollTask(() -> {
                consumer.addRecord(record("base", 5, STREAM, frame(STREAM, 0).toByteArray()));
                consumer.addRecord(record("sketch", 5, STREAM, frame(STREAM, 1).toByteArray()));
            });
            StreamRig.await(() -> sink.size() == 2);
        }
        assertTrue(consumer.closed());
    }

    @Test
    void aLoopThatHangsIsSaid() throws Exception {
        MockConsumer<byte[], byte[]> consumer = consumer();
        CountDownLatch hang = new CountDownLatch(1);
        Sink stuck = new Sink() {
            @Override
            public String frame(Frame frame, String topic, long writtenMs) {
                Uninterruptibles.awaitUninterruptibly(hang);
                return super.frame(frame, topic, writtenMs);
            }
        };
        try (FrameReader reader = new FrameReader(() -> consumer, variant -> {}, RecordSeal.NONE)) {
            reader.own(Set.of(1));
            reader.start(stuck);
            reader.follow("base").get(10, TimeUnit.SECONDS);
            consumer.schedulePollTask(() -> consumer.addRecord(
                    record("base", 5, STREAM, frame(STREAM, 0).toByteArray())));
            StreamRig.await(() -> reader.loop()
                    .health(Duration.ofSeconds(3), "there")
                    .because()
                    .orElse("")
                    .startsWith("motion-frames has had no word from Kafka for"));
            hang.countDown();
            StreamRig.await(() -> stuck.size() == 1
                    && reader.loop().health(Duration.ofSeconds(3), "there").isWell());
        }
    }

    @Test
    void whatIsNoFrameGoesToTheDeadLettersAndStrangersArePassedOver() {
        Sink sink = new Sink();
        FrameReader.accept(record("base", 1, "p1-aaaaaaaaaaaaaaaa", new byte[] {1, 2, 3}), sink, RecordSeal.NONE);
        FrameReader.accept(record("base", 2, STREAM, new byte[0]), sink, RecordSeal.NONE);
        FrameReader.accept(record("base", 3, STREAM, new byte[] {(byte) 0xff, 1}), sink, RecordSeal.NONE);
        FrameReader.accept(
                record("base", 4, STREAM, frame("p1-bbbbbbbbbbbbbbbb", 0).toByteArray()), sink, RecordSeal.NONE);
        FrameReader.accept(
                record(
                        "base",
                        5,
                        STREAM,
                        Frame.newBuilder().setStream(STREAM).build().toByteArray()),
                sink,
                RecordSeal.NONE);
        FrameReader.accept(record("base", 6, STREAM, frame(STREAM, 7).toByteArray()), sink, RecordSeal.NONE);
        ConsumerRecord<byte[], byte[]> tomorrow =
                record("base", 7, STREAM, frame(STREAM, 8).toByteArray());
        tomorrow.headers().add("version", "3".getBytes(StandardCharsets.UTF_8));
        FrameReader.accept(tomorrow, sink, RecordSeal.NONE);
        assertEquals(List.of("empty", "bad-protobuf", "bad-frame", "bad-frame", "wrong-version"), sink.refused);
        assertEquals(1, sink.frames.size());
        assertEquals(7, sink.frames.get(0).getIndex());
    }

    @Test
    void aForgedFrameIsADeadLetterAndNeverAPicture(@TempDir Path folder) throws IOException {
        Path keys =
                Files.writeString(folder.resolve("keys"), "new " + "A".repeat(43) + "=\nold " + "B".repeat(43) + "=\n");
        Path before = Files.writeString(folder.resolve("before"), "old " + "B".repeat(43) + "=\n");
        Path strange = Files.writeString(folder.resolve("strange"), "new " + "C".repeat(43) + "=\n");
        RecordSeal seal = RecordSeal.of(keys);
        Sink sink = new Sink();
        FrameReader.accept(sealed(seal, 0, frame(STREAM, 0)), sink, seal);
        FrameReader.accept(
                sealed(RecordSeal.of(before), 1, frame(STREAM, 1)), sink, seal); // the key before is known yet
        assertEquals(List.of(), sink.refused);
        FrameReader.accept(sealed(RecordSeal.NONE, 2, frame(STREAM, 2)), sink, seal);
        FrameReader.accept(sealed(RecordSeal.of(strange), 3, frame(STREAM, 3)), sink, seal);
        ConsumerRecord<byte[], byte[]> genuine = sealed(seal, 4, frame(STREAM, 4));
        ConsumerRecord<byte[], byte[]> other =
                record("base", 5, STREAM, frame(STREAM, 5).toByteArray());
        genuine.headers().forEach(other.headers()::add); // the seal of another record
        FrameReader.accept(other, sink, seal);
        assertEquals(List.of("not-sealed", "not-sealed", "not-sealed"), sink.refused);
        assertEquals(2, sink.frames.size());
        assertTrue(
                seal.complaint(sealed(RecordSeal.of(keys), 6, frame(STREAM, 6))).isEmpty());
        assertTrue(RecordSeal.of(before).complaint(genuine).orElseThrow().contains("\"new\""));
    }

    private static ConsumerRecord<byte[], byte[]> sealed(RecordSeal seal, long offset, Frame frame) {
        ConsumerRecord<byte[], byte[]> read = record("base", offset, STREAM, frame.toByteArray());
        ProducerRecord<byte[], byte[]> sent =
                new ProducerRecord<>(read.topic(), null, read.key(), read.value(), read.headers());
        seal.seal(sent);
        sent.headers().headers(RecordSeal.HEADER).forEach(header -> {
            read.headers().remove(RecordSeal.HEADER);
            read.headers().add(header);
        });
        return read;
    }

    @Test
    void aBrokenConsumerIsReplacedAndAllVariantsFollowedAgain() throws Exception {
        List<MockConsumer<byte[], byte[]>> made = new ArrayList<>();
        Sink sink = new Sink();
        FrameReader reader = new FrameReader(
                () -> {
                    made.add(consumer());
                    return made.get(made.size() - 1);
                },
                variant -> {},
                RecordSeal.NONE);
        try (reader) {
            reader.own(Set.of(1));
            reader.start(sink);
            reader.follow("sketch").get(10, TimeUnit.SECONDS);
            made.get(0).setPollException(new KafkaException("the network is gone"));
            StreamRig.await(() -> made.size() == 2 && made.get(1).assignment().size() == 2);
            made.get(1).schedulePollTask(() -> made.get(1)
                    .addRecord(record("base", 5, STREAM, frame(STREAM, 0).toByteArray())));
            StreamRig.await(() -> sink.size() == 1);
        }
    }

    @Test
    void anAbsentBrokerIsWaitedFor() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        FrameReader reader = new FrameReader(
                FrameReaderTest::consumer,
                variant -> {
                    if (tries.incrementAndGet() < 3) {
                        throw new IllegalStateException("wrapped", new KafkaException("nobody there"));
                    }
                },
                RecordSeal.NONE);
        try (reader) {
            reader.start(new Sink());
            StreamRig.await(() -> reader.loop().trouble().equals(Optional.of("nobody there")));
            StreamRig.await(reader.loop()::heard);
            assertEquals(Optional.empty(), reader.loop().trouble());
        }
    }

    private static Set<Integer> assigned(MockConsumer<byte[], byte[]> consumer) {
        return consumer.assignment().stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }

    @Test
    void aVariantThatIsFollowedMeanwhileTakesNoPartitionAway() throws Exception {
        var self = new AtomicReference<FrameReader>();
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("latest") {
            @Override
            public synchronized long position(TopicPartition partition, Duration limit) {
                if (partition.topic().endsWith("base")) { // the reader is between two looks at what is followed
                    self.get().follow("sketch");
                    self.get().own(Set.of());
                }
                return super.position(partition, limit);
            }
        };
        consumer.updateEndOffsets(Map.of(
                new TopicPartition("styleinv.frames.base", 1),
                5L,
                new TopicPartition("styleinv.frames.sketch", 1),
                5L));
        try (FrameReader reader = new FrameReader(() -> consumer, variant -> {}, RecordSeal.NONE)) {
            self.set(reader);
            reader.own(Set.of(1));
            reader.start(new Sink());
            reader.follow("sketch").get(10, TimeUnit.SECONDS);
            assertEquals(Set.of(1), reader.usable());
        }
    }

    @Test
    void partitionsComeAndGoAndWhoOwnsNothingKeepsThem() throws Exception {
        MockConsumer<byte[], byte[]> consumer = consumer();
        try (FrameReader reader = new FrameReader(() -> consumer, variant -> {}, RecordSeal.NONE)) {
            reader.start(new Sink());
            String why = reader.health().because().orElseThrow();
            assertTrue(why.contains("no partition"), why);
            reader.own(Set.of(1));
            reader.follow("base").get(10, TimeUnit.SECONDS);
            reader.follow("sketch").get(10, TimeUnit.SECONDS);
            StreamRig.await(() -> reader.usable().equals(Set.of(1)));
            assertEquals(Health.WELL, reader.health());
            reader.own(Set.of(2));
            StreamRig.await(() -> reader.usable().equals(Set.of(2)));
            assertTrue(reader.reads(1) && reader.reads(2), "frames that were asked for on 1 may still come");
            StreamRig.await(() -> !reader.reads(1));
            assertEquals(Set.of(2), assigned(consumer));
            reader.own(Set.of());
            reader.own(Set.of(1, 2));
            StreamRig.await(() -> reader.usable().equals(Set.of(1, 2)));
            reader.own(Set.of());
            reader.follow("base").get(10, TimeUnit.SECONDS);
            assertEquals(Set.of(1, 2), reader.usable());
            assertEquals(4, consumer.assignment().size());
        }
    }

    @Test
    void aVariantWithoutATopicDoesNotStopTheOthers() throws Exception {
        MockConsumer<byte[], byte[]> consumer = consumer();
        Sink sink = new Sink();
        try (FrameReader reader = new FrameReader(() -> consumer, variant -> {}, RecordSeal.NONE)) {
            reader.own(Set.of(1));
            reader.start(sink);
            reader.follow("base").get(10, TimeUnit.SECONDS);
            ExecutionException e = org.junit.jupiter.api.Assertions.assertThrows(
                    ExecutionException.class, () -> reader.follow("nowhere").get(10, TimeUnit.SECONDS));
            assertTrue(e.getCause() instanceof TimeoutException);
            consumer.schedulePollTask(() -> consumer.addRecord(
                    record("base", 5, STREAM, frame(STREAM, 0).toByteArray())));
            StreamRig.await(() -> sink.size() == 1);
        }
    }
}
