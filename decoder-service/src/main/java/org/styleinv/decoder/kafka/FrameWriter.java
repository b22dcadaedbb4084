package org.styleinv.decoder.kafka;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.work.Outcome;
import org.styleinv.decoder.work.Refusal;
import org.styleinv.decoder.work.Work;
import org.styleinv.door.kafka.RecordSink;
import org.styleinv.door.meter.Meters;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.wire.DeadLetter;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** Writes frames to their stream's partition, and refused records to the dead letters. */
public final class FrameWriter {
    private static final Logger LOG = Logger.getLogger(FrameWriter.class);
    /** A frame that nobody set a deadline for is given up after so many failed writes. */
    private static final int ATTEMPTS = 5;

    private final RecordSink frameSink;
    private final RecordSink deadSink;
    private final Consumer<Work> again;
    private final Counter frames;
    private final Counter dead;
    private final Queue<Runnable> unburied = new ArrayDeque<>();

    /** @param again takes work whose frame the broker did not take */
    public FrameWriter(RecordSink frameSink, RecordSink deadSink, Consumer<Work> again, MeterRegistry meters) {
        this.frameSink = frameSink;
        this.deadSink = deadSink;
        this.again = again;
        frames = Meters.counter(meters, "styleinv.decoder.frames", "frames written to Kafka");
        dead = Meters.counter(meters, "styleinv.decoder.latents.dead", "latents refused to the dead letters");
    }

    /**
     * What a latent's record says of its answer.
     *
     * @param source for the dead letters
     * @param version of its record, and so of its answer: who asks by a form can read it
     * @param motion digest of the model that made the latent
     * @param trace of W3C, from its headers
     */
    record Asked(
            ConsumerRecord<byte[], byte[]> source,
            int version,
            long presentationUs,
            int replyPartition,
            String motion,
            Optional<String> trace) {}

    /** Writes what became of the work that a record asked for. */
    void ended(Asked asked, Work work, Outcome outcome) {
        if (outcome instanceof Outcome.Painted painted) {
            write(asked, work, painted);
        } else if (outcome instanceof Outcome.Refused refused) {
            refuse(asked.source(), refused.refusal(), work::finish);
        } else {
            work.finish();
        }
    }

    /** Sends a frame; its latent counts as done when the broker has it, and is painted again if the broker does not take it. */
    private void write(Asked asked, Work work, Outcome.Painted painted) {
        Work.Key key = work.key();
        Decoder.Variant variant = painted.variant();
        Optional<Decoder.Variant> other = painted.other();
        Frame.Builder frame = Frame.newBuilder()
                .setStream(key.stream())
                .setIndex(key.index())
                .setPresentationUs(asked.presentationUs())
                .setVariant(variant.name())
                .setModel(variant.digest())
                .setMotion(asked.motion())
                .setImage(Image.newBuilder()
                        .setEncoding(key.encoding())
                        .setWidth(variant.resolution())
                        .setHeight(variant.resolution())
                        .setData(ByteString.copyFrom(painted.picture())));
        other.ifPresent(mixed -> frame.setBlend(Blend.newBuilder()
                .setVariant(mixed.name())
                .setWeight(key.weight())
                .setModel(mixed.digest())));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topics.frames(variant.name()),
                asked.replyPartition(),
                bytes(key.stream()),
                frame.build().toByteArray());
        WireHeaders.put(record.headers(), WireHeaders.VERSION, asked.version());
        WireHeaders.put(record.headers(), WireHeaders.STREAM, key.stream());
        WireHeaders.put(record.headers(), WireHeaders.INDEX, key.index());
        WireHeaders.put(record.headers(), WireHeaders.VARIANT, variant.name());
        WireHeaders.put(record.headers(), WireHeaders.ENCODING, key.encoding());
        WireHeaders.put(record.headers(), WireHeaders.MODEL, variant.digest());
        other.ifPresent(mixed -> WireHeaders.put(record.headers(), WireHeaders.BLEND, mixed.name()));
        asked.trace().ifPresent(trace -> WireHeaders.put(record.headers(), WireHeaders.TRACE, trace));
        frameSink.send(record, failure -> {
            if (failure == null) {
                frames.increment();
                work.finish();
            } else {
                notWritten(asked, work, failure);
            }
        });
    }

    private void notWritten(Asked asked, Work work, Throwable failure) {
        if (failure instanceof RecordTooLargeException) {
            refuse(
                    asked,
                    work,
                    new Refusal(
                            Refusal.Reason.TOO_LARGE,
                            "the frame is larger than styleinv.topics.max-record-bytes allows (" + failure.getMessage()
                                    + "); ask for PNG or JPEG, or raise it in every service"));
        } else if (work.failed() < ATTEMPTS) {
            LOG.warnf(
                    "frame not written, will be painted again stream=%s index=%d cause=\"%s\"",
                    StatusText.of(work.key().stream()), work.key().index(), failure.getMessage());
            again.accept(work);
        } else {
            refuse(
                    asked,
                    work,
                    new Refusal(
                            Refusal.Reason.NOT_WRITTEN, "the broker did not take the frame: " + failure.getMessage()));
        }
    }

    private void refuse(Asked asked, Work work, Refusal refusal) {
        refuse(asked.source(), refusal, work::finish);
    }

    /** A record that cannot become a frame: it goes to the dead letters as it came. */
    void refuse(ConsumerRecord<byte[], byte[]> record, Refusal refusal, Runnable done) {
        DeadLetter letter =
                DeadLetter.of(record, Topics.DEAD_LATENTS, refusal.reason.word(), String.valueOf(refusal.getMessage()));
        LOG.warnf(
                "latent refused reason=%s origin=%s stream=%s trace=%s cause=\"%s\"",
                refusal.reason.word(), letter.origin(), letter.stream(), letter.trace(), letter.cause());
        dead.increment();
        bury(letter, done);
    }

    private void bury(DeadLetter letter, Runnable done) {
        deadSink.send(letter.letter(), failure -> {
            if (failure == null) {
                done.run();
            } else if (DeadLetter.isLost(failure)) {
                LOG.errorf("dead letter lost origin=%s cause=\"%s\"", letter.origin(), failure.getMessage());
                done.run();
            } else {
                later(() -> bury(letter, done));
            }
        });
    }

    private void later(Runnable retry) {
        synchronized (unburied) {
            unburied.add(retry);
        }
    }

    /** Tries again what the broker did not take; called now and then by the reader. */
    void retry() {
        for (int i = pending(); i > 0; i--) {
            Runnable next;
            synchronized (unburied) {
                next = unburied.poll();
            }
            if (next != null) {
                next.run();
            }
        }
    }

    private int pending() {
        synchronized (unburied) {
            return unburied.size();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
