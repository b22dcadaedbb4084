package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Classes that the documents name by their package, and tests that they name, are there: moving one moves its name. */
class NamesInDocsTest {
    private static final Pattern NAME =
            Pattern.compile("`((?:[a-z][a-zA-Z0-9]*\\.)+[A-Z][A-Za-z0-9]*|[A-Z][A-Za-z0-9]*(?:Test|IT))`");
    /** What others made, and files. */
    private static final Pattern FOREIGN = Pattern.compile(
            "(?:ai|io|java|javax|jakarta|org|com|kafka|torch|scala|net|styleinv)\\..*|.*\\.(?:MD|README)");

    /** To a file of this repository, whichever part of it. */
    private static final Pattern LINK = Pattern.compile("\\]\\(([^():#\\s]+)(?:#[^()\\s]*)?\\)");

    private static final Path HOME =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();

    private static List<Path> files(Path below, String glob) throws IOException {
        var matcher = below.getFileSystem().getPathMatcher("glob:" + glob);
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(path -> !path.toString().contains("/target/"))
                    .filter(path -> matcher.matches(path.getFileName()))
                    .toList();
        }
    }

    private static List<Path> documents() throws IOException {
        List<Path> found = new ArrayList<>(files(HOME.resolve("docs"), "*.md"));
        found.add(HOME.resolve("ARCHITECTURE.md"));
        found.add(HOME.resolve("README.md"));
        try (Stream<Path> modules = Files.list(HOME)) {
            modules.map(module -> module.resolve("README.md"))
                    .filter(Files::isRegularFile)
                    .forEach(found::add);
        }
        return found;
    }

    @Test
    void everyClassThatADocumentNamesIsThere() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(HOME)) {
            for (Path source : modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .toList()) {
                files(source, "*.java")
                        .forEach(file -> sources.add(file.toString().replace('\\', '/')));
            }
        }
        List<String> missing = new ArrayList<>();
        int seen = 0;
        for (Path document : documents()) {
            Matcher names = NAME.matcher(Files.readString(document));
            while (names.find()) {
                String name = names.group(1);
                if (!FOREIGN.matcher(name).matches()) {
                    seen++;
                    String end = "/" + name.replace('.', '/') + ".java";
                    if (sources.stream().noneMatch(source -> source.endsWith(end))) {
                        missing.add(HOME.relativize(document) + ": " + name);
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(seen > 100, "only " + seen + " names were looked for");
    }

    @Test
    void everyFileThatADocumentLinksToIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        int seen = 0;
        for (Path document : documents()) {
            Matcher links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                seen++;
                if (!Files.exists(document.resolveSibling(links.group(1)))) {
                    missing.add(HOME.relativize(document) + ": " + links.group(1));
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(seen > 100, "only " + seen + " links were looked for");
    }
}
