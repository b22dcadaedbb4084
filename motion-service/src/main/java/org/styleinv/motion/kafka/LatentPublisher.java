package org.styleinv.motion.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.styleinv.door.kafka.RecordSink;
import org.styleinv.door.meter.Meters;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.DeadLetter;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.TraceParent;
import org.styleinv.proto.wire.WireHeaders;

/**
 * Sends latents to the decoders, and refused frames to the dead letters. Neither streams nor their clients wait for a broker
 * that is away: what is lost is asked for again by its session.
 */
public final class LatentPublisher {
    private static final Logger LOG = Logger.getLogger(LatentPublisher.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long AGAIN_MS = 1000;

    private final RecordSink latentSink;
    private final RecordSink deadSink;
    private final int version;
    private final Executor later;
    private final Counter latents;
    private final Counter dead;
    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    /** @param version of the records of latents, and so of the frames that answer them */
    public LatentPublisher(RecordSink latentSink, RecordSink deadSink, int version, MeterRegistry meters) {
        this(latentSink, deadSink, version, meters, CompletableFuture.delayedExecutor(AGAIN_MS, TimeUnit.MILLISECONDS));
    }

    /** @param later when a dead letter is tried again */
    LatentPublisher(RecordSink latentSink, RecordSink deadSink, int version, MeterRegistry meters, Executor later) {
        this.later = later;
        this.version = version;
        this.latentSink = latentSink;
        this.deadSink = deadSink;
        latents = Meters.counter(meters, "styleinv.motion.latents", "latents sent to Kafka for the first time");
        dead = Meters.counter(
                meters, "styleinv.motion.frames.dead", "frames and records of broadcasts refused to the dead letters");
    }

    public void send(Latent latent) {
        send(latent, Optional.empty());
    }

    /** @param trace that the latent, and the frame that answers it, belong to */
    public void send(Latent latent, Optional<TraceParent> trace) {
        latents.increment();
        write(latent, trace);
    }

    /** Tells the decoders that nobody waits for a stream any more. */
    public void cancel(String stream) {
        write(Latent.newBuilder().setStream(stream).setCancel(true).build(), Optional.empty());
    }

    private void write(Latent latent, Optional<TraceParent> trace) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.LATENTS, bytes(latent.getStream()), latent.toByteArray());
        WireHeaders.put(record.headers(), WireHeaders.VERSION, version);
        WireHeaders.put(record.headers(), WireHeaders.STREAM, latent.getStream());
        if (!latent.getCancel()) {
            WireHeaders.put(record.headers(), WireHeaders.INDEX, latent.getIndex());
            WireHeaders.put(record.headers(), WireHeaders.VARIANT, latent.getVariant());
            WireHeaders.put(record.headers(), WireHeaders.ENCODING, latent.getEncoding());
            WireHeaders.put(record.headers(), WireHeaders.MODEL, latent.getModel());
        }
        trace.ifPresent(one -> WireHeaders.put(record.headers(), WireHeaders.TRACE, one));
        latentSink.send(record, failure -> {
            if (failure != null) {
                warn(record.topic(), failure.getMessage());
            }
        });
    }

    /** A record that nobody can use, a frame or of a broadcast, goes to the dead letters. */
    public void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String why) {
        DeadLetter letter = DeadLetter.of(record, Topics.DEAD_FRAMES, reason, why);
        LOG.warnf(
                "record refused reason=%s origin=%s stream=%s trace=%s cause=\"%s\"",
                reason, letter.origin(), letter.stream(), letter.trace(), letter.cause());
        dead.increment();
        bury(letter);
    }

    /** Until the broker has it: a dead letter is nobody's to ask for again. */
    private void bury(DeadLetter letter) {
        deadSink.send(letter.letter(), failure -> {
            if (failure == null) {
                return;
            }
            if (DeadLetter.isLost(failure) || failure instanceof IllegalStateException) { // it ends with the service
                LOG.errorf("dead letter lost origin=%s cause=\"%s\"", letter.origin(), failure.getMessage());
            } else {
                later.execute(() -> bury(letter));
            }
            warn(letter.letter().topic(), failure.getMessage());
        });
    }

    private void warn(String topic, @Nullable String cause) {
        long last = lastWarning.get();
        long now = System.nanoTime();
        if (now - last > QUIET_NANOS && lastWarning.compareAndSet(last, now)) { // one line for the many of one outage
            LOG.warnf("Kafka did not take a record topic=%s cause=\"%s\"", topic, cause);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
