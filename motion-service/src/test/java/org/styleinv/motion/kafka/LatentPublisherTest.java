package org.styleinv.motion.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.styleinv.motion.stream.StreamRig;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Topics;

class LatentPublisherTest {
    /** A broker that is away: each record waits for a permit, then fails, or is taken once the broker is back. */
    private static final class Away extends MockProducer<byte[], byte[]> {
        final Semaphore turns = new Semaphore(0);
        final List<String> taken = new CopyOnWriteArrayList<>();
        volatile boolean away = true;
        /** Written by the publisher's thread alone. */
        volatile int failed;

        Away() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            turns.acquireUninterruptibly();
            if (away) {
                failed = failed + 1;
                throw new TimeoutException("Topic " + record.topic() + " not present in metadata after 1000 ms.");
            }
            taken.add(record.topic());
            callback.onCompletion(null, null);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static Latent latent(long index) {
        return Latent.newBuilder().setStream("p0-a").setIndex(index).build();
    }

    @Test
    void nobodyWaitsForABrokerThatIsAway() throws Exception {
        Away broker = new Away();
        try (LatentPublisher publisher = new LatentPublisher(broker, new SimpleMeterRegistry())) {
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                for (int i = 0; i < 1000; i++) {
                    publisher.send(latent(i));
                }
                publisher.cancel("p0-a");
            });
            broker.turns.release(1_000_000);
        }
    }

    @Test
    void latentsBehindOneThatFailedAreDroppedAndDeadLettersKept() throws Exception {
        Away broker = new Away();
        try (LatentPublisher publisher = new LatentPublisher(broker, new SimpleMeterRegistry())) {
            publisher.send(latent(0));
            StreamRig.await(broker.turns::hasQueuedThreads); // the others stand behind it
            for (int i = 1; i < 100; i++) {
                publisher.send(latent(i));
            }
            byte[] key = "p0-a".getBytes(StandardCharsets.UTF_8);
            publisher.refuse(new ConsumerRecord<>("styleinv.frames.base", 0, 7, key, new byte[0]), "empty", "no bytes");
            broker.turns.release();
            StreamRig.await(
                    () -> broker.failed == 1 && broker.turns.hasQueuedThreads()); // at the record that comes next
            broker.away = false;
            broker.turns.release(1000);
            StreamRig.await(() -> !broker.taken.isEmpty());
            assertEquals(List.of(Topics.DEAD_FRAMES), broker.taken);
            publisher.send(latent(100));
            StreamRig.await(() -> broker.taken.size() == 2);
            assertEquals(Topics.LATENTS, broker.taken.get(1));
        }
    }

    @Test
    void aDeadLetterThatTheBrokerWillNeverTakeIsLetGo() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        MockProducer<byte[], byte[]> broker =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                        attempts.incrementAndGet();
                        throw new InvalidRecordException("a compacted topic takes no record without key");
                    }
                };
        try (LatentPublisher publisher = new LatentPublisher(broker, new SimpleMeterRegistry())) {
            publisher.refuse(
                    new ConsumerRecord<>("styleinv.frames.base", 0, 7, null, new byte[0]), "empty", "no bytes");
            StreamRig.await(() -> attempts.get() == 1
                    && publisher.watchdog().complaint(Duration.ZERO).isEmpty());
        } // which sends what waits
        assertEquals(1, attempts.get());
    }

    @Test
    void aRecordThatHangsIsSaid() throws Exception {
        Away broker = new Away();
        try (LatentPublisher publisher = new LatentPublisher(broker, new SimpleMeterRegistry())) {
            broker.away = false;
            assertEquals("", publisher.watchdog().complaint(Duration.ZERO));
            publisher.send(latent(0));
            StreamRig.await(() -> publisher
                    .watchdog()
                    .complaint(Duration.ZERO)
                    .startsWith("motion-publisher has been at one record"));
            broker.turns.release(1000);
            StreamRig.await(() -> publisher.watchdog().complaint(Duration.ZERO).isEmpty());
        }
    }
}
