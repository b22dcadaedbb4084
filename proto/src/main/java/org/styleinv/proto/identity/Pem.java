package org.styleinv.proto.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys of PEM files. */
final class Pem {
    private static final long MOST_BYTES = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Pem() {}

    /** All certificates of a file, a server's own before those that signed it. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            List<X509Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes(file)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (all.isEmpty()) {
                throw new IllegalArgumentException(file + " has no certificate: it wants PEM, BEGIN CERTIFICATE");
            }
            return all;
        } catch (CertificateException e) {
            throw new IllegalArgumentException(file + " has no certificate that can be read: " + e.getMessage(), e);
        }
    }

    /** The private key of a file, of RSA, elliptic curves or Edwards curves. */
    static PrivateKey key(Path file) throws IOException {
        Matcher found = KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
        if (!found.find()) {
            throw new IllegalArgumentException(file + " has no private key: it wants PEM, BEGIN PRIVATE KEY (PKCS #8,"
                    + " not encrypted; `openssl pkcs8 -topk8 -nocrypt` makes one of others)");
        }
        byte[] der = Base64.getMimeDecoder().decode(found.group(1));
        for (String kind : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                continue; // it may be of another kind
            }
        }
        throw new IllegalArgumentException(file + " has a private key of a kind that is not known: make it RSA or EC");
    }

    private static byte[] bytes(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + " is no file");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IllegalArgumentException(
                    file + " has more than " + MOST_BYTES + " bytes: it is no PEM file of ours");
        }
        return Files.readAllBytes(file);
    }
}
