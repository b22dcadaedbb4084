package org.styleinv.mesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every overlay of {@code k8s} renders, fits Kubernetes' schemas, and has no name that the code does not know. */
class ManifestTest {
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final Path K8S = HOME.resolve("k8s");

    static Stream<String> overlays() throws IOException {
        try (Stream<Path> folders = Files.list(K8S)) {
            return folders
                    .filter(folder -> Files.exists(folder.resolve("kustomization.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static List<String> problems(List<ObjectNode> manifests) throws IOException {
        List<String> problems = new ArrayList<>();
        manifests.forEach(manifest -> problems.addAll(Strict.problems(manifest)));
        List<ObjectNode> all = new ArrayList<>(manifests);
        all.addAll(Kustomization.render(K8S.resolve("storage")));
        problems.addAll(Names.problems(HOME, all));
        return problems;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyOverlayIsSound(String overlay) throws IOException {
        List<ObjectNode> manifests = Kustomization.render(K8S.resolve(overlay));
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
                        "kubectl", "kustomize", K8S.resolve(overlay).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Set<JsonNode> theirs;
        try (InputStream out = kubectl.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("styleinv-[0-9a-z]{10}\\b", "styleinv");
            theirs = Set.copyOf(Kustomization.YAML
                    .readerFor(JsonNode.class)
                    .<JsonNode>readValues(text)
                    .readAll());
        }
        assertEquals(0, kubectl.waitFor());
        assertEquals(theirs, Set.copyOf(Kustomization.render(K8S.resolve(overlay))));
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
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/containers/0/readinessProbe/httpGet"))
                                .put("path", "/health"),
                        "no probe at /health"),
                typo(
                        "unknown claim",
                        doc -> ((ObjectNode) doc.at("/spec/template/spec/volumes/0/persistentVolumeClaim"))
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
        List<ObjectNode> manifests = Kustomization.render(K8S.resolve("base"));
        ObjectNode deployment = manifests.stream()
                .filter(doc -> doc.path("kind").asText().equals("Deployment"))
                .findFirst()
                .orElseThrow();
        plant.accept(deployment);
        List<String> problems = problems(manifests);
        assertTrue(problems.stream().anyMatch(problem -> problem.contains(said)), problems::toString);
    }

    @Test
    void aTypoInTheTrainingCommandIsFound() throws IOException {
        List<ObjectNode> manifests = Kustomization.render(K8S.resolve("training"));
        ((ArrayNode) manifests.get(0).at("/spec/template/spec/containers/0/args")).set(4, "--kimgs=200");
        List<String> problems = problems(manifests);
        assertTrue(problems.stream().anyMatch(problem -> problem.contains("--kimgs")), problems::toString);
    }

    /** A folder that no Job makes would be waited for until the tries are used up. */
    @Test
    void whatAJobWaitsForIsWhatAnotherMakes() throws IOException {
        List<ObjectNode> jobs = new ArrayList<>(Kustomization.render(K8S.resolve("training")));
        jobs.addAll(Kustomization.render(K8S.resolve("training-sketch")));
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
            for (ObjectNode job : Kustomization.render(K8S.resolve(overlay))) {
                for (JsonNode argument : job.at("/spec/template/spec/containers/0/args")) {
                    if (argument.asText().startsWith("--to=")) {
                        published.add(argument.asText().substring(5));
                    }
                }
            }
        }
        Set<String> read = new TreeSet<>();
        for (ObjectNode manifest : Kustomization.render(K8S.resolve("base"))) {
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
        List<ObjectNode> base = Kustomization.render(K8S.resolve("base"));
        List<ObjectNode> sketch = Kustomization.render(K8S.resolve("style-sketch"));
        assertEquals(base.size(), sketch.size());
        for (int i = 0; i < base.size(); i++) {
            if (!base.get(i).equals(sketch.get(i))) {
                changed.add(sketch.get(i).path("kind").asText() + "/"
                        + sketch.get(i).at("/metadata/name").asText());
            }
        }
        assertEquals(Set.of("Deployment/decoder-service"), changed);
    }
}
