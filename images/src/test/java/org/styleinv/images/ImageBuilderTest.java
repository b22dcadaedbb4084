package org.styleinv.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is in an image, tried with an application of three jars and a Java of one file. */
@EnabledOnOs(OS.LINUX)
class ImageBuilderTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final String JNA = System.getProperty("os.arch").equals("amd64") ? "linux-x86-64" : "linux-aarch64";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path application;

    @BeforeEach
    void lay() throws IOException {
        application = folder.resolve("quarkus-app");
        file("quarkus-app/quarkus-run.jar", "run");
        file("quarkus-app/app/styleinv-one.jar", "ours");
        Files.createDirectories(application.resolve("quarkus"));
        jar(application.resolve("quarkus/generated-bytecode.jar"), "Made.class");
        file("quarkus-app/lib/main/org.styleinv.styleinv-proto-1.jar", "ours, too");
        file("quarkus-app/lib/main/org.other.thing-2.jar", "theirs");
        jar(
                application.resolve("lib/main/net.java.dev.jna.jna-3.jar"),
                "com/sun/jna/Native.class",
                "com/sun/jna/" + JNA + "/libjnidispatch.so",
                "com/sun/jna/win32-x86-64/jnidispatch.dll");
        file(
                "quarkus-app/quarkus-app-dependencies.txt",
                "net.java.dev.jna:jna::jar:3\norg.other:thing::jar:2\norg.styleinv:styleinv-proto::jar:1\n");
        pom(
                "net/java/dev/jna/jna/3/jna-3.pom",
                "<licenses><license><name>LGPL-2.1-or-later</name></license></licenses>");
        pom("org/other/thing/2/thing-2.pom", parent("org.other", "all", "7"));
        pom(
                "org/other/all/7/all-7.pom",
                "<licenses><license><name>Apache License, Version 2.0</name></license></licenses>");
        file("java/lib/modules", "classes");
        Files.createDirectories(folder.resolve("java/bin"));
        Files.copy(Path.of("/bin/true").toRealPath(), folder.resolve("java/bin/java"));
        folder.resolve("java/bin/java").toFile().setExecutable(true);
    }

    private static void jar(Path jar, String... entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write(entry.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
    }

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void pom(String name, String inside) throws IOException {
        file("repository/" + name, "<project>" + inside + "</project>");
    }

    private static String parent(String group, String name, String version) {
        return "<parent><groupId>" + group + "</groupId><artifactId>" + name + "</artifactId><version>" + version
                + "</version></parent>";
    }

    private Built build(String out, String base, Map<String, Path> models) throws IOException, InterruptedException {
        return build(out, base, models, ImageFormat.Docker);
    }

    private Built build(String out, String base, Map<String, Path> models, ImageFormat format)
            throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve(out));
        var runtime = new JavaRuntime(folder.resolve("java"), "17", "a test");
        var builder = new ImageBuilder(
                runtime, new Coordinates(folder.resolve("repository")), base, "1.2", format, folder.resolve(out));
        var one = new Recipe.Image("one", List.of(9000), Map.of("JDK_JAVA_OPTIONS", "-Xmx1m"));
        return builder.build(Recipe.read(MODULE.resolve("recipes.yaml")).recipe("one", one, application, models));
    }

    private ImageTar image(String out) throws IOException {
        return ImageTar.read(folder.resolve(out).resolve("one.tar"));
    }

    @Test
    void runsJavaItselfAsNobodyFromFilesThatNobodyWrites() throws Exception {
        build("out", ImageBuilder.SCRATCH, Map.of());
        ImageTar image = image("out");
        JsonNode config = image.config().path("config");
        assertEquals("10001", config.path("User").asText());
        assertEquals("/java/bin/java", config.at("/Entrypoint/0").asText());
        assertEquals(
                "/app/quarkus-run.jar",
                config.path("Entrypoint")
                        .get(config.path("Entrypoint").size() - 1)
                        .asText());
        assertTrue(config.path("ExposedPorts").has("9000/tcp"), config::toString);
        assertTrue(config.path("Env").toString().contains("\"JDK_JAVA_OPTIONS=-Xmx1m\""), config::toString);
        assertEquals("1970-01-01T00:00:00Z", image.config().path("created").asText());
        for (var file : image.files().entrySet()) {
            assertEquals(0, file.getValue().mode() & 0222, file.getKey() + " can be written to");
            assertEquals(1, file.getValue().seconds(), file.getKey());
        }
        assertEquals(0555, image.files().get("java/bin/java").mode() & 0777);
        assertEquals(0777, image.folders().get("tmp/").intValue() & 0777);
    }

    @Test
    void hasNoShellAndNothingElseToRunButItsOwn() throws Exception {
        build("out", ImageBuilder.SCRATCH, Map.of());
        List<String> programs = image("out").files().entrySet().stream()
                .filter(file -> (file.getValue().mode() & 0111) != 0)
                .map(Map.Entry::getKey)
                .filter(name -> !name.matches(".*\\.so[.0-9]*"))
                .toList();
        assertEquals(List.of("java/bin/java"), programs);
        assertTrue(image("out").files().keySet().stream().anyMatch(name -> name.contains("libc.so.6")));
        assertTrue(image("out").files().containsKey("etc/passwd"));
    }

    @Test
    void whatChangesSeldomLiesBelowWhatChangesOften() throws Exception {
        build("out", ImageBuilder.SCRATCH, Map.of("m", model("\"licence\": \"CC0-1.0\"")));
        List<String> first = image("out").layers().stream()
                .map(names -> names.stream()
                        .filter(name -> !name.endsWith("/"))
                        .map(name -> name.replaceFirst("/.*", ""))
                        .reduce((a, b) -> b)
                        .orElse(""))
                .toList();
        assertEquals(List.of("java", "natives", "app", "model", "app", "licences"), first.subList(1, first.size()));
        assertTrue(image("out").layers().get(5).contains("app/lib/main/org.styleinv.styleinv-proto-1.jar"));
    }

    private Path model(String inside) throws IOException {
        file("model/model.json", "{" + inside + "}");
        return folder.resolve("model");
    }

    @Test
    void nativesAreUnpackedOnceAndGoneFromTheirJars() throws Exception {
        build("out", ImageBuilder.SCRATCH, Map.of());
        ImageTar image = image("out");
        assertTrue(image.files().containsKey("natives/jna/libjnidispatch.so"));
        assertEquals(
                List.of("com/sun/jna/Native.class"),
                ImageTar.entries(image.files()
                        .get("app/lib/main/net.java.dev.jna.jna-3.jar")
                        .bytes()));
    }

    @Test
    void saysWhatIsInItAndUnderWhichLicence() throws Exception {
        build("out", ImageBuilder.SCRATCH, Map.of("m", model("\"training\": {\"licence\": \"CC0-1.0\"}")));
        ImageTar image = image("out");
        byte[] bill = image.files().get("licences/bom.cdx.json").bytes();
        assertArrayEquals(Files.readAllBytes(folder.resolve("out/one.cdx.json")), bill, "the one beside the image");
        JsonNode bom = JSON.readTree(bill);
        assertEquals("CycloneDX", bom.path("bomFormat").asText());
        List<String> said = new ArrayList<>();
        bom.path("components")
                .forEach(part -> said.add(part.path("name").asText() + " "
                        + part.at("/licenses/0/license/id")
                                .asText(part.at("/licenses/0/license/name").asText())));
        for (String part : List.of(
                "jna LGPL-2.1-or-later",
                "thing Apache-2.0",
                "styleinv-proto Apache-2.0",
                "java-runtime GPL-2.0-with-classpath-exception",
                "m CC0-1.0")) {
            assertTrue(said.contains(part), () -> part + " is not in " + said);
        }
        assertTrue(said.size() > 5, () -> "and glibc: " + said);
        String list =
                new String(image.files().get("licences/licences.txt").bytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(list.contains("Apache-2.0: org.other:thing 2\n"), list);
    }

    @Test
    void theSameInputsHaveTheSameDigest() throws Exception {
        Built first = build("out", ImageBuilder.SCRATCH, Map.of());
        Files.setLastModifiedTime(
                application.resolve("quarkus-run.jar"), java.nio.file.attribute.FileTime.fromMillis(1_000_000));
        Built second = build("elsewhere", ImageBuilder.SCRATCH, Map.of());
        assertEquals(first, second);
        file("quarkus-app/app/styleinv-one.jar", "changed");
        assertFalse(first.digest()
                .equals(build("third", ImageBuilder.SCRATCH, Map.of()).digest()));
    }

    @Test
    void writesALayoutOfOci() throws Exception {
        Built built = build("out", ImageBuilder.SCRATCH, Map.of(), Main.format("oci"));
        Map<String, byte[]> parts = ImageTar.parts(folder.resolve("out").resolve("one.tar"));
        assertEquals(
                "1.0.0",
                JSON.readTree(parts.get("oci-layout"))
                        .path("imageLayoutVersion")
                        .asText());
        JsonNode manifest = JSON.readTree(parts.get("index.json")).at("/manifests/0");
        assertEquals(built.digest(), manifest.path("digest").asText());
        byte[] bytes = parts.get("blobs/" + built.digest().replace(':', '/'));
        assertEquals(built.digest(), "sha256:" + sha256(bytes));
        JsonNode config = JSON.readTree(bytes).path("config");
        assertEquals(built.id(), config.path("digest").asText());
        for (JsonNode layer : JSON.readTree(bytes).path("layers")) {
            String digest = layer.path("digest").asText();
            assertEquals(digest, "sha256:" + sha256(parts.get("blobs/" + digest.replace(':', '/'))));
        }
        var refused = assertThrows(IllegalArgumentException.class, () -> Main.format("zip"));
        assertTrue(refused.getMessage().contains("docker or oci is wanted"), refused.getMessage());
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void standsOnAFolder() throws Exception {
        file("root/etc/motd", "base");
        build("out", folder.resolve("root").toString(), Map.of());
        ImageTar image = image("out");
        assertTrue(image.files().containsKey("etc/motd"));
        assertTrue(image.files().containsKey("app/quarkus-run.jar"));
        assertFalse(image.files().keySet().stream().anyMatch(name -> name.contains("libc.so.")), "the base's own");
        assertTrue(image.config().at("/config/Env").toString().contains("LD_LIBRARY_PATH=/natives/system"));
    }

    @Test
    void standsOnABaseThatIsNamed() throws Exception {
        file("root/etc/motd", "base");
        build("base", folder.resolve("root").toString(), Map.of());
        build("out", "tar://" + folder.resolve("base/one.tar"), Map.of());
        ImageTar image = image("out");
        assertTrue(image.files().containsKey("etc/motd"));
        assertFalse(image.files().keySet().stream().anyMatch(name -> name.contains("libc.so.")), "the base's own");
        assertTrue(image.config().at("/config/Env").toString().contains("LD_LIBRARY_PATH"));
    }

    @Test
    void refusesWhatHasNoLicence() throws Exception {
        pom("org/other/all/7/all-7.pom", "");
        var refused = assertThrows(IllegalArgumentException.class, () -> build("out", ImageBuilder.SCRATCH, Map.of()));
        assertTrue(refused.getMessage().contains("org.other:thing 2"), refused.getMessage());
    }

    @Test
    void refusesAnApplicationThatIsNotPackaged() throws Exception {
        Files.delete(application.resolve("quarkus-run.jar"));
        var refused = assertThrows(IOException.class, () -> build("out", ImageBuilder.SCRATCH, Map.of()));
        assertTrue(refused.getMessage().contains("package the applications first"), refused.getMessage());
    }
}
