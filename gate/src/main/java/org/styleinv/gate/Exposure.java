package org.styleinv.gate;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.styleinv.gate.oidc.OidcConfig;
import org.styleinv.proto.wire.Address;

/**
 * Whether a port may be opened. One that other machines reach wants TLS and a way to tell callers apart; without them a
 * service does not start, unless {@code styleinv.insecure=true} says that it is meant.
 */
@ApplicationScoped
public class Exposure {
    /** The key that opens a mesh to whoever reaches it. */
    public static final String INSECURE = "styleinv.insecure";

    private static final Logger LOG = Logger.getLogger(Exposure.class);
    private static final int FIRST = 1; // before anything of a service starts

    private final TlsConfig tls;
    private final boolean tokens;
    private final boolean insecure;
    private final String httpHost;
    private final int httpPort;

    Exposure(
            TlsConfig tls,
            AccessConfig access,
            OidcConfig oidc,
            @ConfigProperty(name = INSECURE, defaultValue = "false") boolean insecure,
            @ConfigProperty(name = "quarkus.http.host") String httpHost,
            @ConfigProperty(name = "quarkus.http.port") int httpPort) {
        this.tls = tls;
        tokens = access.tokens().isPresent() || oidc.on();
        this.insecure = insecure;
        this.httpHost = httpHost;
        this.httpPort = httpPort;
    }

    void start(@Observes @Priority(FIRST) StartupEvent event) {
        demand("HTTP", "quarkus.http.host", httpHost, httpPort);
    }

    /**
     * Lets a port open, or does not let the service start.
     *
     * @param door what is spoken there
     * @param key  of the configuration, that chooses the host
     * @throws ConfigurationException in one sentence with the way out, if other machines reach it and it is not guarded
     */
    public void demand(String door, String key, String host, int port) {
        try {
            tls.demandWhole();
        } catch (IllegalArgumentException e) {
            throw new Refused(e.getMessage());
        }
        boolean guarded = tls.on() && (tokens || tls.requireClients());
        if (guarded || isOwn(host)) {
            return;
        }
        String lacking = lacking();
        if (insecure) {
            LOG.warnf(
                    "%s is open to whoever reaches %s, without %s, as %s=true says",
                    door, Address.of(host, port), lacking, INSECURE);
            return;
        }
        throw new Refused(refusal(door, key, Address.of(host, port), lacking));
    }

    /** One sentence, and no trace: nothing is wrong with the program. */
    private static final class Refused extends ConfigurationException {
        private static final long serialVersionUID = 1;

        Refused(@Nullable String sentence) {
            super(sentence);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private String lacking() {
        boolean known = tokens || tls.on() && tls.requireClients();
        if (tls.on()) {
            return "tokens";
        }
        return known ? "TLS" : "TLS and tokens";
    }

    private static String refusal(String door, String key, String at, String lacking) {
        return door + " would listen on " + at + ", which other machines reach, without " + lacking
                + ": set styleinv.tls.cert, styleinv.tls.key and styleinv.access.tokens, or listen on this machine alone with "
                + key + "=localhost, or say " + INSECURE + "=true";
    }

    /** Whether only this machine reaches a host. */
    static boolean isOwn(String host) {
        return resolve(host).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    private static Optional<InetAddress> resolve(String host) {
        try {
            return Optional.of(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return Optional.empty(); // it may be known later, and then be anybody's
        }
    }
}
