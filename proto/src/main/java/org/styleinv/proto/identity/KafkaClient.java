package org.styleinv.proto.identity;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What Kafka's clients and a broker are given to speak TLS by the same files as everywhere; see {@link KafkaTls}. */
public final class KafkaClient {
    /** Whether a broker wants its clients' certificates: {@code true} or not. */
    public static final String REQUIRE_CLIENTS = "styleinv.tls.require-clients";

    /** Prefix of the settings {@code ca}, {@code cert} and {@code key}: files. */
    static final String PREFIX = "styleinv.tls.";

    private static final String FACTORY =
            "org.styleinv.proto.identity.KafkaTls"; // not every service has Kafka's classes

    private KafkaClient() {}

    /** For a client. */
    public static Map<String, String> settings(Optional<Path> ca, Optional<Path> cert, Optional<Path> key) {
        Map<String, String> settings = new HashMap<>(files(ca, cert, key));
        settings.put("security.protocol", "SSL");
        return settings;
    }

    /** For a broker's door that wants its clients' certificates. */
    public static Map<String, String> door(Optional<Path> ca, Optional<Path> cert, Optional<Path> key) {
        Map<String, String> settings = new HashMap<>(files(ca, cert, key));
        settings.put(REQUIRE_CLIENTS, "true");
        return settings;
    }

    private static Map<String, String> files(Optional<Path> ca, Optional<Path> cert, Optional<Path> key) {
        Map<String, String> settings = new HashMap<>();
        settings.put("ssl.engine.factory.class", FACTORY);
        ca.ifPresent(path -> settings.put(PREFIX + "ca", path.toString()));
        cert.ifPresent(path -> settings.put(PREFIX + "cert", path.toString()));
        key.ifPresent(path -> settings.put(PREFIX + "key", path.toString()));
        return settings;
    }
}
