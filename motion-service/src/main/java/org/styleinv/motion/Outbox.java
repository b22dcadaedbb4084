package org.styleinv.motion;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.RecordHeaders;
import org.styleinv.proto.wire.Topics;

/** Sends latents to the decoders, and refused frames to the dead letters. What is lost is asked for again by its session. */
final class Outbox implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Outbox.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Producer<byte[], byte[]> producer;
    private final Counter latents;
    private final Counter dead;
    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    Outbox(Producer<byte[], byte[]> producer, MeterRegistry meters) {
        this.producer = producer;
        latents = meters.counter("styleinv.motion.latents");
        dead = meters.counter("styleinv.motion.frames.dead");
    }

    void send(Latent latent) {
        latents.increment();
        write(latent);
    }

    /** Tells the decoders that nobody waits for a stream any more. */
    void cancel(String stream) {
        write(Latent.newBuilder().setStream(stream).setCancel(true).build());
    }

    private void write(Latent latent) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.LATENTS, bytes(latent.getStream()), latent.toByteArray());
        RecordHeaders.put(record.headers(), RecordHeaders.STREAM, latent.getStream());
        if (!latent.getCancel()) {
            RecordHeaders.put(record.headers(), RecordHeaders.INDEX, latent.getIndex());
            RecordHeaders.put(record.headers(), RecordHeaders.VARIANT, latent.getVariant());
            RecordHeaders.put(record.headers(), RecordHeaders.ENCODING, latent.getEncoding());
            RecordHeaders.put(record.headers(), RecordHeaders.MODEL, latent.getModel());
        }
        post(record);
    }

    void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String cause) {
        String origin = record.topic() + "-" + record.partition() + "@" + record.offset();
        LOG.warnf("frame refused reason=%s origin=%s cause=\"%s\"", reason, origin, cause);
        dead.increment();
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(Topics.DEAD_FRAMES, null, record.key(), record.value(), record.headers());
        RecordHeaders.put(letter.headers(), RecordHeaders.REASON, reason);
        RecordHeaders.put(letter.headers(), RecordHeaders.CAUSE, cause);
        RecordHeaders.put(letter.headers(), RecordHeaders.ORIGIN, origin);
        post(letter);
    }

    private void post(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    warn(record.topic(), failure);
                }
            });
        } catch (RuntimeException failure) {
            warn(record.topic(), failure);
        }
    }

    private void warn(String topic, Exception failure) {
        long last = lastWarning.get();
        long now = System.nanoTime();
        if (now - last > QUIET_NANOS && lastWarning.compareAndSet(last, now)) { // one line for the many of one outage
            LOG.warnf("Kafka did not take a record topic=%s cause=\"%s\"", topic, failure.getMessage());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
