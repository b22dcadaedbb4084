package org.styleinv.door.meter;

import io.micrometer.core.instrument.Timer;
import io.prometheus.client.exemplars.DefaultExemplarSampler;
import io.prometheus.client.exemplars.ExemplarSampler;
import io.prometheus.client.exemplars.tracer.common.SpanContextSupplier;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.wire.TraceParent;
import org.styleinv.telemetry.trace.Spans;

/**
 * Times with the trace that they were measured in, where that is kept: a bucket of the histogram then names one of its traces, as
 * OpenMetrics has it (an exemplar), so that from a slow frame on a dashboard one comes to where its time went.
 */
@Singleton
public class Exemplars {
    private static final ThreadLocal<TraceParent> MEASURED = new ThreadLocal<>();

    /** In place of the framework's, which knows its own traces alone. */
    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    Optional<ExemplarSampler> sampler() {
        return Optional.of(new DefaultExemplarSampler(new Measured()));
    }

    /**
     * Counts a time.
     *
     * @param spans of what took it
     */
    public static void record(Timer timer, long nanos, Spans spans) {
        if (!spans.kept()) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
            return;
        }
        MEASURED.set(spans.parent());
        try {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        } finally {
            MEASURED.remove();
        }
    }

    private static final class Measured implements SpanContextSupplier {
        @Override
        public @Nullable String getTraceId() {
            TraceParent parent = MEASURED.get();
            return parent == null ? null : parent.trace();
        }

        @Override
        public @Nullable String getSpanId() {
            TraceParent parent = MEASURED.get();
            return parent == null ? null : parent.span();
        }

        @Override
        public boolean isSampled() {
            return MEASURED.get() != null;
        }
    }
}
