package org.styleinv.proto.identity;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/** TLS of Kafka's clients and of a broker from the same files as everywhere, exchanged without a restart. Its settings are those of {@link KafkaClient}. */
public final class KafkaTls implements SslEngineFactory {
    @SuppressWarnings("NullAway.Init") // Kafka configures it first
    private SSLContext context;

    private boolean requireClients;

    @Override
    public void configure(Map<String, ?> settings) {
        context = TlsFiles.of(path(settings, "ca"), path(settings, "cert"), path(settings, "key"))
                .context();
        requireClients = Boolean.parseBoolean(String.valueOf(settings.get(KafkaClient.REQUIRE_CLIENTS)));
    }

    private static Optional<Path> path(Map<String, ?> settings, String name) {
        @Nullable Object value = settings.get(KafkaClient.PREFIX + name);
        return value == null || value.toString().isBlank() ? Optional.empty() : Optional.of(Path.of(value.toString()));
    }

    @Override
    public SSLEngine createClientSslEngine(String host, int port, String identification) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(TlsFiles.PROTOCOLS.toArray(String[]::new));
        if (!host.isEmpty()) { // it is where a broker tries its own settings
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // whatever is asked: a wrong host is never right
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    @Override
    public SSLEngine createServerSslEngine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(TlsFiles.PROTOCOLS.toArray(String[]::new));
        engine.setNeedClientAuth(requireClients);
        return engine;
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> next) {
        return false; // the files are looked at by themselves
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    @Override
    public @Nullable KeyStore keystore() {
        return null;
    }

    @Override
    public @Nullable KeyStore truststore() {
        return null;
    }

    @Override
    public void close() {
        // it holds no file open
    }
}
