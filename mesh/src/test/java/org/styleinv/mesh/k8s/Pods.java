package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Holds the pods of manifests to the profile "restricted" of Kubernetes' Pod Security Standards (version 1.32), and to what
 * ours keep beyond it: images pinned, requests and limits, files that are mounted where settings name them, and a service
 * that either is guarded or says that it is open.
 */
final class Pods {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");
    private static final Set<String> SERVICES =
            Set.of("motion-service", "decoder-service", "encoder-service", "studio");

    private final List<ObjectNode> manifests;
    private final List<String> problems = new ArrayList<>();

    private Pods(List<ObjectNode> manifests) {
        this.manifests = manifests;
    }

    /** What is wrong; empty if nothing. */
    static List<String> problems(List<ObjectNode> manifests) {
        Pods pods = new Pods(manifests);
        for (ObjectNode manifest : manifests) {
            JsonNode pod = manifest.at("/spec/template/spec");
            if (pod.has("containers")) {
                pods.pod(manifest.at("/metadata/name").asText(), pod);
            }
        }
        return pods.problems;
    }

    /** A container's environment as its process gets it: of ConfigMaps first, its own over that; a Secret's is {@code secret:NAME/KEY}. */
    static Map<String, String> environment(List<ObjectNode> manifests, JsonNode container) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode from : container.path("envFrom")) {
            manifests.stream()
                    .filter(one -> one.path("kind").asText().equals("ConfigMap"))
                    .filter(one -> one.at("/metadata/name").equals(from.at("/configMapRef/name")))
                    .forEach(one -> one.path("data")
                            .fields()
                            .forEachRemaining(entry -> environment.put(
                                    entry.getKey(), entry.getValue().asText())));
        }
        for (JsonNode variable : container.path("env")) {
            JsonNode secret = variable.at("/valueFrom/secretKeyRef");
            environment.put(
                    variable.path("name").asText(),
                    secret.isMissingNode()
                            ? variable.path("value").asText()
                            : "secret:" + secret.path("name").asText() + "/"
                                    + secret.path("key").asText());
        }
        return environment;
    }

    private void expect(boolean good, String where, String what) {
        if (!good) {
            problems.add(where + ": " + what);
        }
    }

    private void pod(String name, JsonNode pod) {
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC", "hostUsers")) {
            expect(!pod.path(host).asBoolean(), name, host + " is not restricted");
        }
        JsonNode security = pod.path("securityContext");
        expect(security.path("runAsNonRoot").asBoolean(), name, "runAsNonRoot is not true");
        expect(security.path("runAsUser").asInt() > 0, name, "runs as root");
        expect(
                Set.of("RuntimeDefault", "Localhost")
                        .contains(security.at("/seccompProfile/type").asText()),
                name,
                "seccompProfile is not RuntimeDefault");
        expect(security.path("sysctls").isEmpty(), name, "sets sysctls");
        expect(
                pod.has("automountServiceAccountToken")
                        && !pod.path("automountServiceAccountToken").asBoolean(),
                name,
                "mounts a token of Kubernetes' API, which nothing here uses");
        for (JsonNode volume : pod.path("volumes")) {
            for (String kind : (Iterable<String>) volume::fieldNames) {
                expect(kind.equals("name") || VOLUMES.contains(kind), name, "has a volume of the kind " + kind);
            }
        }
        Stream.of("initContainers", "containers", "ephemeralContainers")
                .forEach(kind -> pod.path(kind).forEach(container -> container(name, pod, container)));
    }

    private void container(String pod, JsonNode spec, JsonNode container) {
        String name = pod + "/" + container.path("name").asText();
        JsonNode security = container.path("securityContext");
        expect(
                security.has("allowPrivilegeEscalation")
                        && !security.path("allowPrivilegeEscalation").asBoolean(),
                name,
                "allowPrivilegeEscalation is not false");
        expect(!security.path("privileged").asBoolean(), name, "is privileged");
        expect(
                security.at("/capabilities/drop").toString().equals("[\"ALL\"]"),
                name,
                "does not drop ALL capabilities");
        expect(security.at("/capabilities/add").isEmpty(), name, "adds capabilities");
        for (JsonNode port : container.path("ports")) {
            expect(!port.has("hostPort"), name, "has a port of the host");
        }
        String image = container.path("image").asText();
        expect(
                image.matches(".+:[0-9][A-Za-z0-9._-]*|.+@sha256:[0-9a-f]{64}"),
                name,
                "the image " + image + " is not pinned");
        for (String amount : List.of("/requests/cpu", "/requests/memory", "/limits/memory")) {
            expect(container.path("resources").at(amount).isTextual(), name, "says no" + amount.replace('/', ' '));
        }
        mounts(name, spec, container);
        if (SERVICES.contains(image.replaceFirst("^styleinv/", "").replaceFirst(":.*$", ""))) {
            guarded(name, environment(manifests, container));
        }
    }

    private void mounts(String name, JsonNode pod, JsonNode container) {
        List<String> volumes = pod.path("volumes").findValuesAsText("name");
        List<String> places = new ArrayList<>();
        for (JsonNode mount : container.path("volumeMounts")) {
            String volume = mount.path("name").asText();
            expect(volumes.contains(volume), name, "mounts " + volume + ", of which the pod has no volume");
            places.add(mount.path("mountPath").asText());
        }
        environment(manifests, container).forEach((key, value) -> {
            boolean there = !value.startsWith("/") || places.stream().anyMatch(place -> value.startsWith(place + "/"));
            expect(there || isUnused(container, key), name, key + " is " + value + ", where nothing is mounted");
        });
    }

    /** The ConfigMap is everybody's, and not everybody speaks to Kafka. */
    private static boolean isUnused(JsonNode container, String key) {
        return key.startsWith("KAFKA_")
                && container.path("env").findValuesAsText("name").stream().noneMatch(own -> own.startsWith("KAFKA_"));
    }

    /** What {@code Exposure} asks of a service, which listens on all addresses in a pod. */
    private void guarded(String name, Map<String, String> environment) {
        boolean open = Boolean.parseBoolean(environment.get("STYLEINV_INSECURE"));
        boolean guarded = environment
                .keySet()
                .containsAll(List.of("STYLEINV_TLS_CERT", "STYLEINV_TLS_KEY", "STYLEINV_ACCESS_TOKENS"));
        expect(open || guarded, name, "is neither guarded nor says that it is open, so it does not start");
        expect(!open || !guarded, name, "is guarded and says that it is open");
    }
}
