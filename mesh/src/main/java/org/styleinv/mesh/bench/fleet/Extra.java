package org.styleinv.mesh.bench.fleet;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.local.OwnKeys;

/** Something that a mesh can do beside its work, and that costs. */
public enum Extra {
    /** TLS at every door, clients' certificates at Kafka, tokens, sealed records. */
    GUARD {
        @Override
        Setting set(Path folder) throws IOException {
            return new Setting(OwnKeys.write(folder.resolve("guard")).settings(), () -> {});
        }
    },
    /** Traces at the default sampling, to a collector that takes all. */
    TRACES {
        @Override
        Setting set(Path folder) throws IOException {
            return traced(Map.of());
        }
    },
    /** Traces of every stream. */
    ALL_TRACES {
        @Override
        Setting set(Path folder) throws IOException {
            return traced(Map.of("styleinv.traces.ratio", "1"));
        }
    };

    /**
     * How a mesh is made to do it.
     *
     * @param settings of its services
     * @param peer     that it needs, closed after it
     */
    record Setting(Map<String, String> settings, AutoCloseable peer) {
        Guarding guarding() {
            return Guarding.of(settings);
        }
    }

    /** @param folder for what it writes */
    abstract Setting set(Path folder) throws IOException;

    private static Setting traced(Map<String, String> more) throws IOException {
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        Map<String, String> settings = new HashMap<>(more);
        settings.put(
                "styleinv.traces.endpoint",
                "http://localhost:" + collector.getAddress().getPort());
        return new Setting(Map.copyOf(settings), () -> collector.stop(0));
    }
}
