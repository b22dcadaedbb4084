package org.styleinv.telemetry.trace;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Makes the traces of a service from its settings. */
@ApplicationScoped
class TracesOfService {
    private static final Logger LOG = Logger.getLogger(TracesOfService.class);
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    @Produces
    @Singleton
    Traces traces(
            TracesConfig config,
            @ConfigProperty(name = "quarkus.application.name", defaultValue = "styleinv") String service) {
        config.check();
        if (config.endpoint().isEmpty()) {
            return Traces.OFF;
        }
        URI collector = config.endpoint().get();
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(collector.toString().replaceFirst("/$", "") + "/v1/traces") // as OTLP has it
                .setTimeout(PATIENCE)
                .setRetryPolicy(null); // the next batch is another try
        config.ca().ifPresent(ca -> {
            try {
                exporter.setTrustedCertificates(Files.readAllBytes(ca));
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "styleinv.traces.ca names " + ca + ", which cannot be read: " + e.getMessage(), e);
            }
        });
        LOG.infof("traces go to endpoint=%s ratio=%s every=%d", collector, config.ratio(), config.every());
        return Traces.to(exporter.build(), service, config.ratio(), config.every());
    }

    void close(@Disposes Traces traces) {
        traces.close();
    }
}
