package org.styleinv.mesh.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said in the launcher, in our processes and in the images is the same. */
class JavaCommandTest {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();

    @TempDir
    private Path checkout;

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void aProcessCompilesAsTheLauncherDoes() throws IOException {
        Files.createDirectories(checkout.resolve("mesh/target/quarkus-app"));
        Files.createFile(checkout.resolve("mesh/target/quarkus-app/quarkus-run.jar"));
        List<String> command = JavaCommand.of(checkout, "mesh", List.of(), List.of());
        Set<String> launcher = new TreeSet<>(found("-XX:[^ ]+=\\d+", Files.readString(HOME.resolve("styleinv"))));
        assertTrue(launcher.size() > 3, launcher::toString);
        assertEquals(
                launcher,
                new TreeSet<>(command.stream()
                        .filter(word -> word.matches("-XX:.*=\\d+"))
                        .toList()));
    }
}
