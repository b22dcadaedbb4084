package org.styleinv.decoder;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.wire.DeadLetter;
import org.styleinv.proto.wire.RecordHeaders;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.proto.wire.Topics;

/** Writes frames to their stream's partition, and refused records to the dead letters. */
final class FrameWriter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FrameWriter.class);
    /** A frame that nobody set a deadline for is given up after so many failed writes. */
    private static final int ATTEMPTS = 5;

    private final Producer<byte[], byte[]> producer;
    private final WorkQueue queue;
    private final Counter frames;
    private final Counter dead;
    private final Queue<Runnable> again = new ArrayDeque<>();

    FrameWriter(Producer<byte[], byte[]> producer, WorkQueue queue, MeterRegistry meters) {
        this.producer = producer;
        this.queue = queue;
        frames = meters.counter("styleinv.decoder.frames");
        dead = meters.counter("styleinv.decoder.latents.dead");
    }

    /** Sends a frame; its latent counts as done when the broker has it, and is painted again if the broker does not take it. */
    void write(Work work, byte[] pixels, Decoder.Variant variant, Optional<Decoder.Variant> other) {
        Frame.Builder frame = Frame.newBuilder()
                .setStream(work.key.stream())
                .setIndex(work.key.index())
                .setPresentationUs(work.presentationUs)
                .setVariant(variant.name())
                .setModel(variant.digest())
                .setImage(Image.newBuilder()
                        .setEncoding(work.key.encoding())
                        .setWidth(variant.resolution())
                        .setHeight(variant.resolution())
                        .setData(ByteString.copyFrom(pixels)));
        other.ifPresent(mixed -> frame.setBlend(Blend.newBuilder()
                .setVariant(mixed.name())
                .setWeight(work.key.weight())
                .setModel(mixed.digest())));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topics.frames(variant.name()),
                work.replyPartition,
                bytes(work.key.stream()),
                frame.build().toByteArray());
        RecordHeaders.put(record.headers(), RecordHeaders.VERSION, RecordHeaders.THIS_VERSION);
        RecordHeaders.put(record.headers(), RecordHeaders.STREAM, work.key.stream());
        RecordHeaders.put(record.headers(), RecordHeaders.INDEX, work.key.index());
        RecordHeaders.put(record.headers(), RecordHeaders.VARIANT, variant.name());
        RecordHeaders.put(record.headers(), RecordHeaders.ENCODING, work.key.encoding());
        RecordHeaders.put(record.headers(), RecordHeaders.MODEL, variant.digest());
        other.ifPresent(mixed -> RecordHeaders.put(record.headers(), RecordHeaders.BLEND, mixed.name()));
        work.trace.ifPresent(trace -> RecordHeaders.put(record.headers(), RecordHeaders.TRACE, trace));
        try {
            producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    frames.increment();
                    work.finish();
                } else {
                    notWritten(work, failure);
                }
            });
        } catch (RuntimeException failure) {
            notWritten(work, failure);
        }
    }

    private void notWritten(Work work, Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            refuse(
                    work,
                    new Refusal(
                            Refusal.Reason.TOO_LARGE,
                            "the frame is larger than styleinv.topics.max-record-bytes allows (" + failure.getMessage()
                                    + "); ask for PNG or JPEG, or raise it in every service"));
        } else if (work.failed() < ATTEMPTS) {
            LOG.warnf(
                    "frame not written, will be painted again stream=%s index=%d cause=\"%s\"",
                    StatusText.of(work.key.stream()), work.key.index(), failure.getMessage());
            queue.offer(work);
        } else {
            refuse(
                    work,
                    new Refusal(
                            Refusal.Reason.NOT_WRITTEN, "the broker did not take the frame: " + failure.getMessage()));
        }
    }

    /** A latent that was read but could not be painted. */
    void refuse(Work work, Refusal refusal) {
        refuse(work.source, refusal, work::finish);
    }

    /** A record that cannot become a frame: it goes to the dead letters as it came. */
    void refuse(ConsumerRecord<byte[], byte[]> record, Refusal refusal, Runnable done) {
        DeadLetter letter = DeadLetter.of(record, Topics.DEAD_LATENTS, refusal.reason.word(), refusal.getMessage());
        LOG.warnf(
                "latent refused reason=%s origin=%s cause=\"%s\"",
                refusal.reason.word(), letter.origin(), letter.cause());
        dead.increment();
        bury(letter, done);
    }

    private void bury(DeadLetter letter, Runnable done) {
        try {
            producer.send(letter.letter(), (metadata, failure) -> {
                if (failure == null) {
                    done.run();
                } else if (DeadLetter.isLost(failure)) {
                    LOG.errorf("dead letter lost origin=%s cause=\"%s\"", letter.origin(), failure.getMessage());
                    done.run();
                } else {
                    later(() -> bury(letter, done));
                }
            });
        } catch (RuntimeException failure) {
            later(() -> bury(letter, done));
        }
    }

    private void later(Runnable retry) {
        synchronized (again) {
            again.add(retry);
        }
    }

    /** Tries again what the broker did not take; called now and then by the reader. */
    void retry() {
        for (int i = pending(); i > 0; i--) {
            Runnable next;
            synchronized (again) {
                next = again.poll();
            }
            if (next != null) {
                next.run();
            }
        }
    }

    private int pending() {
        synchronized (again) {
            return again.size();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ofSeconds(2));
    }
}
