package org.styleinv.mesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The overlay {@code marked} as processes from its manifests alone: a frame of its studio has the mark of the Secret's key. */
@Tag("long")
@Timeout(600)
class MarkedOverlayIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final String KEY = "A".repeat(43) + "=";

    @TempDir
    private Path folder;

    private static void save(String address, Path to) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) { // where motion does not own its partition yet, the studio says 503
            var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
            if (connection.getResponseCode() == 200) {
                try (InputStream in = connection.getInputStream()) {
                    Files.copy(in, to);
                    return;
                }
            }
            assertTrue(System.nanoTime() < end, () -> "no frame at " + address);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private String provenance(Path... arguments) throws Exception {
        var command = new ProcessBuilder(
                HOME.resolve("styleinv").toString(),
                "provenance",
                "--mark-key",
                arguments[0].toString(),
                arguments[1].toString());
        command.environment().put("STYLEINV_BUILD", "never");
        Process process = command.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS), said);
        return said;
    }

    @Test
    void framesHaveTheMarkOfTheKey() throws Exception {
        var manifests = Kustomization.render(HOME.resolve("k8s/overlays/marked"));
        try (var cluster = new Rehearsal(HOME, folder, manifests, secret -> "")) {
            Path mark = Files.createDirectories(folder.resolve("decoder-service/mark"));
            Files.writeString(mark.resolve("key"), KEY + "\n");
            cluster.apply(Map.of());
            cluster.awaitReady(240);
            Path frame = folder.resolve("frame.png");
            save("http://" + cluster.pod("studio").address + ":8080/v1/frames/5.png?seed=1", frame);
            String found = provenance(mark.resolve("key"), frame);
            assertTrue(found.contains("owner 0"), found);
            Path other = Files.writeString(folder.resolve("other"), "B".repeat(43) + "=\n");
            assertTrue(!provenance(other, frame).contains("owner 0"), "another key finds it");
            assertEquals(java.util.List.of(), cluster.delete());
        }
    }
}
