package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ":",
                "host",
                "host:",
                ":9000",
                "host:abc",
                "host:0",
                "host:-1",
                "host:65536",
                "host:99999",
                "host:999999999999",
                "host:9e3",
                "host: 9000",
                " host:9000",
                "host:9000 ",
                "ho st:9000",
                "http://host:9000",
                "dns:///host:9000",
                "unix:/tmp/x",
                "host:9000/",
                "user@host:9000",
                "::1:9000",
                "fe80::1:9000",
                "::1",
                "[::1]",
                "[::1]9000",
                "[::1]:",
                "[::1]:0",
                "[::1]:99999",
                "[host]:9000",
                "[:::1]:9000",
                "[1.2.3.4]:9000",
                "[]:9000",
                "[[::1]]:9000",
                "1.2.3:9000",
                "1.2.3.256:9000",
                "1.2.3.4.5:9000",
                "-host:9000",
                "a..b:9000",
                "host\n:9000",
                "host:٩٠٠٠",
                "hösts:9000",
                "host:9000,",
                ",host:9000",
                "host:9000,,other:9000",
                "host:9000;other:9000"
            })
    void nonsenseIsOneSentence(String text) {
        String told = assertThrows(IllegalArgumentException.class, () -> Address.list("--server", text))
                .getMessage();
        assertTrue(told.startsWith("--server wants HOST:PORT, as localhost:9000 or [::1]:9000, got \""), told);
        assertTrue(told.lines().count() == 1, told);
    }

    @Test
    void aWayOutIsNamed() {
        assertTrue(told("http://host:9000").endsWith(": leave out http://"));
        assertTrue(told("::1:9000").endsWith(": write an IPv6 address in brackets"));
        assertTrue(told("host:99999").endsWith(": a port is a number from 1 to 65535"));
        assertTrue(told("x".repeat(100_000)).length() < 4000);
    }

    private static String told(String text) {
        return assertThrows(IllegalArgumentException.class, () -> Address.parse("--server", text))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:9000",
                "h:1",
                "10.0.0.5:65535",
                "[::1]:9000",
                "[fe80::1%eth0]:9000",
                "[::ffff:1.2.3.4]:1",
                "motion.styleinv.svc.cluster.local:9000",
                "my_host:9000",
                "host.:9000",
                "0.0.0.0:9000",
                "3com.com:80"
            })
    void whatIsOneIsRead(String text) {
        assertEquals(text, Address.parse("--server", text).toString());
        assertEquals(
                List.of(text, "b:2"),
                Address.list("--server", text + ",b:2").stream()
                        .map(Address::toString)
                        .toList());
    }

    @Test
    void aHostAloneMayHaveBrackets() {
        for (String host : List.of("::1", "::", "0.0.0.0", "localhost", "fe80::1%lo")) {
            assertEquals(host, Address.host("--host", host));
        }
        assertEquals("::1", Address.host("--host", "[::1]"));
        for (String wrong :
                List.of("", " ", "localhost:9000", "[::1]:9000", "http://x", "a b", "[localhost]", "1.2.3", ":::")) {
            assertThrows(IllegalArgumentException.class, () -> Address.host("--host", wrong), wrong);
        }
        assertThrows(IllegalArgumentException.class, () -> Address.port("--port", 0));
        assertThrows(IllegalArgumentException.class, () -> Address.port("--port", 65_536));
        assertEquals(65_535, Address.port("--port", 65_535));
    }
}
