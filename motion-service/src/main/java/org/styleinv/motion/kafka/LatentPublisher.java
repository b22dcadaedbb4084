package org.styleinv.motion.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.styleinv.network.serving.Watchdog;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.DeadLetter;
import org.styleinv.proto.wire.RecordHeaders;
import org.styleinv.proto.wire.Topics;

/**
 * Sends latents to the decoders, and refused frames to the dead letters, on a thread of its own: where the broker is
 * away each record takes Kafka's client a second to fail, and neither streams nor their clients may wait for that. What is
 * lost is asked for again by its session.
 */
public final class LatentPublisher implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LatentPublisher.class);
    private static final long LOOK_MS = 100;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** More than any number of windows that the engine can fill while one record fails. */
    private static final int CAPACITY = 1 << 16;

    private final Producer<byte[], byte[]> producer;
    private final BlockingQueue<ProducerRecord<byte[], byte[]>> waiting = new LinkedBlockingQueue<>(CAPACITY);
    private final Thread thread = new Thread(this::run, "motion-publisher");
    private final Watchdog watchdog = new Watchdog("motion-publisher has been at one record");
    private volatile boolean closed;
    private final Counter latents;
    private final Counter dead;
    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    public LatentPublisher(Producer<byte[], byte[]> producer, MeterRegistry meters) {
        this.producer = producer;
        latents = meters.counter("styleinv.motion.latents");
        dead = meters.counter("styleinv.motion.frames.dead");
        thread.setDaemon(true);
        thread.start();
    }

    public void send(Latent latent) {
        latents.increment();
        write(latent);
    }

    /** Tells the decoders that nobody waits for a stream any more. */
    public void cancel(String stream) {
        write(Latent.newBuilder().setStream(stream).setCancel(true).build());
    }

    private void write(Latent latent) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.LATENTS, bytes(latent.getStream()), latent.toByteArray());
        RecordHeaders.put(record.headers(), RecordHeaders.VERSION, RecordHeaders.THIS_VERSION);
        RecordHeaders.put(record.headers(), RecordHeaders.STREAM, latent.getStream());
        if (!latent.getCancel()) {
            RecordHeaders.put(record.headers(), RecordHeaders.INDEX, latent.getIndex());
            RecordHeaders.put(record.headers(), RecordHeaders.VARIANT, latent.getVariant());
            RecordHeaders.put(record.headers(), RecordHeaders.ENCODING, latent.getEncoding());
            RecordHeaders.put(record.headers(), RecordHeaders.MODEL, latent.getModel());
        }
        post(record);
    }

    public void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String why) {
        DeadLetter letter = DeadLetter.of(record, Topics.DEAD_FRAMES, reason, why);
        LOG.warnf("frame refused reason=%s origin=%s cause=\"%s\"", reason, letter.origin(), letter.cause());
        dead.increment();
        post(letter.letter());
    }

    private void post(ProducerRecord<byte[], byte[]> record) {
        if (!waiting.offer(record)) {
            warn(record.topic(), "the publisher is full");
        }
    }

    public Watchdog watchdog() {
        return watchdog;
    }

    private void run() {
        try {
            while (!closed || !waiting.isEmpty()) {
                ProducerRecord<byte[], byte[]> record = waiting.poll(LOOK_MS, TimeUnit.MILLISECONDS);
                if (record != null) {
                    watchdog.begin();
                    put(record);
                    watchdog.end();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the publisher ends");
        }
    }

    private void put(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    notTaken(record, failure);
                }
            });
        } catch (RuntimeException failure) {
            notTaken(record, failure);
        }
    }

    /** Latents behind one that failed would only fail as slowly, and be late when the broker is back: they go, too. */
    private void notTaken(ProducerRecord<byte[], byte[]> record, Exception failure) {
        waiting.removeIf(other -> other.topic().equals(Topics.LATENTS));
        if (!record.topic().equals(Topics.LATENTS) && !closed) {
            if (DeadLetter.isLost(failure)) {
                LOG.errorf(
                        "dead letter lost origin=%s cause=\"%s\"",
                        RecordHeaders.text(record.headers(), RecordHeaders.ORIGIN)
                                .orElse("?"),
                        failure.getMessage());
            } else {
                post(record); // a dead letter is nobody's to ask for again
            }
        }
        warn(record.topic(), failure.getMessage());
    }

    private void warn(String topic, String cause) {
        long last = lastWarning.get();
        long now = System.nanoTime();
        if (now - last > QUIET_NANOS && lastWarning.compareAndSet(last, now)) { // one line for the many of one outage
            LOG.warnf("Kafka did not take a record topic=%s cause=\"%s\"", topic, cause);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join(2000);
        producer.close(Duration.ofSeconds(2));
    }
}
