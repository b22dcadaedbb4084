package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The packaged services as they were when there was one version of records: the same programs, but their {@code WireHeaders} is compiled
 * with 1 as the newest version, so they refuse records of the next, as the release before does.
 */
final class ReleaseBefore {
    private static final String NEWEST = "int NEWEST_VERSION = 2;";
    private static final String CLASS = "org/styleinv/proto/wire/WireHeaders.class";
    private static final Path SOURCE = Path.of("proto/src/main/java/org/styleinv/proto/wire/WireHeaders.java");
    private static final Path JARS = Path.of("target/quarkus-app/lib/main");

    private ReleaseBefore() {}

    /**
     * Makes a checkout that a fleet may take processes from.
     *
     * @param home the checkout, with every application built
     * @param folder to make, on the same file system, for what does not differ is linked
     */
    static void make(Path home, Path folder) throws IOException {
        Path classes = compile(home, folder.resolve("classes"));
        link(home.resolve("mesh/target/boot"), folder.resolve("mesh/target/boot"));
        for (String service : List.of("decoder-service", "motion-service")) {
            link(
                    home.resolve(service).resolve("target/quarkus-app"),
                    folder.resolve(service).resolve("target/quarkus-app"));
            replace(proto(folder.resolve(service).resolve(JARS)), classes.resolve(CLASS));
        }
    }

    private static Path compile(Path home, Path classes) throws IOException {
        String source = Files.readString(home.resolve(SOURCE));
        assertEquals(2, source.split(NEWEST, -1).length, "a version more: let this be the release that knows one less");
        Path changed = Files.createDirectories(classes).resolve("WireHeaders.java");
        Files.writeString(changed, source.replace(NEWEST, "int NEWEST_VERSION = 1;"));
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        changed.toString());
        assertEquals(0, code, "javac's exit code for " + changed);
        return classes;
    }

    private static void link(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : (Iterable<Path>) all::iterator) {
                Path place = to.resolve(from.relativize(one).toString());
                if (Files.isDirectory(one)) {
                    Files.createDirectories(place);
                } else {
                    Files.createLink(place, one);
                }
            }
        }
    }

    private static Path proto(Path jars) throws IOException {
        try (Stream<Path> all = Files.list(jars)) {
            return all.filter(jar -> jar.getFileName().toString().startsWith("org.styleinv.styleinv-proto-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** In a copy, for the jar is linked. */
    private static void replace(Path jar, Path compiled) throws IOException {
        Path copy = jar.resolveSibling("copy.jar");
        Files.copy(jar, copy);
        try (FileSystem inside = FileSystems.newFileSystem(copy)) {
            Files.copy(compiled, inside.getPath(CLASS), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
