package org.styleinv.studio;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Map;

/** Tells the studio and {@link FakeMesh} where they meet. */
public class FakePort implements QuarkusTestResourceLifecycleManager {
    /** How many may watch. */
    public static final int VIEWERS = 6;

    /** How many may open a socket. */
    public static final int SOCKETS = 256;

    /** How long a reader may take nothing, in seconds as a duration has them. */
    public static final String STALL_S = "PT10";

    @Override
    public Map<String, String> start() {
        try (var socket = new ServerSocket(0)) {
            String at = "localhost:" + socket.getLocalPort();
            return Map.of(
                    "fake.port",
                    Integer.toString(socket.getLocalPort()),
                    "styleinv.studio.motion",
                    at,
                    "styleinv.studio.decoder",
                    at,
                    "styleinv.studio.encoder",
                    at,
                    "styleinv.studio.max-viewers",
                    Integer.toString(VIEWERS),
                    "styleinv.studio.max-sockets",
                    Integer.toString(SOCKETS),
                    "styleinv.studio.stall",
                    STALL_S + "S",
                    "styleinv.studio.arrival",
                    "PT2S",
                    "styleinv.studio.runs",
                    TrainedRuns.make().toString(),
                    "quarkus.http.test-port",
                    "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        TrainedRuns.delete(); // the port was free again before it was told
    }
}
