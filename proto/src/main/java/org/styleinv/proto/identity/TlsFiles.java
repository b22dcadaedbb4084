package org.styleinv.proto.identity;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of one end of a connection, from PEM files. A connection that begins takes what the files say then, so that
 * they are exchanged without a restart; see {@link FileWatch}.
 */
public final class TlsFiles {
    /** What is spoken; all else is refused. */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private static final char[] NO_PASSWORD = new char[0];

    private final Supplier<X509ExtendedTrustManager> trust;
    private final Optional<Supplier<X509ExtendedKeyManager>> keys;

    private TlsFiles(Supplier<X509ExtendedTrustManager> trust, Optional<Supplier<X509ExtendedKeyManager>> keys) {
        this.trust = trust;
        this.keys = keys;
    }

    /**
     * Reads the files once, so that what is wrong with them is said at the start.
     *
     * @param ca   certificates that sign those of the other end; those that Java trusts where there is none
     * @param cert the own certificate, and behind it those between it and {@code ca}
     * @param key  its private key, PKCS #8
     * @throws IllegalArgumentException in one sentence, if one cannot be read, or one of {@code cert} and {@code key} is missing
     */
    public static TlsFiles of(Optional<Path> ca, Optional<Path> cert, Optional<Path> key) {
        if (cert.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("a certificate and its private key come together, but only "
                    + (cert.isPresent() ? "the certificate " + cert.get() : "the key " + key.get()) + " is given");
        }
        return new TlsFiles(
                FileWatch.of(ca.stream().toList(), () -> trust(ca)),
                cert.map(path -> FileWatch.of(
                        Stream.concat(cert.stream(), key.stream()).toList(), () -> keys(path, key.orElseThrow()))));
    }

    /** Who is trusted. */
    public X509ExtendedTrustManager trust() {
        return new CurrentTrust(trust);
    }

    /** The own identity, if there is one. */
    public Optional<X509ExtendedKeyManager> keys() {
        return keys.map(CurrentKeys::new);
    }

    /** For what is no gRPC: the same as one of Java's contexts. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys().map(one -> new KeyManager[] {one}).orElse(null), new TrustManager[] {trust()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java speaks TLS", e);
        }
    }

    private static X509ExtendedTrustManager trust(Optional<Path> ca) throws IOException {
        try {
            @Nullable KeyStore store = null; // Java's own
            if (ca.isPresent()) {
                store = empty();
                int number = 0;
                for (X509Certificate one : Pem.certificates(ca.get())) {
                    store.setCertificateEntry("ca-" + number++, one);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return only(factory.getTrustManagers(), X509ExtendedTrustManager.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static X509ExtendedKeyManager keys(Path cert, Path key) throws IOException {
        try {
            KeyStore store = empty();
            List<X509Certificate> chain = Pem.certificates(cert);
            PrivateKey secret = Pem.key(key);
            if (!Pem.isPair(
                    chain.get(0).getPublicKey(), secret)) { // one of them may be exchanged a moment after the other
                throw new IllegalArgumentException("the key " + key + " is not that of the certificate " + cert);
            }
            Pem.demandOrder(cert, chain);
            store.setKeyEntry("own", secret, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return only(factory.getKeyManagers(), X509ExtendedKeyManager.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(cert + " and " + key + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static <T> T only(Object[] managers, Class<T> kind) {
        return Stream.of(managers)
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    /** Trusts whom the file names when it is asked. */
    private static final class CurrentTrust extends X509ExtendedTrustManager {
        private final Supplier<X509ExtendedTrustManager> current;

        CurrentTrust(Supplier<X509ExtendedTrustManager> current) {
            this.current = current;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            current.get().checkClientTrusted(chain, kind, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            current.get().checkServerTrusted(chain, kind, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            current.get().checkClientTrusted(chain, kind, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            current.get().checkServerTrusted(chain, kind, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            current.get().checkClientTrusted(chain, kind);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            current.get().checkServerTrusted(chain, kind);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return current.get().getAcceptedIssuers();
        }
    }

    /**
     * The identity of the files when it is asked. A handshake asks for the chain and for the key one after the other; the
     * alias names the manager that was current when it chose, so that both are of one pair.
     */
    private static final class CurrentKeys extends X509ExtendedKeyManager {
        private final Supplier<X509ExtendedKeyManager> current;
        private volatile Chosen last;
        private volatile Chosen before;

        private record Chosen(long number, X509ExtendedKeyManager manager) {}

        CurrentKeys(Supplier<X509ExtendedKeyManager> current) {
            this.current = current;
            last = new Chosen(0, current.get());
            before = last;
        }

        private synchronized Chosen now() {
            X509ExtendedKeyManager manager = current.get();
            if (manager != last.manager()) {
                before = last;
                last = new Chosen(last.number() + 1, manager);
            }
            return last;
        }

        private static @Nullable String name(Chosen chosen, @Nullable String alias) {
            return alias == null ? null : chosen.number() + " " + alias;
        }

        private X509ExtendedKeyManager of(String name) {
            Chosen chosen = before;
            return name.startsWith(chosen.number() + " ") ? chosen.manager() : last.manager();
        }

        private static String plain(String name) {
            return name.substring(name.indexOf(' ') + 1);
        }

        @Override
        public @Nullable String chooseEngineClientAlias(String[] kinds, Principal[] issuers, SSLEngine engine) {
            Chosen chosen = now();
            return name(chosen, chosen.manager().chooseEngineClientAlias(kinds, issuers, engine));
        }

        @Override
        public @Nullable String chooseEngineServerAlias(String kind, Principal[] issuers, SSLEngine engine) {
            Chosen chosen = now();
            return name(chosen, chosen.manager().chooseEngineServerAlias(kind, issuers, engine));
        }

        @Override
        public @Nullable String chooseClientAlias(String[] kinds, Principal[] issuers, Socket socket) {
            Chosen chosen = now();
            return name(chosen, chosen.manager().chooseClientAlias(kinds, issuers, socket));
        }

        @Override
        public @Nullable String chooseServerAlias(String kind, Principal[] issuers, Socket socket) {
            Chosen chosen = now();
            return name(chosen, chosen.manager().chooseServerAlias(kind, issuers, socket));
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return of(alias).getCertificateChain(plain(alias));
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return of(alias).getPrivateKey(plain(alias));
        }

        @Override
        public String[] getClientAliases(String kind, Principal[] issuers) {
            return now().manager().getClientAliases(kind, issuers);
        }

        @Override
        public String[] getServerAliases(String kind, Principal[] issuers) {
            return now().manager().getServerAliases(kind, issuers);
        }
    }
}
