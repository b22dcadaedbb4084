package org.styleinv.telemetry.trace;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Spans on their way to a collector, in batches and behind everybody's back: nobody waits for it. What does not leave in time is
 * dropped beyond a bound, and counted, for the library's own count is for its metrics alone.
 */
final class BoundedExport implements SpanProcessor {
    /** Spans that wait; a kilobyte each. */
    static final int MOST = 2048;

    private static final Logger LOG = Logger.getLogger(BoundedExport.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - QUIET_NANOS);
    private final BatchSpanProcessor batches;

    BoundedExport(SpanExporter exporter) {
        batches = BatchSpanProcessor.builder(new Counting(exporter))
                .setMaxQueueSize(2 * MOST) // it never drops: the bound is here
                .setScheduleDelay(PAUSE)
                .setExporterTimeout(PATIENCE)
                .build();
    }

    /** Spans that a collector took. */
    long sent() {
        return sent.get();
    }

    /** Spans that no collector took, or for which there was no room. */
    long lost() {
        return lost.get();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (waiting.incrementAndGet() > MOST) {
            waiting.decrementAndGet();
            lose(1);
        } else {
            batches.onEnd(span);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    private void lose(int spans) {
        long all = lost.addAndGet(spans);
        long last = lastWarning.get();
        long now = System.nanoTime();
        if (now - last > QUIET_NANOS && lastWarning.compareAndSet(last, now)) {
            LOG.warnf("the collector of traces does not take spans, nobody waits for it lost=%d", all);
        }
    }

    @Override
    public CompletableResultCode shutdown() {
        return batches.shutdown();
    }

    @Override
    public CompletableResultCode forceFlush() {
        return batches.forceFlush();
    }

    /** Counts what becomes of a batch. */
    private final class Counting implements SpanExporter {
        private final SpanExporter exporter;

        Counting(SpanExporter exporter) {
            this.exporter = exporter;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            int size = spans.size();
            CompletableResultCode result = tried(spans);
            result.whenComplete(() -> {
                waiting.addAndGet(-size);
                if (result.isSuccess()) {
                    sent.addAndGet(size);
                } else {
                    lose(size);
                }
            });
            return result;
        }

        private CompletableResultCode tried(Collection<SpanData> spans) {
            try {
                return exporter.export(spans);
            } catch (RuntimeException e) {
                LOG.debug("a batch of spans was not sent", e);
                return CompletableResultCode.ofFailure();
            }
        }

        @Override
        public CompletableResultCode flush() {
            return exporter.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return exporter.shutdown();
        }
    }
}
