package org.styleinv.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who writes a client in another language reads the protos and nothing else. */
class ProtoCommentsTest {
    private static final Pattern DECLARATION = Pattern.compile(
            "\\s*((repeated |optional )?[A-Za-z][\\w.<>, ]* \\w+ = \\d+;|\\w+ = \\d+;|(message|enum|service|oneof) \\w+ \\{.*|rpc .*).*");

    @Test
    void everyFieldMessageAndCallHasAComment() throws IOException {
        List<String> bare = new ArrayList<>();
        int declarations = 0;
        for (Path file : protos()) {
            String before = "";
            for (String line : Files.readAllLines(file)) {
                if (DECLARATION.matcher(line).matches()) {
                    declarations++;
                    if (!line.contains("//") && !before.strip().startsWith("//")) {
                        bare.add(file.getFileName() + ": " + line.strip());
                    }
                }
                before = line;
            }
        }
        assertTrue(declarations > 80, "only " + declarations + " declarations were found");
        assertEquals(List.of(), bare);
    }

    private static List<Path> protos() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "proto"))) {
            return files.filter(path -> path.toString().endsWith(".proto"))
                    .sorted()
                    .toList();
        }
    }
}
