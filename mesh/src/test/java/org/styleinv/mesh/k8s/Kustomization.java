package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Renders the little of kustomize that our manifests use: resources, components, namespace, configMapGenerator, images and
 * JSON patches. It is
 * here so that the manifests are checked on machines without kubectl; {@link ManifestTest} compares it with kubectl's
 * rendering where there is one. Generated names carry no hash.
 */
final class Kustomization {
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Set<String> KEYS = Set.of(
            "apiVersion",
            "kind",
            "namespace",
            "resources",
            "components",
            "patches",
            "images",
            "configMapGenerator",
            "generatorOptions");
    /** Kinds that belong to no namespace. */
    private static final Set<String> EVERYWHERE = Set.of("Namespace");

    private Kustomization() {}

    private static final Map<Path, List<ObjectNode>> RENDERED = new ConcurrentHashMap<>();

    /** The manifests of a folder, in order; its caller's own. */
    static List<ObjectNode> render(Path folder) throws IOException {
        Path place = folder.toAbsolutePath().normalize();
        List<ObjectNode> manifests = RENDERED.get(place);
        if (manifests == null) {
            manifests = new ArrayList<>();
            add(place, manifests);
            RENDERED.put(place, manifests);
        }
        return new ArrayList<>(manifests.stream().map(ObjectNode::deepCopy).toList());
    }

    /** A component works on what is there, as kustomize has it: its resources, its generators, then its patches on all. */
    private static void add(Path folder, List<ObjectNode> manifests) throws IOException {
        Path file = folder.resolve("kustomization.yaml");
        JsonNode own = YAML.readTree(file.toFile());
        for (String key : (Iterable<String>) own::fieldNames) {
            if (!KEYS.contains(key)) {
                throw new IOException(file + " has the key " + key + ", which this renderer does not know: " + KEYS);
            }
        }
        for (JsonNode resource : own.path("resources")) {
            Path at = folder.resolve(resource.asText());
            manifests.addAll(Files.isDirectory(at) ? render(at) : read(at));
        }
        for (JsonNode component : own.path("components")) {
            add(folder.resolve(component.asText()), manifests);
        }
        for (JsonNode generator : own.path("configMapGenerator")) {
            generate(folder, generator, own.at("/generatorOptions/labels"), manifests);
        }
        for (JsonNode patch : own.path("patches")) {
            apply(patch, manifests, file);
        }
        for (JsonNode image : own.path("images")) {
            manifests.forEach(manifest -> tag(manifest, image));
        }
        if (own.has("namespace")) {
            manifests.stream()
                    .filter(manifest ->
                            !EVERYWHERE.contains(manifest.path("kind").asText()))
                    .forEach(manifest ->
                            ((ObjectNode) manifest.path("metadata")).set("namespace", own.path("namespace")));
        }
    }

    private static List<ObjectNode> read(Path file) throws IOException {
        return YAML.readerFor(ObjectNode.class)
                .<ObjectNode>readValues(file.toFile())
                .readAll();
    }

    private static void generate(Path folder, JsonNode generator, JsonNode labels, List<ObjectNode> manifests)
            throws IOException {
        String name = generator.path("name").asText();
        ObjectNode map;
        if (generator.path("behavior").asText().equals("merge")) {
            map = manifests.stream()
                    .filter(one -> one.path("kind").asText().equals("ConfigMap")
                            && one.at("/metadata/name").asText().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> new IOException(folder + " adds to a ConfigMap " + name + ", which nothing makes"));
        } else {
            map = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
            map.putObject("metadata").put("name", name);
            map.putObject("data");
            manifests.add(map);
        }
        if (labels.isObject()) {
            ((ObjectNode) map.path("metadata")).set("labels", labels);
        }
        ObjectNode data = (ObjectNode) map.path("data");
        for (JsonNode literal : generator.path("literals")) {
            String[] pair = literal.asText().split("=", 2);
            data.put(pair[0], pair[1]);
        }
        for (JsonNode file : generator.path("files")) {
            data.put(file.asText(), Files.readString(folder.resolve(file.asText())));
        }
    }

    private static void apply(JsonNode patch, List<ObjectNode> manifests, Path file) throws IOException {
        JsonNode target = patch.path("target");
        JsonNode operations = YAML.readTree(patch.path("patch").asText());
        int met = 0;
        for (int i = 0; i < manifests.size(); i++) {
            ObjectNode manifest = manifests.get(i);
            boolean kind = manifest.path("kind").equals(target.path("kind"));
            boolean name = !target.has("name") || manifest.at("/metadata/name").equals(target.path("name"));
            if (kind && name) {
                manifests.set(i, (ObjectNode) JsonPatch.apply(operations, manifest));
                met++;
            }
        }
        if (met == 0) {
            throw new IOException(file + " patches " + target + ", but there is no such manifest");
        }
    }

    private static void tag(JsonNode node, JsonNode image) {
        String name = image.path("name").asText();
        if (node instanceof ObjectNode object
                && object.path("image").asText().replaceFirst(":.*$", "").equals(name)) {
            object.put("image", name + ":" + image.path("newTag").asText());
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            node.forEach(child -> tag(child, image));
        }
    }
}
