package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What the build makes of {@code images/recipes.yaml}: names and tags, users, and the commands and environments that containers begin with. */
final class Images {
    private static final String MODEL = "model-NAME";

    private final Path home;
    private final JsonNode recipes;
    private final String version;

    /** @param home the checkout */
    Images(Path home) throws IOException {
        this.home = home;
        recipes =
                Kustomization.YAML.readTree(home.resolve("images/recipes.yaml").toFile());
        version = element(home.resolve("pom.xml"), "version").replaceFirst("-SNAPSHOT$", "");
    }

    private static String element(Path pom, String name) throws IOException {
        Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(Files.readString(pom));
        if (!found.find()) {
            throw new IOException(pom + " has no " + name);
        }
        return found.group(1);
    }

    /** All that {@code mvn -Pimages package} makes, and all that {@code images/cuda.Dockerfile} does, with their tags. */
    Set<String> built() throws IOException {
        Set<String> built = new TreeSet<>();
        for (String name : (Iterable<String>) recipes.path("images")::fieldNames) {
            if (name.equals(MODEL)) {
                for (String model :
                        element(home.resolve("images/pom.xml"), "image.models").split(",")) {
                    built.add(tagged(MODEL.replace("NAME", model)));
                }
            } else {
                built.add(tagged(name));
                built.add(tagged(name) + "-cuda");
            }
        }
        return built;
    }

    private String tagged(String name) {
        return recipes.path("repository").asText() + "/" + name + ":" + version;
    }

    /** Whom an image runs as. */
    int user() {
        return recipes.path("user").asInt();
    }

    private JsonNode recipe(String image) {
        String name = image.substring(image.indexOf('/') + 1).replaceFirst(":.*$", "");
        return recipes.path("images").path(name.startsWith("model-") ? MODEL : name);
    }

    /** The folder in which the application of an image was packaged. */
    Path application(String image) {
        return home.resolve(recipe(image).path("module").asText()).resolve("target/quarkus-app");
    }

    /** Variables of an image, as it was built. */
    Map<String, String> environment(String image) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode all : List.of(recipes.path("environment"), recipe(image).path("environment"))) {
            all.fields()
                    .forEachRemaining(
                            one -> environment.put(one.getKey(), one.getValue().asText()));
        }
        return environment;
    }

    /** The command that arguments are added to, in the paths of the image. */
    List<String> entrypoint() {
        List<String> line = new ArrayList<>(List.of(recipes.path("java").asText()));
        recipes.path("options").forEach(option -> line.add(option.asText()));
        line.addAll(List.of("-jar", recipes.path("application").asText() + "/quarkus-run.jar"));
        return line;
    }

    /**
     * Unpacks the natives of an application, as they are in its image.
     *
     * @param root in place of the image's
     */
    void unpackNatives(Path application, Path root) throws IOException {
        String machine = System.getProperty("os.arch").equals("amd64") ? "linux-x86[-_]64" : "linux-(?:aarch64|arm64)";
        try (Stream<Path> walk = Files.walk(application.resolve("lib"))) {
            for (Path jar : walk.filter(Files::isRegularFile).toList()) {
                for (JsonNode rule : recipes.path("natives")) {
                    if (jar.getFileName().toString().matches(rule.path("jar").asText())) {
                        Pattern entry =
                                Pattern.compile(rule.path("entry").asText().replace("MACHINE", machine));
                        unpack(jar, entry, root.resolve(rule.path("to").asText().substring(1)));
                    }
                }
            }
        }
    }

    private static void unpack(Path jar, Pattern wanted, Path to) throws IOException {
        Files.createDirectories(to);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
                Matcher name = wanted.matcher(entry.getName());
                Path file = name.matches() ? to.resolve(name.group(1)) : to;
                if (name.matches() && !Files.exists(file)) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                }
            }
        }
    }
}
