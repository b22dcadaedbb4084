package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.styleinv.decoder.DecoderConfig;
import org.styleinv.door.kafka.SealConfig;
import org.styleinv.door.kafka.TopicsConfig;
import org.styleinv.encoder.EncoderConfig;
import org.styleinv.gate.AccessConfig;
import org.styleinv.gate.TlsConfig;
import org.styleinv.mesh.command.StyleinvCommand;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.motion.MotionConfig;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.TrainerGrpc;
import org.styleinv.proto.wire.Topics;
import org.styleinv.studio.StudioConfig;
import picocli.CommandLine;

/** Holds the names in manifests against those that the code knows and against each other. */
final class Names {
    private static final String DEFAULTS = "META-INF/microprofile-config.properties";
    private static final Set<String> PROBES = Set.of("/q/health/started", "/q/health/ready", "/q/health/live");
    private static final Set<String> PORTS = Set.of("grpc:9000", "http:8080", "kafka:9092");
    private static final Set<String> SPEAKERS = Set.of(
            MotionGrpc.SERVICE_NAME, DecoderGrpc.SERVICE_NAME, EncoderGrpc.SERVICE_NAME, TrainerGrpc.SERVICE_NAME);
    private static final Set<String> TOPICS =
            Set.of(Topics.LATENTS, Topics.DEAD_LATENTS, Topics.DEAD_FRAMES, Topics.BROADCASTS);

    private static final String FRAMES = Topics.frames("x").replaceFirst("x$", "");

    private static final Set<String> KEYS = known();
    private static final Map<List<String>, String> COMPLAINTS = new ConcurrentHashMap<>();

    private final Path home;
    private final List<ObjectNode> manifests;
    private final Set<String> keys;
    private final Set<String> built;
    private final int user;
    private final List<String> problems = new ArrayList<>();

    private Names(Path home, List<ObjectNode> manifests) throws IOException {
        this.home = home;
        this.manifests = manifests;
        keys = KEYS;
        var images = new Images(home);
        built = images.built();
        user = images.user();
    }

    /**
     * What is wrong with the names; empty if nothing.
     *
     * @param home the checkout, whose {@code images/recipes.yaml} names the images
     */
    static List<String> problems(Path home, List<ObjectNode> manifests) throws IOException {
        Names names = new Names(home, manifests);
        manifests.forEach(
                manifest -> names.walk(manifest, manifest.at("/metadata/name").asText()));
        return names.problems;
    }

