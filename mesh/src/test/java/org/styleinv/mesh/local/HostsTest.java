package org.styleinv.mesh.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.styleinv.proto.wire.Address;

class HostsTest {
    @Test
    void whoListensEverywhereTellsAnAddressThatIsOne() throws Exception {
        for (String everywhere : List.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0")) {
            assertTrue(Hosts.isEverywhere(everywhere));
            String told = Hosts.advertised(everywhere);
            assertFalse(InetAddress.getByName(told).isAnyLocalAddress(), told);
            assertEquals(Address.host("--host", told), Hosts.demand("--host", told), "this machine has it");
            assertEquals("localhost", Hosts.reachable(everywhere));
        }
    }

    @Test
    void anotherHostIsToldAsItIs() {
        for (String host : List.of("localhost", "127.0.0.1", "::1", "10.0.0.5", "mesh.example")) {
            assertFalse(Hosts.isEverywhere(host));
            assertEquals(host, Hosts.advertised(host));
            assertEquals(host, Hosts.reachable(host));
        }
    }

    @Test
    void whatThisMachineIsNotIsRefused() {
        for (String host :
                List.of("192.0.2.1", "2001:db8::1", "http://localhost", "", "local host", "localhost:9000")) {
            String told = assertThrows(IllegalArgumentException.class, () -> Hosts.demand("--host", host))
                    .getMessage();
            assertTrue(told.startsWith("--host "), told);
        }
    }
}
