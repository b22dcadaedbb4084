package org.styleinv.proto.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PEM as people and tools write it. */
class PemTest {
    @TempDir
    private Path folder;

    private Path ca;
    private Certificates.Pair own;

    @BeforeEach
    void issue() throws IOException {
        Certificates authority = Certificates.authority("authority");
        ca = authority.write(folder.resolve("ca.crt"));
        own = authority.issue(folder, "own", "localhost");
    }

    private Path file(String... parts) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "file", ".pem"), String.join("", parts));
    }

    private List<X509Certificate> chain() throws IOException {
        return List.of(Pem.certificates(own.cert()).get(0), Pem.certificates(ca).get(0));
    }

    @Test
    void whatStandsAroundCertificatesIsLeftOut() throws IOException {
        String cert = Files.readString(own.cert());
        String key = Files.readString(own.key());
        String authority = Files.readString(ca);
        String old = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
                + "-----END EC PRIVATE KEY-----\n";
        for (Path file : List.of(file(key, cert, authority), file(cert, old, authority, key))) {
            assertEquals(chain(), Pem.certificates(file));
            assertEquals(Pem.key(own.key()), Pem.key(file(cert, key)));
        }
        assertEquals(chain(), Pem.certificates(file("\ufeff", cert, "# by hand\n", authority)));
        assertEquals(chain(), Pem.certificates(file((cert + authority).replace("\n", "\r\n"))));
    }

    @Test
    void certificatesInDisorderAreSaid() throws IOException {
        String cert = Files.readString(own.cert());
        Path twice = file(cert, cert, Files.readString(ca));
        String told = assertThrows(
                        IllegalArgumentException.class,
                        () -> TlsFiles.of(Optional.of(ca), Optional.of(twice), Optional.of(own.key())))
                .getMessage();
        assertTrue(told.startsWith(twice + " has its certificates in disorder: number 2 "), told);
        assertTrue(TlsFiles.of(Optional.of(ca), Optional.of(file(cert, Files.readString(ca))), Optional.of(own.key()))
                .keys()
                .isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"====", "A"})
    void aDamagedKeyIsSaidWithItsFile(String base64) throws IOException {
        Path key = file("-----BEGIN PRIVATE KEY-----\n", base64, "\n-----END PRIVATE KEY-----\n");
        assertEquals(
                key + " has a private key that is damaged: between BEGIN and END it is no Base64",
                assertThrows(IllegalArgumentException.class, () -> Pem.key(key)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "Ed448", "EC", "RSA"})
    void aPairIsToldFromOthers(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        KeyPair one = generator.generateKeyPair();
        KeyPair two = generator.generateKeyPair();
        assertTrue(Pem.isPair(one.getPublic(), one.getPrivate()));
        assertFalse(Pem.isPair(one.getPublic(), two.getPrivate()));
        assertFalse(Pem.isPair(chain().get(0).getPublicKey(), one.getPrivate()));
    }
}
