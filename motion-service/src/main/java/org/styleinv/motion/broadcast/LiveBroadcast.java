package org.styleinv.motion.broadcast;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.styleinv.gate.Tenant;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.StreamId;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/**
 * A broadcast as its record says it, checked. Which frame it shows is a function of the clock and of nothing else.
 *
 * @param partition of {@code styleinv.broadcasts} that its record is on: who owns that makes its frames
 */
record LiveBroadcast(Broadcast broadcast, CheckedRequest request, StreamId stream, int partition) {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private static final long LATEST_MS = 253_402_300_799_999L;

    /** @throws IllegalArgumentException naming the id and what it wants */
    static void demandId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "id must be up to 63 of a-z, 0-9, _ and -, beginning with a letter or digit, got \"" + id + "\"");
        }
    }

    /**
     * Of a record, which anybody may have written.
     *
     * @param framePartitions that decoders can answer on
     * @throws IllegalArgumentException if the record is no broadcast that can be made
     */
    static LiveBroadcast of(
            ConsumerRecord<byte[], byte[]> record,
            int framePartitions,
            Function<GenerateRequest, CheckedRequest> checks) {
        String key = key(record);
        WireHeaders.otherVersion(record.headers()).ifPresent(sentence -> {
            throw new IllegalArgumentException(sentence);
        });
        Broadcast broadcast;
        try {
            broadcast = Broadcast.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "its " + record.value().length + " bytes are no styleinv.v1.Broadcast: " + e.getMessage(), e);
        }
        demandId(broadcast.getId());
        if (!broadcast.getTenant().isEmpty()) {
            Tenant.demandName(broadcast.getTenant());
        }
        if (!key(broadcast.getTenant(), broadcast.getId()).equals(key)) {
            throw new IllegalArgumentException("its key is \"" + key + "\", but the broadcast's id is \""
                    + broadcast.getId() + "\" of tenant \"" + broadcast.getTenant() + "\"");
        }
        if (broadcast.getStartMs() <= 0 || broadcast.getStartMs() > LATEST_MS) { // beyond, times overflow
            throw new IllegalArgumentException(
                    "start_ms must be a Unix time before the year 10000, got " + broadcast.getStartMs());
        }
        CheckedRequest request = checks.apply(broadcast.getRequest());
        StreamId stream = StreamId.parse(broadcast.getStream());
        if (stream.partition() >= framePartitions) { // each of its latents would be a dead letter
            throw new IllegalArgumentException("its stream " + stream + " is not on one of " + framePartitions
                    + " partitions of frames; has every service the same styleinv.topics.partitions?");
        }
        return new LiveBroadcast(broadcast, request, stream, record.partition());
    }

    /** Under which all replicas know it, and Kafka keeps it: two tenants may have the same name for something. */
    static String key(String tenant, String id) {
        return tenant.isEmpty() ? id : tenant + "/" + id;
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    /** What tells the same request from another: SHA-256 of its bytes. */
    static String digest(GenerateRequest request) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The same, once more is known of what it shows. */
    LiveBroadcast with(CheckedRequest known) {
        return new LiveBroadcast(broadcast, known, stream, partition);
    }

    String id() {
        return broadcast.getId();
    }

    String key() {
        return key(broadcast.getTenant(), broadcast.getId());
    }

    /** The record that makes it live; its writer says the version. */
    ProducerRecord<byte[], byte[]> record() {
        return record(broadcast.toByteArray());
    }

    /** The record that ends it, and no other of the same id; its writer says the version. */
    ProducerRecord<byte[], byte[]> tombstone() {
        return record(null);
    }

    private ProducerRecord<byte[], byte[]> record(byte @Nullable [] value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.BROADCASTS, partition, key().getBytes(StandardCharsets.UTF_8), value);
        WireHeaders.put(record.headers(), WireHeaders.STREAM, stream);
        return record;
    }

    /** Place of the frame that the clock shows; below 0 before the start. */
    long place(long nowMs) {
        return (long) Math.floor((nowMs - broadcast.getStartMs()) * request.fps() / 1000);
    }

    /** When a place's frame is due, Unix time. */
    long dueMs(long place) {
        return broadcast.getStartMs() + (long) Math.ceil(place * 1000 / request.fps());
    }

    /** Whether its last frame has had its time. */
    boolean over(long nowMs) {
        return place(nowMs) >= request.total();
    }
}
