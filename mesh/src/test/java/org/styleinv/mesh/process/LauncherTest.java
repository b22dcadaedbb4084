package org.styleinv.mesh.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes that {@code ./styleinv} starts with, or leaves aside: in a checkout without sources, by a Java that says what it was told. */
@Timeout(120)
class LauncherTest {
    private static final Path LAUNCHER = Path.of(System.getProperty("basedir", "."), "..", "styleinv");
    private static final String VERSION = "17.0.99";
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    /** Says its arguments; where they are to make an archive, it makes one, or fails if there is a file {@code fails} beside it. */
    private static final List<String> JAVA = List.of(
            "#!/bin/sh",
            "for word in \"$@\"; do case $word in @*.train)",
            "  [ ! -f \"$0.fails\" ] || exit 3",
            "  made=$(sed -n 's/^\"-XX:ArchiveClassesAtExit=\\(.*\\)\"$/\\1/p' \"${word#@}\")",
            "  echo 'classes in memory' > \"$made\"",
            "  exit 0",
            "esac; done",
            "printf '%s\\n' \"$@\"");

    @TempDir
    private Path folder;

    private Path home;
    private Path jdk;

    @BeforeEach
    void aCheckoutThatIsBuilt() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the launcher is a script of POSIX sh");
        folder = folder.toRealPath();
        home = Files.createDirectories(folder.resolve("check out"));
        Files.copy(LAUNCHER, home.resolve("styleinv"), StandardCopyOption.COPY_ATTRIBUTES);
        Path jar = home.resolve("mesh/target/quarkus-app/quarkus-run.jar");
        Files.createDirectories(jar.getParent());
        Files.createFile(jar);
        Files.createDirectories(home.resolve("mesh/src/main"));
        Files.createFile(home.resolve("pom.xml"));
        Files.createFile(home.resolve("mesh/pom.xml"));
        try (Stream<Path> all = Files.walk(home)) {
            for (Path one : all.toList()) {
                Files.setLastModifiedTime(one, FileTime.from(BUILT));
            }
        }
        Files.createDirectories(home.resolve(".mesh"));
        Files.createFile(home.resolve(".mesh/built"));
        jdk = java("jdk", VERSION);
    }

    private Path java(String name, String version) throws IOException {
        Path java = Files.createDirectories(folder.resolve(name)).resolve("bin/java");
        Files.createDirectories(java.getParent());
        Files.write(java, JAVA);
        assertTrue(java.toFile().setExecutable(true));
        Files.writeString(folder.resolve(name).resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return folder.resolve(name);
    }

    private Path archive(String version, String kind) {
        return home.resolve(".mesh/start-" + version + "." + kind);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve(".mesh"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("start-"))
                    .sorted()
                    .toList();
        }
    }

    /** What Java is told when {@code ./styleinv doctor} is run. */
    private List<String> told(String build) throws Exception {
        Path errors = folder.resolve("errors");
        var launcher = new ProcessBuilder(home.resolve("styleinv").toString(), "doctor").redirectError(errors.toFile());
        launcher.environment().put("JAVA_HOME", jdk.toString());
        launcher.environment().put("STYLEINV_BUILD", build);
        launcher.environment().remove("STYLEINV_JAVA_OPTS");
        Process process = launcher.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), () -> said + read(errors));
        List<String> words = said.lines().toList();
        assertEquals("doctor", words.get(words.size() - 1), said);
        return words;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void assertStartsWith(List<String> words) {
        assertTrue(words.contains("@" + archive(VERSION, "args")), () -> "without the archive: " + words);
        assertFalse(words.contains("org.styleinv.mesh.process.Boot"), words::toString);
    }

    private void assertStartsWithout(List<String> words) {
        assertFalse(words.stream().anyMatch(word -> word.startsWith("@")), () -> "with an archive: " + words);
        assertEquals("org.styleinv.mesh.process.Boot", words.get(words.size() - 2), words::toString);
    }

    @Test
    void anArchiveIsMadeOnceABuildWhereItIsAskedForAndTakenFromThenOn() throws Exception {
        assertStartsWithout(told("auto"));
        assertEquals(List.of(), left(), "nobody asked for one");
        assertStartsWith(told("fast"));
        assertEquals(List.of("start-" + VERSION + ".args", "start-" + VERSION + ".jsa"), left());
        List<String> options = Files.readAllLines(archive(VERSION, "args"));
        assertTrue(
                options.contains("\"-XX:SharedArchiveFile=" + archive(VERSION, "jsa") + "\"")
                        && options.contains("-Xshare:auto"),
                options::toString);
        Files.delete(jdk.resolve("bin/java")); // one that cannot make another
        Files.write(jdk.resolve("bin/java"), List.of(JAVA.get(0), "printf '%s\\n' \"$@\""));
        assertTrue(jdk.resolve("bin/java").toFile().setExecutable(true));
        assertStartsWith(told("fast"));
        assertStartsWith(told("auto"));
        assertStartsWith(told("never"));
    }

    @Test
    void anArchiveThatWasCutShortIsLeftAside() throws Exception {
        told("fast");
        Path archive = archive(VERSION, "jsa");
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, Arrays.copyOf(whole, whole.length - 1));
        assertStartsWithout(told("auto"));
        assertStartsWith(told("fast"));
        assertEquals(whole.length, Files.size(archive), "made anew");
    }

    @Test
    void anArchiveWithoutItsOptionsOrOptionsWithoutTheirArchiveAreLeftAside() throws Exception {
        told("fast");
        Path args = archive(VERSION, "args");
        byte[] options = Files.readAllBytes(args);
        Files.write(args, new byte[0]);
        assertStartsWithout(told("auto"));
        Files.delete(args);
        assertStartsWithout(told("auto"));
        Files.write(args, options);
        assertStartsWith(told("auto"));
        Files.delete(archive(VERSION, "jsa"));
        assertStartsWithout(told("auto"));
    }

    @Test
    void anArchiveOfAnotherJavaIsLeftAside() throws Exception {
        told("fast");
        jdk = java("other", "25.0.1");
        assertStartsWithout(told("auto"));
        List<String> words = told("fast");
        assertTrue(words.contains("@" + archive("25.0.1", "args")), words::toString);
        assertEquals(
                List.of("start-25.0.1.args", "start-25.0.1.jsa"),
                left(),
                "there is one, of the Java that starts: it takes 100 MB");
    }

    @Test
    void anArchiveOfABuildBeforeIsLeftAside() throws Exception {
        told("fast");
        FileTime later = FileTime.from(
                Files.getLastModifiedTime(archive(VERSION, "jsa")).toInstant().plusSeconds(5));
        Files.setLastModifiedTime(home.resolve("mesh/target/quarkus-app/quarkus-run.jar"), later);
        assertStartsWithout(told("auto"));
    }

    @Test
    void anArchiveThatCannotBeMadeHoldsNothingUp() throws Exception {
        Files.createFile(jdk.resolve("bin/java.fails"));
        assertStartsWithout(told("fast"));
        assertEquals(List.of(), left());
        assertFalse(Files.exists(home.resolve(".mesh/building")), "the next start waits for nobody");
        Files.delete(jdk.resolve("bin/java.fails"));
        assertStartsWith(told("fast"));
    }
}
