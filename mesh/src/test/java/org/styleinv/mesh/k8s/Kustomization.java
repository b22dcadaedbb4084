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
import java.util.Set;

/**
 * Renders the little of kustomize that our manifests use: resources, configMapGenerator, images and JSON patches. It is
 * here so that the manifests are checked on machines without kubectl; {@link ManifestTest} compares it with kubectl's
 * rendering where there is one. Generated names carry no hash.
 */
final class Kustomization {
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Set<String> KEYS =
            Set.of("apiVersion", "kind", "resources", "patches", "images", "configMapGenerator");

    private Kustomization() {}

    /** The manifests of a folder, in order. */
    static List<ObjectNode> render(Path folder) throws IOException {
        Path file = folder.resolve("kustomization.yaml");
        JsonNode own = YAML.readTree(file.toFile());
        for (String key : (Iterable<String>) own::fieldNames) {
            if (!KEYS.contains(key)) {
                throw new IOException(file + " has the key " + key + ", which this renderer does not know: " + KEYS);
            }
        }
        List<ObjectNode> manifests = new ArrayList<>();
        for (JsonNode resource : own.path("resources")) {
            Path at = folder.resolve(resource.asText());
            manifests.addAll(Files.isDirectory(at) ? render(at) : read(at));
        }
        for (JsonNode generator : own.path("configMapGenerator")) {
            manifests.add(configMap(generator));
        }
        for (JsonNode patch : own.path("patches")) {
            apply(patch, manifests, file);
        }
        for (JsonNode image : own.path("images")) {
            manifests.forEach(manifest -> tag(manifest, image));
        }
        return manifests;
    }

    private static List<ObjectNode> read(Path file) throws IOException {
        return YAML.readerFor(ObjectNode.class)
                .<ObjectNode>readValues(file.toFile())
                .readAll();
    }

    private static ObjectNode configMap(JsonNode generator) {
        ObjectNode map = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", generator.path("name").asText());
        ObjectNode data = map.putObject("data");
        for (JsonNode literal : generator.path("literals")) {
            String[] pair = literal.asText().split("=", 2);
            data.put(pair[0], pair[1]);
        }
        return map;
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
        if (node instanceof ObjectNode object && object.path("image").equals(image.path("name"))) {
            object.put(
                    "image",
                    image.path("name").asText() + ":" + image.path("newTag").asText());
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            node.forEach(child -> tag(child, image));
        }
    }
}
