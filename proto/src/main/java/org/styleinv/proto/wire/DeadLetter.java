package org.styleinv.proto.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.styleinv.proto.Latent;

/**
 * A refused record on its way to a {@code .dead} topic: as it came, with reason, cause and origin in headers. What the record
 * itself said comes back in the cause, so that is as short and as plain as a status.
 *
 * @param letter for the topic
 * @param cause what a log may say
 * @param origin {@code topic-partition@offset}
 */
public record DeadLetter(ProducerRecord<byte[], byte[]> letter, String cause, String origin) {
    private static final Pattern ORIGIN = Pattern.compile("(.+)-(\\d+)@(\\d+)");
    private static final Set<String> VERDICT = Set.of(WireHeaders.REASON, WireHeaders.CAUSE, WireHeaders.ORIGIN);

    /** Room that a letter needs beyond the record that it holds. */
    static final int ROOM = 1 << 16;

    /**
     * Of a record that was read.
     *
     * @param topic of dead letters
     * @param reason one of a few fixed words
     * @param why a sentence of any length, with whatever the record said
     */
    public static DeadLetter of(ConsumerRecord<byte[], byte[]> record, String topic, String reason, String why) {
        String cause = StatusText.of(why);
        String origin = record.topic() + "-" + record.partition() + "@" + record.offset();
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
        WireHeaders.put(letter.headers(), WireHeaders.REASON, reason);
        WireHeaders.put(letter.headers(), WireHeaders.CAUSE, cause);
        WireHeaders.put(letter.headers(), WireHeaders.ORIGIN, origin);
        return new DeadLetter(letter, cause, origin);
    }

    /** What a log may say of the stream that the record names; - where it names none. */
    public String stream() {
        return WireHeaders.text(letter.headers(), WireHeaders.STREAM)
                .map(StatusText::of)
                .orElse("-");
    }

    /** The trace that the record belongs to; - where it belongs to none. */
    public String trace() {
        return WireHeaders.text(letter.headers(), WireHeaders.TRACE)
                .flatMap(TraceParent::parse)
                .map(TraceParent::trace)
                .orElse("-");
    }

    /**
     * What a letter holds, for the topic and partition that it came from, without the verdict. A latent's deadline is
     * lifted: it passed long ago, and a decoder would not even look.
     *
     * @throws IllegalStateException if the letter does not say where it came from
     */
    public static ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> letter) {
        String told = WireHeaders.text(letter.headers(), WireHeaders.ORIGIN).orElse("");
        Matcher origin = ORIGIN.matcher(told);
        if (!origin.matches()) {
            throw new IllegalStateException("a letter does not say where it came from: its origin is \"" + told + "\"");
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                origin.group(1), Integer.valueOf(origin.group(2)), letter.key(), withoutDeadline(letter));
        for (Header header : letter.headers()) {
            if (!VERDICT.contains(header.key())) {
                record.headers().add(header);
            }
        }
        return record;
    }

    private static byte[] withoutDeadline(ConsumerRecord<byte[], byte[]> letter) {
        byte[] value = letter.value();
        if (!letter.topic().equals(Topics.DEAD_LATENTS) || value == null) {
            return value;
        }
        try {
            return Latent.parseFrom(value).toBuilder().clearDeadlineMs().build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            return value; // it goes as it came
        }
    }

    /**
     * Whether the broker will never take a record that it has not taken: it is too large for the topic, or the topic wants a
     * key. What an outage or a missing right did may pass.
     */
    public static boolean isLost(Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTimestampException;
    }
}
