package org.styleinv.proto.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
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

    /** What may stand beside certificates, and Java's reader takes for one. */
    private static final Pattern OTHERS = Pattern.compile(
            "-----BEGIN ([A-Z0-9 ]*(?:PRIVATE KEY|PUBLIC KEY|PARAMETERS))-----.*?-----END \\1-----", Pattern.DOTALL);

    private static final byte[] ANYTHING = "a pair?".getBytes(StandardCharsets.US_ASCII);

    private Pem() {}

    /** All certificates of a file, a server's own before those that signed it; keys that stand there, too, are left out. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            List<X509Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(plain(bytes(file))))
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
        byte[] der = decoded(file, found.group(1));
        for (String kind : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                continue; // it may be of another kind
            }
        }
        throw new IllegalArgumentException(file + " has a private key of a kind that is not known: make it RSA or EC");
    }

    private static byte[] decoded(Path file, String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    file + " has a private key that is damaged: between BEGIN and END it is no Base64", e);
        }
    }

    /** PEM alone, without the mark of an editor before it; all else, as DER, stays as it is. */
    private static byte[] plain(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int begins = text.indexOf("-----BEGIN ");
        return begins < 0
                ? file
                : OTHERS.matcher(text.substring(begins)).replaceAll("").getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Whether what a private key signs is good by a public one.
     *
     * @throws IllegalArgumentException if Java cannot sign with such a key
     */
    static boolean isPair(PublicKey open, PrivateKey secret) throws GeneralSecurityException {
        String algorithm =
                switch (secret.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> "EdDSA";
                };
        Signature signature = Signature.getInstance(algorithm);
        byte[] signed;
        try {
            signature.initSign(secret);
            signature.update(ANYTHING); // EdDSA does not believe a signature of nothing
            signed = signature.sign();
        } catch (InvalidKeyException | SignatureException e) {
            throw new IllegalArgumentException(
                    "Java does not sign with such a private key (" + e.getMessage() + "): make it RSA or EC of P-256",
                    e);
        }
        try {
            signature.initVerify(open);
            signature.update(ANYTHING);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            return false; // of another kind
        }
    }

    /** @throws IllegalArgumentException if a certificate does not stand before the one that signed it */
    static void demandOrder(Path file, List<X509Certificate> chain) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (!chain.get(i).getIssuerX500Principal().equals(chain.get(i + 1).getSubjectX500Principal())) {
                throw new IllegalArgumentException(file + " has its certificates in disorder: number " + (i + 2)
                        + " is not that of who signed number " + (i + 1)
                        + ", which is wanted, from the own one to the authority's");
            }
        }
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
