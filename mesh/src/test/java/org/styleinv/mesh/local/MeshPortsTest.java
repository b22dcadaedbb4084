package org.styleinv.mesh.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.mesh.stop.Failure;

class MeshPortsTest {
    @ParameterizedTest
    @CsvSource({
        "9000, 9092, 9000, 1, --port, --http-port",
        "9000, 9000, 8080, 1, --port, --kafka-port",
        "9000, 8080, 8080, 1, --kafka-port, --http-port",
        "9000, 9002, 8080, 3, --port, --kafka-port",
        "9000, 9092, 9002, 3, --port, --http-port",
        "9000, 9092, 8998, 3, --port, --http-port",
        "9000, 9000, 9000, 3, --port, --kafka-port"
    })
    void twoThatAreOneAreRefusedByTheirOptions(int grpc, int kafka, int http, int row, String one, String other) {
        String said = refusal(grpc, kafka, http, row);
        assertTrue(said.contains(one) && said.contains(other) && said.contains("in common"), said);
    }

    @ParameterizedTest
    @CsvSource({
        "70000, 9092, 8080, 1, --port, 65535",
        "-1, 9092, 8080, 1, --port, -1",
        "9000, 65536, 8080, 1, --kafka-port, 65535",
        "9000, 9092, 65534, 3, --http-port, 65533",
        "2147483647, 9092, 8080, 3, --port, 65533"
    })
    void noSuchPortIsRefusedWithItsRange(int grpc, int kafka, int http, int row, String option, String bound) {
        String said = refusal(grpc, kafka, http, row);
        assertTrue(said.startsWith(option + " ") && said.contains(bound), said);
    }

    @Test
    void neighboursAreNoBrothers() {
        assertEquals(new MeshPorts(9000, 9003, 9004, 3), MeshPorts.of(9000, 9003, 9004, 3));
    }

    @Test
    void freePortsLieApartFromEachOtherAndFromTheChosen() {
        for (int round = 0; round < 200; round++) {
            MeshPorts ports = MeshPorts.of(0, 20_000 + round, 0, 5);
            assertEquals(20_000 + round, ports.kafka());
            assertEquals(ports, MeshPorts.of(ports.grpc(), ports.kafka(), ports.http(), 5), "none is double");
        }
        MeshPorts all = MeshPorts.of(0, 0, 0, 1);
        assertEquals(
                3, IntStream.of(all.grpc(), all.kafka(), all.http()).distinct().count());
    }

    @Test
    void whatIsTakenIsNamed() throws Exception {
        MeshPorts free = MeshPorts.of(0, 0, 0, 3);
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(free.http() + 1));
            String said = assertThrows(Failure.class, free::demandFree).getMessage();
            assertTrue(said.contains("HTTP port " + (free.http() + 1) + " is taken"), said);
            assertTrue(said.contains("--http-port"), said);
        }
    }

    private static String refusal(int grpc, int kafka, int http, int row) {
        return assertThrows(IllegalArgumentException.class, () -> MeshPorts.of(grpc, kafka, http, row))
                .getMessage();
    }
}
