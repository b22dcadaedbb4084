package org.styleinv.decoder.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.styleinv.decoder.engine.Styles;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.Encoding;
import org.styleinv.telemetry.trace.Spans;

/** One latent on its way to becoming a frame, with the records that asked for it. */
public final class Work {
    /**
     * What may share a batch.
     *
     * @param other variant that is mixed in
     */
    public record Kind(String variant, Optional<String> other, Noise noise) {}

    /**
     * Name of a frame: whoever paints it, however often, it is the same.
     *
     * @param weight of the other variant, 0 to 1; 0 where there is none
     */
    public record Key(String stream, long index, Kind kind, double weight, Encoding encoding) {}

    /** What is to be told when the work is done: its record may be committed then. */
    @FunctionalInterface
    public interface Receipt {
        void finish();
    }

    /** Who asked for the frame; is told what became of it, and finishes the work. */
    @FunctionalInterface
    public interface Asker {
        void ended(Work work, Outcome outcome);
    }

    final Key key;
    final Styles styles;
    final Spans spans;
    private final Asker asker;
    private final List<Receipt> receipts = new ArrayList<>();
    private final long born = System.nanoTime();
    private long deadlineMs;
    private int attempts;

    /**
     * @param deadlineMs Unix time after which nobody wants it, 0 = never
     * @param spans below which is told what becomes of it
     */
    public Work(Key key, Styles styles, long deadlineMs, Spans spans, Asker asker) {
        this.spans = spans;
        this.key = key;
        this.styles = styles;
        this.deadlineMs = deadlineMs;
        this.asker = asker;
    }

    public Key key() {
        return key;
    }

    /** One of the traces that a batch belongs to. */
    static Spans kept(List<Work> batch) {
        return batch.stream()
                .map(work -> work.spans)
                .filter(Spans::kept)
                .findFirst()
                .orElse(Spans.NONE);
    }

    /** Nanoseconds since it was read. */
    long age() {
        return System.nanoTime() - born;
    }

    /** It was painted in a batch, until now. */
    void painted(long begun, int batch) {
        spans.tell("queue", born, begun);
        spans.tell("painting", begun, System.nanoTime(), batch);
    }

    /** Tells who asked what became of it. */
    public void end(Outcome outcome) {
        asker.ended(this, outcome);
    }

    /** Tells who asked that it cannot become a frame, and why. */
    void refuse(Refusal.Reason reason, @Nullable String sentence) {
        end(new Outcome.Refused(new Refusal(reason, String.valueOf(sentence))));
    }

    public synchronized void addReceipt(Receipt receipt) {
        receipts.add(receipt);
    }

    /** Takes over another request for the same frame: the later deadline counts. */
    synchronized void join(Work other) {
        synchronized (other) {
            receipts.addAll(other.receipts);
            deadlineMs = deadlineMs == 0 || other.deadlineMs == 0 ? 0 : Math.max(deadlineMs, other.deadlineMs);
        }
    }

    public synchronized boolean expired(long nowMs) {
        return deadlineMs != 0 && nowMs > deadlineMs;
    }

    /** Counts a failed try and returns how many there were. */
    public synchronized int failed() {
        return ++attempts;
    }

    /** The frame is in the topic, or nobody wants it: its records may be committed. */
    public synchronized void finish() {
        receipts.forEach(Receipt::finish);
        receipts.clear();
    }

    /** Whether one of its records is such. */
    public synchronized boolean from(Predicate<Receipt> record) {
        return receipts.stream().anyMatch(record);
    }

    @Override
    public String toString() {
        return key.stream() + "#" + key.index();
    }
}
