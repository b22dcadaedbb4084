package org.styleinv.images;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;

/**
 * The part of a JDK that an image has: the modules that the applications use, and no others.
 *
 * @param folder   with {@code bin}, {@code conf}, {@code legal} and {@code lib}
 * @param version  such as 17.0.15+6
 * @param vendor   who built it
 */
record JavaRuntime(Path folder, String version, String vendor) {
    /** What frameworks reach for by reflection is in no list of dependencies, so this one is held by what runs: {@code ImagesIT}. */
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.compiler",
            "java.desktop",
            "java.instrument",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.security.jgss",
            "java.security.sasl",
            "java.sql",
            "java.xml",
            "jdk.charsets",
            "jdk.crypto.ec",
            "jdk.httpserver",
            "jdk.jfr",
            "jdk.management",
            "jdk.naming.dns",
            "jdk.net",
            "jdk.security.auth",
            "jdk.unsupported",
            "jdk.zipfs");

    /** Programs beside java itself, and lists for other programs. */
    private static final Set<String> UNUSED = Set.of("keytool", "jfr", "jexec", "classlist");

    /**
     * Links it with the JDK's own jlink.
     *
     * @param jdk the JDK that runs this; it has to have {@code jmods}
     * @param to  a folder that need not be there; what was there is reused if it is of the same JDK
     */
    static JavaRuntime link(Path jdk, Path to) throws IOException {
        var made = new JavaRuntime(
                to,
                Runtime.version().toString(),
                System.getProperty("java.vendor.version", "") + " of " + System.getProperty("java.vendor"));
        Path stamp = to.resolveSibling("java.txt");
        String recipe = made.version + "\n" + made.vendor + "\n" + jdk + "\n" + MODULES + "\n";
        if (Files.exists(stamp) && Files.readString(stamp).equals(recipe)) {
            return made;
        }
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException(
                        "the Java at " + jdk + " has no jlink: let JAVA_HOME name a JDK with jmods"));
        Folders.delete(to);
        Files.createDirectories(to.getParent());
        var said = new StringWriter();
        var writer = new PrintWriter(said);
        int code = jlink.run(
                writer,
                writer,
                "--add-modules",
                String.join(",", MODULES),
                "--strip-java-debug-attributes",
                "--no-man-pages",
                "--no-header-files",
                "--output",
                to.toString());
        if (code != 0) {
            throw new IllegalStateException("jlink of " + jdk + " ended with " + code + ": "
                    + said.toString().strip() + "; a JDK with jmods is wanted (Debian: openjdk-17-jdk-headless)");
        }
        for (Path file : Tree.filesIn(to)) {
            if (UNUSED.contains(file.getFileName().toString())) {
                Files.delete(file);
            }
        }
        Files.writeString(stamp, recipe);
        return made;
    }
}
