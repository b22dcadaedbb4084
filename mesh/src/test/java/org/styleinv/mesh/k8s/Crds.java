package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What other people's operators take: the schemas of their own definitions (Strimzi, KEDA, cert-manager, Prometheus operator), from
 * {@code crd/schemas.json}, whose README says where they are from. Unlike a cluster this refuses fields that they do not have.
 */
final class Crds {
    private static final JsonNode SCHEMAS = read();

    private Crds() {}

    private static JsonNode read() {
        try (InputStream in = Crds.class.getResourceAsStream("/crd/schemas.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException("the schemas cannot be read", e);
        }
    }

    /** Whether a kind is one of theirs. */
    static boolean know(String type) {
        return SCHEMAS.has(type);
    }

    static Set<String> types() {
        Set<String> types = new TreeSet<>();
        SCHEMAS.fieldNames().forEachRemaining(types::add);
        return types;
    }

    /** What the schema of its kind has against a manifest; empty if nothing. */
    static List<String> problems(String type, JsonNode manifest) {
        List<String> problems = new ArrayList<>();
        manifest.fields().forEachRemaining(field -> {
            if (!Set.of("apiVersion", "kind", "metadata").contains(field.getKey())) {
                JsonNode schema = SCHEMAS.path(type).path("properties").path(field.getKey());
                if (schema.isMissingNode()) {
                    problems.add(type + " has no field " + field.getKey());
                } else {
                    walk(field.getValue(), schema, type + "/" + field.getKey(), problems);
                }
            }
        });
        return problems;
    }

    private static void walk(JsonNode value, JsonNode schema, String path, List<String> problems) {
        if (!fits(value, schema)) {
            problems.add(path + " is " + value + ", which is no "
                    + schema.path("type").asText());
            return;
        }
        if (schema.has("enum") && !contains(schema.path("enum"), value)) {
            problems.add(path + " is " + value + ", it can be " + schema.path("enum"));
        }
        if (schema.has("pattern")
                && !Pattern.compile(schema.path("pattern").asText())
                        .matcher(value.asText())
                        .find()) {
            problems.add(path + " is " + value + ", it looks like " + schema.path("pattern"));
        }
        if (value.isNumber()
                && (value.asDouble() < schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY)
                        || value.asDouble() > schema.path("maximum").asDouble(Double.POSITIVE_INFINITY))) {
            problems.add(path + " is " + value + ", out of its range");
        }
        for (JsonNode wanted : schema.path("required")) {
            if (!value.has(wanted.asText())) {
                problems.add(path + " wants the field " + wanted.asText());
            }
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            walk(value.get(i), schema.path("items"), path + "/" + i, problems);
        }
        if (value.isObject()
                && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            value.fields().forEachRemaining(field -> {
                JsonNode known = schema.path("properties").path(field.getKey());
                JsonNode any = schema.path("additionalProperties");
                if (known.isMissingNode() && any.isMissingNode()) {
                    problems.add(path + " has no field " + field.getKey());
                } else {
                    walk(field.getValue(), known.isMissingNode() ? any : known, path + "/" + field.getKey(), problems);
                }
            });
        }
    }

    private static boolean fits(JsonNode value, JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return value.isInt() || value.isTextual();
        }
        return switch (schema.path("type").asText()) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> true;
        };
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (JsonNode one : list) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }
}
