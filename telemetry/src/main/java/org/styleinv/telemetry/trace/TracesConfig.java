package org.styleinv.telemetry.trace;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of traces, the same in every service. */
@ConfigMapping(prefix = "styleinv.traces")
public interface TracesConfig {
    /** Where spans go, by OTLP over HTTP: the base address of a collector, as `http://collector:4318`. `OTEL_EXPORTER_OTLP_ENDPOINT` if not set; without both there are none. */
    Optional<URI> endpoint();

    /** PEM file of the authority that the collector's certificate is believed by, for `https`; the JVM's own if not set. Read at the start. */
    Optional<Path> ca();

    /** Part of the calls without a caller's trace whose trace is kept, 0 to 1. A caller's `traceparent` says so itself: its sampled flag holds. */
    @WithDefault("0.01")
    double ratio();

    /** Of a stream that is kept, each so-manieth frame is, beginning with its first; from 1. */
    @WithDefault("30")
    int every();

    /** Throws if a value is outside its range. */
    default void check() {
        if (!(ratio() >= 0 && ratio() <= 1)) {
            throw new IllegalArgumentException("styleinv.traces.ratio must be from 0 to 1, got " + ratio());
        }
        if (every() < 1) {
            throw new IllegalArgumentException("styleinv.traces.every must be at least 1, got " + every());
        }
        endpoint().ifPresent(at -> {
            if (!"http".equals(at.getScheme()) && !"https".equals(at.getScheme()) || at.getHost() == null) {
                throw new IllegalArgumentException("styleinv.traces.endpoint must be an address of OTLP over HTTP, as"
                        + " http://collector:4318, got \"" + at + "\"");
            }
        });
    }
}
