package org.styleinv.door.trace;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.styleinv.door.meter.Meters;
import org.styleinv.telemetry.trace.Traces;

/** Shows what becomes of spans. */
@ApplicationScoped
class TraceMeters {
    void start(@Observes StartupEvent event, Traces traces, MeterRegistry meters) {
        Meters.count(meters, "styleinv.traces.spans.sent", "spans that the collector took", traces, Traces::sent);
        Meters.count(
                meters,
                "styleinv.traces.spans.lost",
                "spans that the collector did not take, or for which there was no room",
                traces,
                Traces::lost);
    }
}
