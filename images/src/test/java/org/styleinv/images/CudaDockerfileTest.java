package org.styleinv.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be said of {@code cuda.Dockerfile} where nobody can build it. */
class CudaDockerfileTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private static String read(String name) throws IOException {
        return Files.readString(MODULE.resolve(name));
    }

    @Test
    void itsBasesArePinned() throws IOException {
        for (String line : read("cuda.Dockerfile").lines().toList()) {
            if (line.startsWith("FROM ")) {
                assertTrue(
                        line.matches("FROM \\S+:[^:@\\s]*\\d+\\.\\d+\\.\\d+\\S*@sha256:[0-9a-f]{64}( AS \\w+)?"), line);
            }
        }
    }

    @Test
    void itsLibtorchIsTheOneThatDjlIsBuiltFor() throws IOException {
        Matcher version =
                Pattern.compile("<libtorch.version>(.*)</libtorch.version>").matcher(read("../pom.xml"));
        assertTrue(version.find());
        String text = read("cuda.Dockerfile");
        Matcher base = Pattern.compile("FROM pytorch/pytorch:([0-9.]+)-cuda").matcher(text);
        assertTrue(base.find());
        assertEquals(version.group(1), base.group(1));
        assertTrue(text.contains("PYTORCH_VERSION=" + version.group(1)));
    }
}