    /** Environment variables that some service reads. */
    private static Set<String> known() {
        try {
            return keys();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> keys() throws IOException {
        Set<String> keys =
                new TreeSet<>(List.of("KAFKA_BOOTSTRAP_SERVERS", "JDK_JAVA_OPTIONS", "HOME", "STYLEINV_DEVICE"));
        for (Set<String> known : List.of(ProducerConfig.configNames(), ConsumerConfig.configNames())) {
            known.forEach(key -> keys.add(variable("kafka." + key)));
        }
        for (String peer : List.of("decoder", "encoder")) { // of Quarkus, for each peer that a service has
            keys.add(variable("quarkus.grpc.clients." + peer + ".load-balancing-policy"));
        }
        for (URL url : Collections.list(Names.class.getClassLoader().getResources(DEFAULTS))) {
            Properties defaults = new Properties();
            try (InputStream in = url.openStream()) {
                defaults.load(in);
            }
            defaults.stringPropertyNames().forEach(key -> keys.add(variable(key)));
        }
        for (Class<?> settings : List.of(
                DecoderConfig.class,
                EncoderConfig.class,
                MotionConfig.class,
                StudioConfig.class,
                TopicsConfig.class,
                TlsConfig.class,
                AccessConfig.class,
                SealConfig.class)) {
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
        String kind = node.path("kind").asText();
        if (node.isTextual() && node.asText().startsWith("styleinv.")) {
            name(node.asText(), path);
        }
        if (node.has("patternType")) { // of Kafka's ACLs
            resource(node, path);
            return;
        }
        if (kind.equals("Service")) {
            service(node, path);
        }
        node.path("env").forEach(variable -> variable(variable, path));
        for (String at : List.of("/secretName", "/secretKeyRef/name", "/credentials/name")) {
            if (node.at(at).isTextual() && !kind.equals("Certificate")) {
                String name = node.at(at).asText();
                expect(secrets().contains(name), path, "no Secret is called " + name + ", there are " + secrets());
            }
        }
        if (node.has("maxUnavailable") && node.has("selector")) { // a disruption budget
            JsonNode labels = node.at("/selector/matchLabels");
            boolean met = manifests.stream().anyMatch(one -> has(one.at("/spec/template/metadata/labels"), labels));
            expect(met, path, "no pod has the labels " + labels);
        }
        if (node.has("issuerRef")) {
            String name = node.at("/issuerRef/name").asText();
            expect(named("Issuer").contains(name), path, "no Issuer is called " + name);
        }
        if (node.has("scaleTargetRef")) {
            String name = node.at("/scaleTargetRef/name").asText();
            expect(named("Deployment").contains(name), path, "no Deployment is called " + name);
        }
        if (node.has("configMapRef")) {
            String name = node.at("/configMapRef/name").asText();
            expect(named("ConfigMap").contains(name), path, "no ConfigMap is called " + name);
        }
        if (kind.equals("ConfigMap")) {
            for (String key : (Iterable<String>) node.path("data")::fieldNames) {
                if (!key.endsWith(".json")) { // a dashboard
                    key(key, path);
                }
            }
        }
        if (node.has("claimName")) {
            String name = node.path("claimName").asText();
            expect(named("PersistentVolumeClaim").contains(name), path, "no claim is called " + name);
        }
        if (node.has("httpGet")) {
            String at = node.at("/httpGet/path").asText();
            expect(PROBES.contains(at) && node.at("/httpGet/port").asText().equals("http"), path, "no probe at " + at);
        }
        if (node.has("grpc") && node.at("/grpc/port").isInt()) {
            expect(PORTS.contains("grpc:" + node.at("/grpc/port").asInt()), path, "no service listens at " + node);
        }
        if (node.has("containerPort")) {
            String port = node.path("name").asText() + ":"
                    + node.path("containerPort").asInt();
            expect(PORTS.contains(port), path, "no service listens at " + port + ", they do at " + PORTS);
        }
        if (node.has("image")) {
            image(node.path("image").asText(), path);
        }
        for (String key : List.of("runAsUser", "runAsGroup", "fsGroup")) {
            expect(!node.has(key) || node.path(key).asInt() == user, path, key + " is not the images' user, " + user);
        }
        if (node.has("args")) {
            arguments(node.path("args"), path);
        }
        node.fields().forEachRemaining(field -> walk(field.getValue(), path + "/" + field.getKey()));
        if (node.isArray()) {
            node.forEach(child -> walk(child, path));
        }
    }

    /** A name of the mesh: a service on the wire, a group of consumers, or a topic. */
    private void name(String name, String path) {
        if (path.endsWith("/grpc/service")) {
            expect(SPEAKERS.contains(name), path, "no service is called " + name + ", there are " + SPEAKERS);
        } else if (path.endsWith("/consumerGroup")) {
            expect(isGroup(name), path, "nobody is in a group called " + name);
        } else {
            expect(isTopic(name), path, "no topic is called " + name);
        }
    }

    private static boolean isTopic(String name) {
        return TOPICS.contains(name) || Topics.isVariant(name.replace(FRAMES, "")) && name.startsWith(FRAMES);
    }

    private boolean isGroup(String name) {
        return Set.of("styleinv.motion", Topics.BROADCASTS, "styleinv.decoder." + String.join(".", variants(home)))
                .contains(name);
    }

    /** Variants of the model that the images hold, in order. */
    static List<String> variants(Path home) {
        return Mesh.variants(home.resolve("models/faces-64")).stream().sorted().toList();
    }

    private void resource(JsonNode resource, String path) {
        String name = resource.path("name").asText();
        boolean prefix = resource.path("patternType").asText().equals("prefix");
        if (!name.startsWith(Topics.PREFIX)) {
            return; // a group of others
        }
        boolean known = resource.path("type").asText().equals("group")
                ? prefix ? "styleinv.decoder.base".startsWith(name) : isGroup(name)
                : prefix ? (FRAMES + Topics.BASE).startsWith(name) : isTopic(name);
        expect(known, path, "no " + resource.path("type").asText() + " is called " + name);
    }

    /** Secrets that are here or that an operator makes from what is here, and those that docs/operating.md has made by hand. */
    private Set<String> secrets() {
        Set<String> secrets = new TreeSet<>(Set.of("styleinv-access", "styleinv-seal", "styleinv-mark"));
        secrets.addAll(named("KafkaUser"));
        named("Kafka").forEach(kafka -> secrets.add(kafka + "-cluster-ca-cert"));
        manifests.forEach(manifest -> {
            if (manifest.path("kind").asText().equals("Certificate")) {
                secrets.add(manifest.at("/spec/secretName").asText());
            }
        });
        return secrets;
    }

    private void service(JsonNode service, String path) {
        JsonNode selector = service.at("/spec/selector");
        List<JsonNode> pods = manifests.stream()
                .map(manifest -> manifest.at("/spec/template"))
                .filter(pod -> has(pod.at("/metadata/labels"), selector))
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

    private static boolean has(JsonNode labels, JsonNode wanted) {
        boolean all = !wanted.isEmpty();
        for (String key : (Iterable<String>) wanted::fieldNames) {
            all &= labels.path(key).equals(wanted.path(key));
        }
        return all;
    }

    private void variable(JsonNode variable, String path) {
        String name = variable.path("name").asText();
        key(name, path);
        if (name.endsWith("_HOST")) {
            String host = variable.path("value").asText();
            expect(named("Service").contains(host), path, name + " is " + host + ", which no Service is called");
        }
        if (name.matches("STYLEINV_STUDIO_(MOTION|DECODER|ENCODER)")) {
            String[] at = variable.path("value").asText().split(":", 2);
            expect(
                    named("Service").contains(at[0]) && PORTS.contains("grpc:" + at[1]),
                    path,
                    name + " is " + String.join(":", at) + ", which no Service is called");
        }
    }

    private void key(String name, String path) {
        expect(keys.contains(name), path, "no service reads " + name + ", they read " + keys);
    }

    /** A container's arguments are a command line of the program: its own parser says what it does not know. */
    private void arguments(JsonNode arguments, String path) {
        List<String> line = new ArrayList<>();
        arguments.forEach(argument -> line.add(argument.asText()));
        String complaint = COMPLAINTS.computeIfAbsent(line, Names::complaint);
        expect(complaint.isEmpty(), path, complaint);
    }

    /** Building the parser takes a tenth of a second, and many containers have the same line. */
    private static String complaint(List<String> line) {
        try {
            new CommandLine(new StyleinvCommand()).parseArgs(line.toArray(String[]::new));
            return "";
        } catch (CommandLine.ParameterException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void image(String image, String path) {
        expect(built.contains(image), path, "nothing builds the image " + image + ", the build makes " + built);
    }
}
