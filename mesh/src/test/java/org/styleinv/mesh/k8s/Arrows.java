package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who calls whom, as {@code FROM -> TO:PORT}: as environments name it, and as network policies let it pass. */
final class Arrows {
    private Arrows() {}

    /** What the services are told to call. */
    static Set<String> configured(List<ObjectNode> manifests) {
        Set<String> arrows = new TreeSet<>();
        for (ObjectNode manifest : manifests) {
            if (manifest.path("kind").asText().equals("Deployment")) {
                String from = manifest.at("/metadata/name").asText();
                JsonNode container = manifest.at("/spec/template/spec/containers/0");
                Map<String, String> environment = Pods.environment(manifests, container);
                environment.forEach((key, value) -> {
                    if (key.matches("QUARKUS_GRPC_CLIENTS_[A-Z]+_HOST")) {
                        arrows.add(from + " -> " + value + ":9000");
                    } else if (key.matches("STYLEINV_STUDIO_(MOTION|DECODER|ENCODER)")) {
                        arrows.add(from + " -> " + value);
                    } else if (key.equals("STYLEINV_TRACES_ENDPOINT") && hasGrpc(container)) { // who tells spans
                        URI collector = URI.create(value);
                        arrows.add(from + " -> " + collector.getHost().replaceFirst("^[^.]*\\.", "") + ":"
                                + collector.getPort());
                    }
                });
                if (environment.containsKey("KAFKA_SASL_JAAS_CONFIG")) {
                    arrows.add(from + " -> kafka:"
                            + environment.get("KAFKA_BOOTSTRAP_SERVERS").replaceFirst(".*:", ""));
                }
            }
        }
        return arrows;
    }

    private static boolean hasGrpc(JsonNode container) {
        for (JsonNode port : container.path("ports")) {
            if (port.path("name").asText().equals("grpc")) {
                return true;
            }
        }
        return false;
    }

    /**
     * What policies let pass between our pods.
     *
     * @param way {@code ingress} or {@code egress}
     */
    static Set<String> allowed(List<ObjectNode> manifests, String way) {
        Set<String> arrows = new TreeSet<>();
        for (ObjectNode policy : manifests) {
            if (!policy.path("kind").asText().equals("NetworkPolicy")) {
                continue;
            }
            String own = policy.at("/spec/podSelector/matchLabels/app").asText();
            for (JsonNode rule : policy.path("spec").path(way)) {
                for (String peer : peers(rule.path(way.equals("ingress") ? "from" : "to"))) {
                    for (JsonNode port : rule.path("ports")) {
                        String at = ":" + port.path("port").asInt();
                        arrows.add(way.equals("ingress") ? peer + " -> " + own + at : own + " -> " + peer + at);
                    }
                }
            }
        }
        return arrows;
    }

    private static List<String> peers(JsonNode list) {
        List<String> peers = new ArrayList<>();
        if (list.isMissingNode()) {
            peers.add("anybody");
        }
        for (JsonNode one : list) {
            JsonNode labels = one.at("/podSelector/matchLabels");
            if (labels.has("app")) {
                peers.add(labels.path("app").asText());
            } else if (labels.has("strimzi.io/cluster")) {
                peers.add("kafka");
            } else if (labels.has("styleinv-client")) {
                peers.add("client");
            } else {
                peers.add(one.at("/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
                        .asText());
            }
        }
        return peers;
    }
}
