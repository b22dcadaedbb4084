package org.styleinv.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.Encoding;

/** One latent on its way to becoming a frame, with the records that asked for it. */
final class Work {
    /**
     * What may share a batch.
     *
     * @param other variant that is mixed in
     */
    record Kind(String variant, Optional<String> other, Noise noise) {}

    /**
     * Name of a frame: whoever paints it, however often, it is the same.
     *
     * @param weight of the other variant, 0 to 1; 0 where there is none
     */
    record Key(String stream, long index, Kind kind, double weight, Encoding encoding) {}

    /** A record to be committed when the work is finished. */
    record Receipt(Offsets partition, long offset) {}

    final Key key;
    /** The record that asked first, for the dead letters. */
    final ConsumerRecord<byte[], byte[]> source;

    final float[] w;
    final long presentationUs;
    final int replyPartition;
    final Optional<String> trace;
    private final List<Receipt> receipts = new ArrayList<>();
    private long deadlineMs;
    private int attempts;

    Work(
            Key key,
            ConsumerRecord<byte[], byte[]> source,
            float[] w,
            long presentationUs,
            int replyPartition,
            long deadlineMs,
            Optional<String> trace) {
        this.key = key;
        this.source = source;
        this.w = w;
        this.presentationUs = presentationUs;
        this.replyPartition = replyPartition;
        this.deadlineMs = deadlineMs;
        this.trace = trace;
    }

    synchronized void addReceipt(Receipt receipt) {
        receipts.add(receipt);
    }

    /** Takes over another request for the same frame: the later deadline counts. */
    synchronized void join(Work other) {
        synchronized (other) {
            receipts.addAll(other.receipts);
            deadlineMs = deadlineMs == 0 || other.deadlineMs == 0 ? 0 : Math.max(deadlineMs, other.deadlineMs);
        }
    }

    synchronized boolean expired(long nowMs) {
        return deadlineMs != 0 && nowMs > deadlineMs;
    }

    /** Counts a failed try and returns how many there were. */
    synchronized int failed() {
        return ++attempts;
    }

    /** The frame is in the topic, or nobody wants it: its records may be committed. */
    synchronized void finish() {
        receipts.forEach(receipt -> receipt.partition().finish(receipt.offset()));
        receipts.clear();
    }

    synchronized boolean from(Offsets partition) {
        return receipts.stream().anyMatch(receipt -> receipt.partition() == partition);
    }

    @Override
    public String toString() {
        return key.stream() + "#" + key.index();
    }
}
