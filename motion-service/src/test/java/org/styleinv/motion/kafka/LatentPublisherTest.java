package org.styleinv.motion.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.door.kafka.RecordSink;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.TraceParent;
import org.styleinv.proto.wire.WireHeaders;

class LatentPublisherTest {
    /** Fails so many records first. */
    private static final class Broker implements RecordSink {
        final List<ProducerRecord<byte[], byte[]>> asked = new CopyOnWriteArrayList<>();
        private final RuntimeException failure;
        private int failures;

        Broker(int failures, RuntimeException failure) {
            this.failures = failures;
            this.failure = failure;
        }

        @Override
        public synchronized void send(ProducerRecord<byte[], byte[]> record, Consumer<Throwable> settled) {
            asked.add(record);
            settled.accept(failures-- > 0 ? failure : null);
        }
    }

    private static final RuntimeException AWAY = new TimeoutException("not present in metadata after 1000 ms.");

    private final Broker taking = new Broker(0, AWAY);

    private static Latent latent(long index) {
        return Latent.newBuilder().setStream("p0-a").setIndex(index).build();
    }

    private static ConsumerRecord<byte[], byte[]> frame() {
        byte[] key = "p0-a".getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>("styleinv.frames.base", 0, 7, key, new byte[0]);
    }

    @Test
    void whatAFilterNeedsIsInHeaders() {
        LatentPublisher publisher = new LatentPublisher(taking, taking, 1, new SimpleMeterRegistry());
        publisher.send(latent(5));
        publisher.cancel("p0-a");
        assertEquals(
                "5",
                WireHeaders.text(taking.asked.get(0).headers(), WireHeaders.INDEX)
                        .orElseThrow());
        assertEquals(
                "p0-a",
                WireHeaders.text(taking.asked.get(1).headers(), WireHeaders.STREAM)
                        .orElseThrow());
    }

    @Test
    void aLatentSaysWhichTraceItBelongsTo() {
        LatentPublisher publisher = new LatentPublisher(taking, taking, 1, new SimpleMeterRegistry());
        TraceParent trace = TraceParent.begun();
        publisher.send(latent(5), Optional.of(trace));
        publisher.send(latent(6));
        assertEquals(
                Optional.of(trace.toString()),
                WireHeaders.text(taking.asked.get(0).headers(), WireHeaders.TRACE));
        assertEquals(Optional.empty(), WireHeaders.text(taking.asked.get(1).headers(), WireHeaders.TRACE));
    }

    @Test
    void aLatentThatWasNotTakenIsNotSentAgain() {
        Broker broker = new Broker(1, AWAY);
        LatentPublisher publisher = new LatentPublisher(broker, taking, 1, new SimpleMeterRegistry());
        publisher.send(latent(0));
        publisher.send(latent(1));
        assertEquals(2, broker.asked.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void recordsAreOfTheVersionThatTheSettingNames(int version) {
        LatentPublisher publisher = new LatentPublisher(taking, taking, version, new SimpleMeterRegistry());
        publisher.send(latent(5));
        publisher.cancel("p0-a");
        assertEquals(
                List.of(version, version),
                taking.asked.stream()
                        .map(record -> WireHeaders.version(record.headers()))
                        .toList());
    }

    /** How often a dead letter is handed over that fails so often with {@code failure}; "later" is at once. */
    private int burials(int failures, RuntimeException failure) {
        Broker broker = new Broker(failures, failure);
        new LatentPublisher(taking, broker, 1, new SimpleMeterRegistry(), Runnable::run)
                .refuse(frame(), "empty", "no bytes");
        broker.asked.forEach(record -> assertEquals(Topics.DEAD_FRAMES, record.topic()));
        return broker.asked.size();
    }

    @Test
    void aDeadLetterIsSentUntilTheBrokerHasIt() {
        assertEquals(3, burials(2, AWAY));
    }

    @Test
    void aDeadLetterThatTheBrokerWillNeverTakeIsLetGo() {
        assertEquals(1, burials(9, new InvalidRecordException("a compacted topic takes no record without key")));
    }

    @Test
    void aDeadLetterOfAServiceThatHasEndedIsLetGo() {
        assertEquals(1, burials(9, new IllegalStateException("the emitter has been terminated")));
    }
}
