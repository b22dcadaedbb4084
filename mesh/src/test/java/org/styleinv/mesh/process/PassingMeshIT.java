package org.styleinv.mesh.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.TinyModel;

/** A mesh for one command, on the packaged application. */
@Tag("thorough")
@Timeout(300)
class PassingMeshIT {
    private static final int RESOLUTION = 16;

    @TempDir
    private Path folder;

    /** {@code styleinv generate --hashes | head -1}: the mesh is left as it stands, and nothing of it stays. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void endsWithItsReaderAndLeavesNothing() throws Exception {
        TinyModel.write(folder.resolve("model"), RESOLUTION, RESOLUTION, 1);
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        Path said = folder.resolve("said");
        Path home = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();
        Process generate = new ProcessBuilder(JavaCommand.of(
                        home,
                        "mesh",
                        List.of("-Djava.io.tmpdir=" + scratch),
                        List.of(
                                "generate",
                                "--model",
                                folder.resolve("model").toString(),
                                "--seed",
                                "1",
                                "--frames",
                                "1000000000",
                                "--hashes")))
                .redirectError(said.toFile())
                .start();
        try (var lines = new BufferedReader(new InputStreamReader(generate.getInputStream(), StandardCharsets.UTF_8))) {
            assertTrue(lines.readLine() != null, () -> "no frame came, see " + said);
        }
        long left = System.nanoTime();
        assertTrue(generate.waitFor(60, TimeUnit.SECONDS), "it works for nobody");
        System.err.printf("a mesh ended %.2f s after its reader%n", (System.nanoTime() - left) * 1e-9);
        assertEquals(141, generate.exitValue(), Files.readString(said));
        try (Stream<Path> stays = Files.walk(scratch)) {
            Path folders = scratch.resolve("vertx-cache"); // Vert.x leaves the folder of its folders to the next user
            Path engine = scratch.resolve(".djl.ai"); // for the next user, too, where there is no home
            assertEquals(
                    List.of(),
                    stays.filter(path -> !path.startsWith(engine))
                            .filter(path -> !List.of(scratch, folders).contains(path))
                            .toList());
        }
    }
}
