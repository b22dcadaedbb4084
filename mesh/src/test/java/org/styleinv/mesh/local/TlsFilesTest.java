package org.styleinv.mesh.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.proto.identity.Certificates;
import org.styleinv.proto.identity.TlsFiles;

/** Certificates of files that are exchanged while somebody uses them, and files that are none. */
class TlsFilesTest {
    @TempDir
    Path folder;

    private static X509Certificate shown(X509ExtendedKeyManager keys) {
        String alias = keys.chooseServerAlias("EC", null, null);
        X509Certificate first = keys.getCertificateChain(alias)[0];
        assertEquals("EC", keys.getPrivateKey(alias).getAlgorithm());
        return first;
    }

    private static X509Certificate await(X509ExtendedKeyManager keys, X509Certificate not) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (shown(keys).equals(not)) {
            assertTrue(System.nanoTime() < end, "the new certificate is not shown");
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return shown(keys);
    }

    @Test
    void aPairIsExchangedWholeAndNothingElseIs() throws Exception {
        Certificates authority = Certificates.authority("authority");
        Path ca = authority.write(folder.resolve("ca.crt"));
        Certificates.Pair own = authority.issue(folder, "own", "localhost");
        Files.createDirectory(folder.resolve("next"));
        Certificates.Pair next = authority.issue(folder.resolve("next"), "own", "localhost");
        X509ExtendedKeyManager keys = TlsFiles.of(Optional.of(ca), Optional.of(own.cert()), Optional.of(own.key()))
                .keys()
                .orElseThrow();
        X509Certificate first = shown(keys);
        String underWay = keys.chooseServerAlias("EC", null, null); // a handshake that has begun
        Files.move(next.cert(), own.cert(), StandardCopyOption.REPLACE_EXISTING);
        long looked = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2500); // two looks at least
        while (System.nanoTime() < looked) {
            assertEquals(first, shown(keys), "half a pair is shown");
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Files.move(next.key(), own.key(), StandardCopyOption.REPLACE_EXISTING);
        await(keys, first);
        assertEquals(first, keys.getCertificateChain(underWay)[0]);
    }

    @Test
    void whatIsNoCertificateIsSaidAtTheStart() throws Exception {
        Certificates authority = Certificates.authority("authority");
        Path ca = authority.write(folder.resolve("ca.crt"));
        Certificates.Pair one = authority.issue(folder, "one", "localhost");
        Certificates.Pair two = authority.issue(folder, "two", "localhost");
        Path text = Files.writeString(folder.resolve("text"), "no certificate");
        assertSaid("no certificate", text, one.cert(), one.key());
        assertSaid("is no file", folder, one.cert(), one.key());
        assertSaid("no private key", ca, one.cert(), text);
        assertSaid("is not that of the certificate", ca, one.cert(), two.key());
        Exception half = assertThrows(
                IllegalArgumentException.class,
                () -> TlsFiles.of(Optional.of(ca), Optional.of(one.cert()), Optional.empty()));
        assertTrue(half.getMessage().contains("come together"), half.getMessage());
    }

    private static void assertSaid(String said, Path ca, Path cert, Path key) {
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> TlsFiles.of(Optional.of(ca), Optional.of(cert), Optional.of(key)));
        assertTrue(e.getMessage().contains(said), e.getMessage());
    }
}
