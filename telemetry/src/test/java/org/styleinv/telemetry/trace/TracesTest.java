package org.styleinv.telemetry.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.proto.wire.TraceParent;

@Timeout(60)
class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + SPAN + "-01";

    private final List<SpanData> told = new CopyOnWriteArrayList<>();

    /** Takes what comes, or never says that it has. */
    private final class Collector implements SpanExporter {
        volatile boolean silent;

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            if (silent) {
                return new CompletableResultCode();
            }
            told.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not happen within 30 s");
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void aCallersTraceGoesOnBelowItsSpan() {
        try (Traces traces = Traces.to(new Collector(), "motion", 0, 1)) {
            CallTrace call = traces.call("Generate", SAMPLED);
            assertTrue(call.spans().kept());
            assertEquals(TRACE, call.parent().trace());
            Spans part = call.spans().begin("opening");
            part.about("styleinv.stream", "s").end();
            call.spans().end();
            call.spans().end();
        }
        assertEquals(
                List.of("opening", "Generate"),
                told.stream().map(SpanData::getName).toList());
        SpanData opening = told.get(0);
        SpanData call = told.get(1);
        assertEquals(SPAN, call.getParentSpanId());
        assertEquals(call.getSpanId(), opening.getParentSpanId());
        assertEquals(TRACE, opening.getTraceId());
        assertTrue(opening.getStartEpochNanos() >= call.getStartEpochNanos());
        assertTrue(opening.getEndEpochNanos() <= call.getEndEpochNanos());
    }

    @Test
    void whatTheOtherSideTellsIsBelowWhatItWasTold() {
        long begun = System.nanoTime();
        try (Traces motion = Traces.to(new Collector(), "motion", 1, 1);
                Traces decoder = Traces.to(new Collector(), "decoder", 0, 1)) {
            CallTrace call = motion.call("Generate", null);
            Spans there = decoder.below(Optional.of(call.parent().toString()));
            there.received("latents", System.currentTimeMillis() + 5000); // by a clock that is ahead
            there.tell("painting", begun, begun + 1000, 4);
            call.spans().end();
        }
        SpanData root = told.stream()
                .filter(span -> span.getName().equals("Generate"))
                .findFirst()
                .orElseThrow();
        assertFalse(root.getParentSpanContext().isValid());
        assertEquals(3, told.size());
        for (SpanData span : told) {
            assertEquals(root.getTraceId(), span.getTraceId());
            assertTrue(span == root || span.getParentSpanId().equals(root.getSpanId()), span.getName());
            assertTrue(span.getEndEpochNanos() >= span.getStartEpochNanos(), span.getName());
        }
    }

    @Test
    void theCallersSayHoldsWhateverTheRatio() {
        try (Traces all = Traces.to(new Collector(), "motion", 1, 1)) {
            CallTrace call = all.call("Generate", "00-" + TRACE + "-" + SPAN + "-00");
            assertSame(Spans.NONE, call.spans());
            assertEquals("00-" + TRACE + "-" + SPAN + "-00", call.parent().toString());
        }
        assertEquals(List.of(), told);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00",
                "no trace",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-0000000000000000-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "00-" + TRACE + "x-" + SPAN + "-01"
            })
    void whatIsNoTraceparentBeginsANewTrace(String header) {
        try (Traces none = Traces.to(new Collector(), "motion", 0, 1);
                Traces all = Traces.to(new Collector(), "motion", 1, 1)) {
            CallTrace unkept = none.call("Generate", header);
            assertSame(Spans.NONE, unkept.spans());
            assertFalse(unkept.parent().sampled());
            assertNotEquals(TRACE, unkept.parent().trace());
            CallTrace kept = all.call("Generate", header);
            assertTrue(kept.spans().kept());
            assertTrue(kept.parent().sampled());
            assertNotEquals(TRACE, kept.parent().trace());
            assertSame(Spans.NONE, all.below(Optional.ofNullable(header)));
            kept.spans().end();
        }
        assertEquals(1, told.size());
    }

    @Test
    void aPartOfTheCallsIsKept() {
        try (Traces traces = Traces.to(new Collector(), "motion", 0.25, 1)) {
            int kept = 0;
            for (int i = 0; i < 4000; i++) {
                Spans spans = traces.call("Generate", null).spans();
                kept += spans.kept() ? 1 : 0;
            }
            assertEquals(1000, kept, 150); // 5.5 standard deviations of the binomial distribution
        }
    }

    @Test
    void withoutACollectorACallersTraceIsPassedOn() {
        assertEquals(
                TraceParent.parse(SAMPLED).orElseThrow(),
                Traces.OFF.call("Generate", SAMPLED).parent());
        assertSame(Spans.NONE, Traces.OFF.call("Generate", SAMPLED).spans());
        assertSame(Spans.NONE, Traces.OFF.below(Optional.of(SAMPLED)));
        assertFalse(Traces.OFF.call("Generate", null).parent().sampled());
        Spans.NONE.begin("part").about("key", "value").end();
        Spans.NONE.fail("nothing");
    }

    @Test
    void nobodyWaitsForACollectorThatIsSilentAndWhatIsLostIsCounted() throws Exception {
        Collector collector = new Collector();
        collector.silent = true;
        int spans = 3 * BoundedExport.MOST;
        try (Traces traces = Traces.to(collector, "motion", 1, 1)) {
            Spans call = traces.call("Generate", null).spans();
            long begun = System.nanoTime();
            for (int i = 0; i < spans; i++) {
                call.tell("frame", begun, begun + 1);
            }
            assertTrue(System.nanoTime() - begun < Duration.ofSeconds(4).toNanos(), "it waited");
            assertEquals(spans - BoundedExport.MOST, traces.lost());
            assertEquals(0, traces.sent());
        }
    }

    /** Settings with that collector. */
    private record Config(Optional<URI> endpoint, double ratio, int every) implements TracesConfig {
        @Override
        public Optional<Path> ca() {
            return Optional.empty();
        }
    }

    private static Traces made(String endpoint) {
        return new TracesOfService().traces(new Config(Optional.of(URI.create(endpoint)), 1, 1), "motion");
    }

    @Test
    void aCollectorThatIsNotThereLosesSpansAndNothingElse() throws Exception {
        try (Traces traces = made("http://localhost:1")) {
            traces.call("Generate", null).spans().end();
            await(() -> traces.lost() == 1);
        }
    }

    @Test
    void withoutAnEndpointThereIsNothing() {
        assertSame(Traces.OFF, new TracesOfService().traces(new Config(Optional.empty(), 1, 1), "motion"));
    }

    @Test
    void aBadSettingEndsTheStart() {
        for (String endpoint : List.of("collector:4317", "grpc://collector:4317", "4318", "http:///v1/traces")) {
            var e = assertThrows(IllegalArgumentException.class, () -> made(endpoint), endpoint);
            assertTrue(e.getMessage().contains("\"" + endpoint + "\""), e.getMessage());
        }
        for (double ratio : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new Config(Optional.empty(), ratio, 1).check());
        }
        assertThrows(IllegalArgumentException.class, () -> new Config(Optional.empty(), 1, 0).check());
    }
}
