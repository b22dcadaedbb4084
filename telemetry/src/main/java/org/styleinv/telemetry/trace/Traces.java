package org.styleinv.telemetry.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.wire.TraceParent;

/**
 * The traces of a service: which are kept, and where their spans go. There is nothing global, for all services may run in one
 * JVM. Without an exporter nothing is kept, and a caller's {@code traceparent} is passed on as it came.
 */
public final class Traces implements AutoCloseable {
    /** Keeps nothing. */
    public static final Traces OFF = new Traces(null, 0, 1);

    private final @Nullable SdkTracerProvider provider;
    private final @Nullable Tracer tracer;
    private final @Nullable BoundedExport export;
    private final double ratio;
    private final int every;

    private Traces(@Nullable Sending sending, double ratio, int every) {
        this.ratio = ratio;
        this.every = every;
        export = sending == null ? null : sending.export();
        provider = sending == null ? null : sending.provider();
        tracer = provider == null ? null : provider.get("org.styleinv");
    }

    private record Sending(BoundedExport export, SdkTracerProvider provider) {}

    /**
     * Keeps traces.
     *
     * @param service its name, beside each span
     * @param ratio of calls without a caller's trace, 0 to 1
     * @param every so-manieth frame of a stream, from 1
     */
    public static Traces to(SpanExporter exporter, String service, double ratio, int every) {
        var export = new BoundedExport(exporter);
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.builder()
                                .put("service.name", service)
                                .build())))
                .addSpanProcessor(export)
                .build();
        return new Traces(new Sending(export, provider), ratio, every);
    }

    /** Spans that a collector took. */
    public long sent() {
        return export == null ? 0 : export.sent();
    }

    /** Spans that no collector took, or for which there was no room. */
    public long lost() {
        return export == null ? 0 : export.lost();
    }

    /**
     * The trace of a call that came in: its caller's, sampled or not as that says, or where it names none, or none that can be read,
     * a new one, of which a part is kept.
     */
    public CallTrace call(String name, @Nullable String header) {
        Optional<TraceParent> caller = TraceParent.parse(header);
        boolean sampled = caller.map(TraceParent::sampled)
                .orElseGet(() -> tracer != null && ThreadLocalRandom.current().nextDouble() < ratio);
        if (tracer == null || !sampled) {
            return new CallTrace(caller.orElseGet(TraceParent::begun), Spans.NONE);
        }
        Span span = tracer.spanBuilder(name)
                .setParent(caller.map(Traces::remote).orElseGet(Context::root))
                .setSpanKind(SpanKind.SERVER)
                .startSpan();
        Spans spans = new Spans(tracer, span);
        return new CallTrace(spans.parent(), spans);
    }

    /** What is told below somebody else's span, which a record's {@code traceparent} names; nothing where that is not kept. */
    public Spans below(Optional<String> header) {
        return tracer == null
                ? Spans.NONE
                : header.flatMap(TraceParent::parse)
                        .filter(TraceParent::sampled)
                        .map(parent -> new Spans(tracer, Span.fromContext(remote(parent))))
                        .orElse(Spans.NONE);
    }

    private static Context remote(TraceParent parent) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        parent.trace(), parent.span(), TraceFlags.getSampled(), TraceState.getDefault())));
    }

    /** Whether a frame of a stream that is kept is, too; places are counted from 0. */
    public boolean takes(long place) {
        return place % every == 0;
    }

    /** Gives what waits two seconds to leave. */
    @Override
    public void close() {
        if (provider != null) {
            provider.shutdown().join(2, TimeUnit.SECONDS);
        }
    }
}
