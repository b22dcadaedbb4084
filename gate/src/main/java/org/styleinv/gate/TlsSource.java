package org.styleinv.gate;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.styleinv.proto.identity.KafkaClient;

/** Gives Quarkus and Kafka their own keys for {@code styleinv.tls.*}, so that there is one set to know. */
public final class TlsSource implements ConfigSourceFactory {
    private static final int BELOW_FILES = 110; // over a service's own defaults, under what a person wrote
    /** Reading them takes 150 ms of a core, changed or not: Vert.x makes a key store with a password of them, twice. */
    private static final String RELOAD = "60s";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return List.of(new PropertiesConfigSource(keys(context), "styleinv.tls", BELOW_FILES));
    }

    private static Map<String, String> keys(ConfigSourceContext context) {
        Map<String, String> keys = new HashMap<>();
        Optional<String> ca = value(context, "styleinv.tls.ca");
        Optional<String> cert = value(context, "styleinv.tls.cert");
        Optional<String> key = value(context, "styleinv.tls.key");
        if (cert.isPresent() && key.isPresent()) {
            keys.put("quarkus.tls.styleinv.key-store.pem.0.cert", cert.get());
            keys.put("quarkus.tls.styleinv.key-store.pem.0.key", key.get());
            ca.ifPresent(path -> keys.put("quarkus.tls.styleinv.trust-store.pem.certs", path));
            keys.put("quarkus.tls.styleinv.protocols", "TLSv1.3,TLSv1.2");
            keys.put("quarkus.tls.styleinv.reload-period", RELOAD);
            keys.put("quarkus.http.tls-configuration-name", "styleinv");
            keys.put("quarkus.http.insecure-requests", "disabled");
            keys.put("quarkus.http.ssl-port", "${quarkus.http.port}");
        }
        if (value(context, "styleinv.tls.kafka").filter(Boolean::parseBoolean).isPresent()) {
            KafkaClient.settings(ca.map(Path::of), cert.map(Path::of), key.map(Path::of))
                    .forEach((name, text) -> keys.put("kafka." + name, text));
        }
        return keys;
    }

    private static Optional<String> value(ConfigSourceContext context, String name) {
        return Optional.ofNullable(context.getValue(name))
                .map(found -> found.getValue())
                .filter(text -> !text.isBlank());
    }
}
