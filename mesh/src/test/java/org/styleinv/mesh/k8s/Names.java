package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.styleinv.decoder.DecoderConfig;
import org.styleinv.door.kafka.TopicsConfig;
import org.styleinv.encoder.EncoderConfig;
import org.styleinv.mesh.command.StyleinvCommand;
import org.styleinv.motion.MotionConfig;
import org.styleinv.proto.wire.Topics;
import picocli.CommandLine;

/** Holds the names in manifests against those that the code knows and against each other. */
final class Names {
    private static final String DEFAULTS = "META-INF/microprofile-config.properties";
    private static final Set<String> PROBES = Set.of("/q/health/started", "/q/health/ready", "/q/health/live");
    private static final Set<String> PORTS = Set.of("grpc:9000", "http:8080");
    private static final Set<String> TOPICS =
            Set.of(Topics.LATENTS, Topics.DEAD_LATENTS, Topics.DEAD_FRAMES, Topics.BROADCASTS);

    private final Path home;
    private final List<ObjectNode> manifests;
    private final Set<String> keys;
    private final List<String> problems = new ArrayList<>();

    private Names(Path home, List<ObjectNode> manifests) throws IOException {
        this.home = home;
        this.manifests = manifests;
        keys = keys();
    }

    /**
     * What is wrong with the names; empty if nothing.
     *
     * @param home the checkout, whose Dockerfiles name the images
     */
    static List<String> problems(Path home, List<ObjectNode> manifests) throws IOException {
        Names names = new Names(home, manifests);
        manifests.forEach(
                manifest -> names.walk(manifest, manifest.at("/metadata/name").asText()));
        return names.problems;
    }

    /** Environment variables that some service reads. */
    private static Set<String> keys() throws IOException {
        Set<String> keys = new TreeSet<>(List.of("KAFKA_BOOTSTRAP_SERVERS", "JAVA_OPTS", "HOME"));
        for (URL url : Collections.list(Names.class.getClassLoader().getResources(DEFAULTS))) {
            Properties defaults = new Properties();
            try (InputStream in = url.openStream()) {
                defaults.load(in);
            }
            defaults.stringPropertyNames().forEach(key -> keys.add(variable(key)));
        }
        for (Class<?> settings :
                List.of(DecoderConfig.class, EncoderConfig.class, MotionConfig.class, TopicsConfig.class)) {
            String prefix = settings.getAnnotation(ConfigMapping.class).prefix();
            for (Method method : settings.getMethods()) {
                if (Modifier.isAbstract(method.getModifiers())) {
                    keys.add(variable(prefix + "." + method.getName().replaceAll("([A-Z])", "-$1")));
                }
            }
        }
        return keys;
    }

    private static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private Set<String> named(String kind) {
        return manifests.stream()
                .filter(manifest -> manifest.path("kind").asText().equals(kind))
                .map(manifest -> manifest.at("/metadata/name").asText())
                .collect(Collectors.toSet());
    }

    private void expect(boolean good, String path, String what) {
        if (!good) {
            problems.add(path + ": " + what);
        }
    }

    private void walk(JsonNode node, String path) {
        if (node.isTextual() && node.asText().startsWith("styleinv.")) {
            String topic = node.asText();
            expect(
                    TOPICS.contains(topic)
                            || topic.startsWith(Topics.frames("x").replaceFirst("x$", "")),
                    path,
                    "no topic is called " + topic);
        }
        if (node.path("kind").asText().equals("Service")) {
            service(node, path);
        }
        node.path("env").forEach(variable -> variable(variable, path));
        if (node.has("configMapRef")) {
            String name = node.at("/configMapRef/name").asText();
            expect(named("ConfigMap").contains(name), path, "no ConfigMap is called " + name);
        }
        if (node.path("kind").asText().equals("ConfigMap")) {
            node.path("data").fieldNames().forEachRemaining(key -> key(key, path));
        }
        if (node.has("claimName")) {
            String name = node.path("claimName").asText();
            expect(named("PersistentVolumeClaim").contains(name), path, "no claim is called " + name);
        }
        if (node.has("httpGet")) {
            String at = node.at("/httpGet/path").asText();
            expect(PROBES.contains(at) && node.at("/httpGet/port").asText().equals("http"), path, "no probe at " + at);
        }
        if (node.has("containerPort")) {
            String port = node.path("name").asText() + ":"
                    + node.path("containerPort").asInt();
            expect(PORTS.contains(port), path, "no service listens at " + port + ", they do at " + PORTS);
        }
        if (node.has("image")) {
            image(node.path("image").asText(), path);
        }
        if (node.has("args")) {
            arguments(node.path("args"), path);
        }
        node.fields().forEachRemaining(field -> walk(field.getValue(), path + "/" + field.getKey()));
        if (node.isArray()) {
            node.forEach(child -> walk(child, path));
        }
    }

    private void service(JsonNode service, String path) {
        JsonNode selector = service.at("/spec/selector");
        List<JsonNode> pods = manifests.stream()
                .map(manifest -> manifest.at("/spec/template"))
                .filter(pod -> pod.at("/metadata/labels").equals(selector))
                .toList();
        expect(!pods.isEmpty(), path, "no pod has the labels " + selector);
        for (JsonNode port : service.at("/spec/ports")) {
            String target = port.path("targetPort").asText();
            boolean found = pods.stream()
                    .flatMap(pod ->
                            StreamSupport.stream(pod.at("/spec/containers").spliterator(), false))
                    .anyMatch(container ->
                            container.path("ports").findValuesAsText("name").contains(target));
            expect(found && PORTS.contains(target + ":" + port.path("port").asInt()), path, "no port " + port);
        }
    }

    private void variable(JsonNode variable, String path) {
        String name = variable.path("name").asText();
        key(name, path);
        if (name.endsWith("_HOST")) {
            String host = variable.path("value").asText();
            expect(named("Service").contains(host), path, name + " is " + host + ", which no Service is called");
        }
    }

    private void key(String name, String path) {
        expect(keys.contains(name), path, "no service reads " + name + ", they read " + keys);
    }

    /** A container's arguments are a command line of the program: its own parser says what it does not know. */
    private void arguments(JsonNode arguments, String path) {
        List<String> line = new ArrayList<>();
        arguments.forEach(argument -> line.add(argument.asText()));
        try {
            new CommandLine(new StyleinvCommand()).parseArgs(line.toArray(String[]::new));
        } catch (CommandLine.ParameterException e) {
            problems.add(path + ": " + e.getMessage());
        }
    }

    private void image(String image, String path) {
        String module = image.replaceFirst("^styleinv/", "").replaceFirst(":.*$", "");
        Path file = home.resolve(module).resolve("src/main/docker/Dockerfile");
        expect(image.startsWith("styleinv/") && Files.exists(file), path, "nothing builds the image " + image);
    }
}
