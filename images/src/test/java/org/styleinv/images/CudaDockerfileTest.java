package org.styleinv.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of {@code cuda.Dockerfile} where nobody can build it. */
class CudaDockerfileTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path HOME = MODULE.getParent();

    private static String read(String name) throws IOException {
        return Files.readString(MODULE.resolve(name));
    }

    /** Each instruction in one line, and what follows its name. */
    private static List<String> instructions(String name) throws IOException {
        return read("cuda.Dockerfile")
                .replaceAll(" *\\\\\n *", " ")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .toList();
    }

    private static Recipe decoder() throws IOException {
        return Recipe.all(HOME, List.of()).stream()
                .filter(recipe -> recipe.shortName().equals("decoder-service"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itsBasesArePinned() throws IOException {
        List<String> bases = instructions("FROM");
        assertEquals(2, bases.size());
        for (String base : bases) {
            assertTrue(base.matches("\\S+:[^:@\\s]*\\d+\\.\\d+\\.\\d+\\S*@sha256:[0-9a-f]{64}( AS \\w+)?"), base);
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

    @Test
    void runsAsTheOtherImagesDo() throws IOException {
        Recipe decoder = decoder();
        assertEquals(List.of(Integer.toString(decoder.user())), instructions("USER"));
        String[] entrypoint =
                new ObjectMapper().readValue(instructions("ENTRYPOINT").get(0), String[].class);
        assertEquals(decoder.entrypoint(), List.of(entrypoint));
        Set<String> ports = new TreeSet<>();
        decoder.ports().forEach(port -> ports.add(port.toString()));
        assertEquals(ports, new TreeSet<>(List.of(instructions("EXPOSE").get(0).split(" "))));
    }

    @Test
    void hasTheirEnvironmentAndThatOfCuda() throws IOException {
        Map<String, String> environment = new TreeMap<>();
        Matcher pair = Pattern.compile("(\\w+)=(\"[^\"]*\"|\\S+)")
                .matcher(instructions("ENV").get(0));
        while (pair.find()) {
            environment.put(pair.group(1), pair.group(2).replace("\"", ""));
        }
        Map<String, String> cuda =
                Map.of("LD_LIBRARY_PATH", "/natives/cudart", "PYTORCH_VERSION", "2.7.1", "PYTORCH_FLAVOR", "cu128");
        cuda.forEach((key, value) -> assertEquals(value, environment.remove(key), key));
        assertEquals(new TreeMap<>(decoder().environment()), environment);
    }

    @Test
    void copiesWhatIsThereOrIsPackaged() throws IOException {
        for (String copy : instructions("COPY")) {
            if (!copy.contains("--from=")) {
                String[] words = copy.replaceFirst("--chmod=\\d+ ", "").split(" ");
                for (int i = 0; i < words.length - 1; i++) {
                    if (words[i].contains("${APPLICATION}")) {
                        assertEquals("${APPLICATION}/target/quarkus-app", words[i]);
                    } else {
                        assertTrue(Files.isRegularFile(HOME.resolve(words[i])), words[i]);
                    }
                }
            }
        }
        for (String application : List.of("decoder-service", "motion-service", "mesh")) {
            assertTrue(Recipe.all(HOME, List.of()).stream().anyMatch(recipe -> recipe.application()
                    .equals(HOME.resolve(application).resolve("target/quarkus-app"))));
        }
    }

    /** The script that the build of the image runs, on jars of a few bytes. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void unpacksNativesByTheSameRules(@TempDir Path folder) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(at -> Files.isExecutable(Path.of(at, "python3"))),
                "no python3 on this machine");
        String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
        Path lib = Files.createDirectories(folder.resolve("app/lib/main"));
        jar(lib.resolve("ai.djl.pytorch.pytorch-native-cpu-2.jar"), "pytorch/cpu/linux-" + machine + "/libtorch.so");
        jar(
                lib.resolve("ai.djl.pytorch.pytorch-jni-2.jar"),
                "jnilib/linux-" + machine + "/cpu/libdjl_torch.so",
                "jnilib/linux-" + machine + "/cu128/libdjl_torch.so");
        jar(
                lib.resolve("net.java.dev.jna.jna-5.jar"),
                "com/sun/jna/linux-" + machine.replace('_', '-') + "/libjnidispatch.so",
                "com/sun/jna/win32/jnidispatch.dll");
        Process python = new ProcessBuilder(
                        "python3",
                        MODULE.resolve("natives.py").toString(),
                        MODULE.resolve("recipes.yaml").toString(),
                        folder.resolve("app").toString(),
                        folder.resolve("root").toString(),
                        "cu128")
                .redirectErrorStream(true)
                .start();
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, python.waitFor(), said);
        Map<String, String> unpacked = new TreeMap<>();
        for (Path file : Tree.filesIn(folder.resolve("root"))) {
            unpacked.put(folder.resolve("root").relativize(file).toString(), Files.readString(file));
        }
        assertEquals(
                Map.of(
                        "natives/torch/libdjl_torch.so",
                        "jnilib/linux-" + machine + "/cu128/libdjl_torch.so",
                        "natives/jna/libjnidispatch.so",
                        "com/sun/jna/linux-" + machine.replace('_', '-') + "/libjnidispatch.so"),
                unpacked);
    }

    private static void jar(Path file, String... entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write(entry.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
