package org.styleinv.telemetry.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.wire.TraceParent;

/**
 * A span and what is told below it, from any thread. {@link #NONE} keeps nothing and costs nothing, so who holds one need not ask;
 * times are those of {@link System#nanoTime()}.
 */
public final class Spans {
    /** Of a trace that is not kept. */
    public static final Spans NONE = new Spans(null, Span.getInvalid());

    private final @Nullable Tracer tracer; // null where nothing is kept
    private final Span span;

    /** @param span that others are below */
    Spans(@Nullable Tracer tracer, Span span) {
        this.tracer = tracer;
        this.span = span;
    }

    /** Whether anything is kept. */
    public boolean kept() {
        return tracer != null;
    }

    /** What the other side is told, so that its spans are below this one. Only of what is kept. */
    public TraceParent parent() {
        return new TraceParent(
                span.getSpanContext().getTraceId(), span.getSpanContext().getSpanId(), true);
    }

    /** A span below this one, from now on. */
    public Spans begin(String name) {
        return begin(name, System.nanoTime());
    }

    /** A span below this one, from that time on. */
    public Spans begin(String name, long begun) {
        return tracer == null ? NONE : new Spans(tracer, start(tracer, name, SpanKind.INTERNAL, epochNanos(begun)));
    }

    /** A span below this one, begun and ended. */
    public void tell(String name, long begun, long ended) {
        if (tracer != null) {
            start(tracer, name, SpanKind.INTERNAL, epochNanos(begun)).end(epochNanos(ended), TimeUnit.NANOSECONDS);
        }
    }

    /** As {@link #tell(String, long, long)}, with how many were together. */
    public void tell(String name, long begun, long ended, int batch) {
        if (tracer != null) {
            Span told = start(tracer, name, SpanKind.INTERNAL, epochNanos(begun));
            told.setAttribute("styleinv.batch", batch);
            told.end(epochNanos(ended), TimeUnit.NANOSECONDS);
        }
    }

    /** A record was on its way through a topic of Kafka until now, since a Unix time in milliseconds that its writer gave it. */
    public void received(String topic, long writtenMs) {
        if (tracer != null) {
            long now = epochNanos(System.nanoTime());
            long written = Math.min(now, TimeUnit.MILLISECONDS.toNanos(writtenMs)); // by another machine's clock
            Span told = start(tracer, topic, SpanKind.CONSUMER, written);
            told.setAttribute("messaging.system", "kafka");
            told.setAttribute("messaging.destination.name", topic);
            told.end(now, TimeUnit.NANOSECONDS);
        }
    }

    private Span start(Tracer by, String name, SpanKind kind, long epochNanos) {
        return by.spanBuilder(name)
                .setParent(Context.root().with(span))
                .setSpanKind(kind)
                .setStartTimestamp(epochNanos, TimeUnit.NANOSECONDS)
                .startSpan();
    }

    /** Says something about it. */
    public Spans about(String key, String value) {
        span.setAttribute(key, value);
        return this;
    }

    /** Says something about it. */
    public Spans about(String key, long value) {
        span.setAttribute(key, value);
        return this;
    }

    /** Something happened in it. */
    public void event(String name) {
        span.addEvent(name);
    }

    /** It did not come to what it was for. */
    public void fail(String why) {
        span.setStatus(StatusCode.ERROR, why);
        span.end();
    }

    /** It is over; once more is nothing. */
    public void end() {
        span.end();
    }

    /** Unix time in nanoseconds of a time of this JVM's clock of nanoseconds. */
    static long epochNanos(long nanoTime) {
        return Clock.getDefault().now() - (System.nanoTime() - nanoTime);
    }
}
