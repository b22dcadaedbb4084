package org.styleinv.mesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.proto.wire.Topics;

/** Every overlay of {@code k8s} renders, fits Kubernetes' schemas, and has no name that the code does not know. */
class ManifestTest {
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final Path K8S = HOME.resolve("k8s");
    private static final Path OVERLAYS = K8S.resolve("overlays");

    static Stream<String> overlays() throws IOException {
        try (Stream<Path> folders = Files.list(OVERLAYS)) {
            return folders
                    .filter(folder -> Files.exists(folder.resolve("kustomization.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static List<ObjectNode> render(String overlay) throws IOException {
        return Kustomization.render(OVERLAYS.resolve(overlay));
    }

    private static List<String> problems(List<ObjectNode> manifests) throws IOException {
        List<String> problems = new ArrayList<>();
        manifests.forEach(manifest -> problems.addAll(Strict.problems(manifest)));
        problems.addAll(Names.problems(HOME, manifests));
        problems.addAll(Pods.problems(manifests));
        return problems;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyOverlayIsSound(String overlay) throws IOException {
        List<ObjectNode> manifests = render(overlay);
        assertTrue(!manifests.isEmpty());
        assertEquals(List.of(), problems(manifests));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void kubectlRendersTheSame(String overlay) throws IOException, InterruptedException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(at -> Files.isExecutable(Path.of(at, "kubectl"))),
                "no kubectl on this machine: only our own rendering was checked");
        Process kubectl = new ProcessBuilder(
                        "kubectl", "kustomize", OVERLAYS.resolve(overlay).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Set<JsonNode> theirs;
        try (InputStream out = kubectl.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("styleinv-[2456789bcdfghkmt]{10}\\b", "styleinv");
            theirs = Set.copyOf(Kustomization.YAML
                    .readerFor(JsonNode.class)
                    .<JsonNode>readValues(text)
                    .readAll());
        }
        assertEquals(0, kubectl.waitFor());
        assertEquals(theirs, Set.copyOf(render(overlay)));
    }

    /** Overlay, place of the typo, and what has to be said about it. */
    static Stream<Arguments> typos() {
        return Stream.of(
                typo("unknown field", doc -> ((ObjectNode) doc.at("/spec")).put("replica", 2), "no field replica"),
                typo("wrong type", doc -> ((ObjectNode) doc.at("/spec")).put("replicas", "two"), "two"),
                typo(
                        "unknown key",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/env/0"))
                                .put("name", "STYLEINV_MODLE"),
                        "no service reads STYLEINV_MODLE"),
                typo(
                        "unknown port",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/ports/0"))
                                .put("containerPort", 9001),
                        "grpc:9001"),
                typo(
                        "unknown probe",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/livenessProbe/httpGet"))
                                .put("path", "/health"),
                        "no probe at /health"),
                typo(
                        "unknown claim",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/volumes/0"))
                                .putObject("persistentVolumeClaim")
                                .put("claimName", "model"),
                        "no claim is called model"),
                typo(
                        "unknown ConfigMap",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/envFrom/0/configMapRef"))
                                .put("name", "style"),
                        "no ConfigMap is called style"),
                typo(
                        "unknown image",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0"))
                                .put("image", "styleinv/decoder"),
                        "nothing builds the image styleinv/decoder"),
                typo(
                        "another version of an image",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0"))
                                .put("image", "styleinv/decoder-service:0.0.9"),
                        "nothing builds the image styleinv/decoder-service:0.0.9"),
                typo(
                        "another user than the image's",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/securityContext")).put("runAsUser", 65532),
                        "runAsUser is not the images' user, 10001"),
                typo(
                        "unknown service of a probe",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/readinessProbe/grpc"))
                                .put("service", "styleinv.v1.Decode"),
                        "no service is called styleinv.v1.Decode"),
                typo(
                        "unknown Secret",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/volumes/0"))
                                .putObject("secret")
                                .put("secretName", "keys"),
                        "no Secret is called keys"),
                typo(
                        "root",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/securityContext")).put("runAsUser", 0),
                        "runs as root"),
                typo(
                        "capabilities",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/securityContext"))
                                .remove("capabilities"),
                        "does not drop ALL"),
                typo(
                        "escalation in an init container",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/initContainers/0/securityContext"))
                                .put("allowPrivilegeEscalation", true),
                        "allowPrivilegeEscalation is not false"),
                typo(
                        "a folder of the node",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/volumes/0"))
                                .putObject("hostPath")
                                .put("path", "/"),
                        "a volume of the kind hostPath"),
                typo(
                        "no seccomp",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/securityContext")).remove("seccompProfile"),
                        "seccompProfile is not RuntimeDefault"),
                typo(
                        "no limit",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/resources")).remove("limits"),
                        "says no limits memory"),
                typo(
                        "image of any version",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0"))
                                .put("image", "styleinv/decoder-service:latest"),
                        "is not pinned"),
                typo(
                        "a volume that is not there",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/volumeMounts/0"))
                                .put("name", "tpm"),
                        "mounts tpm"),
                typo(
                        "a file that is not mounted",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/env/0"))
                                .put("value", "/model/faces-64"),
                        "where nothing is mounted"),
                typo(
                        "unknown topic",
                        doc -> ((ObjectNode) doc.at("/metadata"))
                                .putObject("annotations")
                                .put("topic", "styleinv.latent"),
                        "no topic is called styleinv.latent"));
    }

    private static Arguments typo(String name, Consumer<JsonNode> plant, String said) {
        return Arguments.of(name, plant, said);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("typos")
    void aPlantedTypoIsFound(String name, Consumer<JsonNode> plant, String said) throws IOException {
        List<ObjectNode> manifests = render("local");
        plant.accept(named(manifests, "Deployment", "decoder-service"));
        List<String> problems = problems(manifests);
        assertTrue(problems.stream().anyMatch(problem -> problem.contains(said)), problems::toString);
    }

    private static JsonNode only(List<ObjectNode> manifests, String kind, String name) {
        return manifests.stream()
                .filter(doc -> doc.path("kind").asText().equals(kind))
                .filter(doc -> doc.at("/metadata/name").asText().equals(name))
                .findFirst()
                .<JsonNode>map(doc -> doc)
                .orElseGet(MissingNode::getInstance);
    }

    /** Disruptions one at a time, replicas on several nodes, probes, a moment to leave the list of replicas, and time to hand clients over. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "local",
                "strimzi",
                "secure",
                "gpu",
                "hpa",
                "keda",
                "claim",
                "monitoring",
                "style-sketch",
                "marked"
            })
    void servicesAreRunWithCare(String overlay) throws IOException {
        List<ObjectNode> manifests = render(overlay);
        for (String name : List.of("encoder-service", "decoder-service", "motion-service", "studio")) {
            JsonNode app = JsonNodeFactory.instance.objectNode().put("app", name);
            JsonNode deployment = named(manifests, "Deployment", name).path("spec");
            JsonNode pod = deployment.at("/template/spec");
            JsonNode container = pod.at("/containers/0");
            JsonNode budget = only(manifests, "PodDisruptionBudget", name).path("spec");
            assertEquals(1, budget.path("maxUnavailable").asInt(), name);
            assertEquals(app, budget.at("/selector/matchLabels"), name);
            JsonNode spread = pod.at("/topologySpreadConstraints/0");
            assertEquals("kubernetes.io/hostname", spread.path("topologyKey").asText(), name);
            assertEquals(app, spread.at("/labelSelector/matchLabels"), name);
            for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                assertTrue(container.has(probe), name + " has no " + probe);
            }
            boolean speaks = !name.equals("studio");
            boolean guarded =
                    container.at("/readinessProbe/httpGet/scheme").asText().equals("HTTPS");
            assertTrue(
                    !speaks || guarded || container.at("/readinessProbe/grpc").isObject(), name);
            assertEquals(
                    0, deployment.at("/strategy/rollingUpdate/maxUnavailable").asInt(-1), name);
            int leave = container.at("/lifecycle/preStop/sleep/seconds").asInt();
            int grace = pod.path("terminationGracePeriodSeconds").asInt();
            assertTrue(leave > 0 && grace >= leave + 20, name + " has " + grace + " s to end");
            assertEquals(
                    "true",
                    container.at("/securityContext/readOnlyRootFilesystem").asText(),
                    name);
            JsonNode service = only(manifests, "Service", name).path("spec");
            assertEquals(speaks ? "None" : "", service.path("clusterIP").asText(), name);
            assertTrue(container.path("ports").findValuesAsText("name").contains("http"), name + " has no metrics");
        }
    }

    /** Image, command and environment of each container of an overlay, and the probes of each pod's main one. */
    private static Set<String> containers(String overlay) throws IOException {
        List<ObjectNode> manifests = render(overlay);
        Set<String> containers = new TreeSet<>();
        for (ObjectNode manifest : manifests) {
            for (String kind : List.of("initContainers", "containers")) {
                for (JsonNode container : manifest.at("/spec/template/spec/" + kind)) {
                    containers.add(manifest.at("/metadata/name").asText() + "/"
                            + container.path("name").asText() + " "
                            + container.path("image").asText() + " " + container.path("args") + " "
                            + new TreeMap<>(Pods.environment(manifests, container)) + " "
                            + container.path("readinessProbe"));
                }
            }
        }
        return containers;
    }

    @Test
    void everyContainerIsRehearsedAsAProcess() throws IOException {
        Set<String> rehearsed = new TreeSet<>();
        for (String overlay : Rehearsal.REHEARSED) {
            rehearsed.addAll(containers(overlay));
        }
        assertTrue(rehearsed.size() > 20, rehearsed::toString);
        for (String overlay : overlays().toList()) {
            Set<String> others = containers(overlay);
            others.removeAll(rehearsed);
            assertEquals(Set.of(), others, "of the overlay " + overlay + ", which only others' containers may be in");
        }
    }

    private static ObjectNode named(List<ObjectNode> manifests, String kind, String name) {
        return manifests.stream()
                .filter(doc -> doc.path("kind").asText().equals(kind))
                .filter(doc -> doc.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTypoInTheTrainingCommandIsFound() throws IOException {
        List<ObjectNode> manifests = render("training");
        ObjectNode job = named(manifests, "Job", "train-generator");
        ((ArrayNode) job.at("/spec/template/spec/containers/0/args")).set(4, "--kimgs=200");
        List<String> problems = problems(manifests);
        assertTrue(problems.stream().anyMatch(problem -> problem.contains("--kimgs")), problems::toString);
    }

    /** A folder that no Job makes would be waited for until the tries are used up. */
    @Test
    void whatAJobWaitsForIsWhatAnotherMakes() throws IOException {
        List<ObjectNode> jobs = new ArrayList<>(render("training"));
        jobs.addAll(render("training-sketch"));
        Set<String> made = new TreeSet<>();
        Set<String> awaited = new TreeSet<>();
        for (ObjectNode job : jobs) {
            for (String kind : List.of("initContainers", "containers")) {
                for (JsonNode container : job.at("/spec/template/spec/" + kind)) {
                    List<String> line = new ArrayList<>();
                    container.path("args").forEach(argument -> line.add(argument.asText()));
                    line.stream()
                            .filter(argument -> argument.startsWith("--run=") || argument.startsWith("--out="))
                            .forEach(argument -> made.add(argument.substring(6)));
                    if (line.subList(0, 2).equals(List.of("train", "ended"))) {
                        awaited.addAll(line.subList(2, line.size()));
                    }
                }
            }
        }
        assertEquals(5, awaited.size());
        awaited.removeAll(made);
        assertEquals(Set.of(), awaited);
    }

    /** The publishing Jobs rename a model to where each service of the base looks for its own. */
    @Test
    void whatIsPublishedIsWhatTheServicesRead() throws IOException {
        Set<String> published = new TreeSet<>();
        for (String overlay : List.of("training", "training-sketch")) {
            for (ObjectNode job : render(overlay)) {
                for (JsonNode argument : job.at("/spec/template/spec/containers/0/args")) {
                    if (argument.asText().startsWith("--to=")) {
                        published.add(argument.asText().substring(5));
                    }
                }
            }
        }
        Set<String> read = new TreeSet<>();
        for (ObjectNode manifest : render("local")) {
            for (JsonNode variable : manifest.at("/spec/template/spec/containers/0/env")) {
                if (variable.path("name").asText().equals("STYLEINV_MODEL")) {
                    read.add(variable.path("value").asText());
                }
            }
        }
        assertEquals(1, published.size());
        assertEquals(read, published);
    }

    @Test
    void theSketchOverlayChangesTheDecoderAndNothingElse() throws IOException {
        Set<String> changed = new TreeSet<>();
        List<ObjectNode> base = render("local");
        List<ObjectNode> sketch = render("style-sketch");
        assertEquals(base.size(), sketch.size());
        for (int i = 0; i < base.size(); i++) {
            if (!base.get(i).equals(sketch.get(i))) {
                changed.add(sketch.get(i).path("kind").asText() + "/"
                        + sketch.get(i).at("/metadata/name").asText());
            }
        }
        assertEquals(Set.of("Deployment/decoder-service"), changed);
    }

    /** What has no way out of a mistake: fields that an operator does not have, a service that is neither open nor guarded. */
    @Test
    void mistakesInTheSecureOverlayAreFound() throws IOException {
        List<ObjectNode> manifests = render("secure");
        ((ObjectNode) named(manifests, "Certificate", "studio").at("/spec")).put("dnsName", "studio");
        ((ObjectNode) named(manifests, "KafkaUser", "viewer").at("/spec/authentication")).put("type", "scram");
        ((ObjectNode) named(manifests, "KafkaUser", "viewer").at("/spec/authorization/acls/0/resource"))
                .put("name", "styleinv.frame.");
        ((ObjectNode) named(manifests, "ConfigMap", "styleinv").at("/data")).remove("STYLEINV_TLS_KEY");
        List<String> problems = problems(manifests);
        for (String said : List.of(
                "has no field dnsName", "\"scram\"", "no topic is called styleinv.frame.", "neither guarded nor")) {
            assertTrue(problems.stream().anyMatch(problem -> problem.contains(said)), () -> said + ": " + problems);
        }
    }

    /** No more and no less than what services call, on both ends, and beside it who comes from outside. */
    @Test
    void theNetworkLetsPassWhatServicesCallAndNothingElse() throws IOException {
        List<ObjectNode> manifests = render("secure");
        Set<String> configured = Arrows.configured(manifests);
        assertEquals(11, configured.size(), configured::toString);
        Set<String> out = new TreeSet<>(configured);
        for (String from : List.of("studio", "motion-service", "encoder-service", "decoder-service")) {
            out.add(from + " -> kube-system:53");
        }
        assertEquals(out, Arrows.allowed(manifests, "egress"));
        Set<String> in = new TreeSet<>(configured);
        in.removeIf(arrow -> arrow.contains("-> kafka:") // Strimzi's own policies, for its own pods
                || arrow.contains("-> monitoring:")); // and whose namespace that is
        in.addAll(List.of("anybody -> studio:8080", "client -> motion-service:9000"));
        for (String to : List.of("motion-service", "encoder-service", "decoder-service")) {
            in.add("monitoring -> " + to + ":8080");
        }
        assertEquals(in, Arrows.allowed(manifests, "ingress"));
        JsonNode nobody = named(manifests, "NetworkPolicy", "nobody").path("spec");
        assertTrue(nobody.path("podSelector").isEmpty() && !nobody.has("ingress"));
    }

    /** Every topic that the code makes is there as the code would make it, three times; none is more. */
    @Test
    void strimzisTopicsAreThoseThatTheCodeWants() throws IOException {
        List<ObjectNode> manifests = render("strimzi");
        JsonNode settings = named(manifests, "ConfigMap", "styleinv").path("data");
        Topics.Settings defaults = Topics.Settings.DEFAULTS;
        var wanted = new Topics.Settings(
                settings.path("STYLEINV_TOPICS_PARTITIONS").asInt(),
                (short) settings.path("STYLEINV_TOPICS_REPLICATION").asInt(),
                defaults.retention(),
                defaults.deadRetention(),
                defaults.maxRecordBytes());
        Map<String, String> said = new TreeMap<>();
        for (ObjectNode topic : manifests) {
            if (topic.path("kind").asText().equals("KafkaTopic")) {
                ObjectNode config = ((ObjectNode) topic.at("/spec/config")).deepCopy();
                config.remove("min.insync.replicas"); // of copies, which the code leaves to the broker
                Map<String, String> sorted = new TreeMap<>();
                config.fields()
                        .forEachRemaining(
                                one -> sorted.put(one.getKey(), one.getValue().asText()));
                said.put(
                        topic.at("/metadata/name").asText(),
                        topic.at("/spec/partitions") + " x" + topic.at("/spec/replicas") + " " + sorted);
            }
        }
        Map<String, String> code = new TreeMap<>();
        for (NewTopic topic : Topics.wanted(wanted, Names.variants(HOME))) {
            code.put(
                    topic.name(),
                    topic.numPartitions() + " x" + topic.replicationFactor() + " " + new TreeMap<>(topic.configs()));
        }
        assertEquals(code, said);
        JsonNode broker = named(manifests, "Kafka", "styleinv").at("/spec/kafka/config");
        int largest =
                (int) wanted.producerLimits().get("max.request.size"); // a dead letter has more than what it holds
        assertEquals(largest, broker.path("message.max.bytes").asInt());
        assertEquals(largest, broker.path("replica.fetch.max.bytes").asInt());
    }
}
