package org.styleinv.mesh.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.styleinv.proto.wire.Topics;

/**
 * docs/asyncapi.yaml is what the code says: names, partitions and retention as topics are made with, messages and what is
 * said of headers from their sources. Run with {@code -Dstyleinv.docs.write=true} to write it anew. That records on a
 * broker have these keys and headers, and no others, is tested by {@link KafkaExamplesTest}.
 */
class AsyncApiTest {
    static final Path FILE = Path.of("..", "docs", "asyncapi.yaml");
    private static final Path PROTOS = Path.of("..", "proto", "src", "main", "proto", "styleinv", "v1");
    private static final Path HEADERS =
            Path.of("..", "proto", "src", "main", "java", "org", "styleinv", "proto", "wire", "WireHeaders.java");
    private static final Pattern HEADER = Pattern.compile(
            "(?:/\\*\\*((?:(?!\\*/).)*)\\*/\\s*)?public static final String \\w+ = \"(\\w+)\";", Pattern.DOTALL);

    /** A field whose type is a message or an enum. */
    private static final Pattern FIELD = Pattern.compile("(?m)^ +(?:repeated |optional )?([A-Z]\\w*) \\w+ = [0-9]+;");

    private static final List<String> MADE = List.of("version", "stream", "index", "variant", "encoding", "model");
    private static final List<String> VERDICT = List.of("reason", "cause", "origin");

    /**
     * A channel.
     *
     * @param name     of its message
     * @param variant  a part of its address that is any variant's name, or ""
     * @param keys     what a record's key is
     * @param required headers that all have
     * @param some     headers that some have
     * @param messages what is inside, by message of the protos; the first is the payload
     */
    private record Channel(
            String name,
            String topic,
            String about,
            String keys,
            List<String> required,
            List<String> some,
            List<String> messages,
            boolean sent) {}

    private static final List<Channel> CHANNELS = List.of(
            new Channel(
                    "frames",
                    Topics.frames(Topics.BASE),
                    "Painted frames of all streams and broadcasts that a variant paints, in the order of their painting. Read them by stream.",
                    "stream id",
                    MADE,
                    List.of("blend", "traceparent", "seal"),
                    List.of("Frame", "Image", "Encoding", "Blend"),
                    true),
            new Channel(
                    "broadcasts",
                    Topics.BROADCASTS,
                    "What is live. The newest record of a key counts; one without a value says that the broadcast has ended.",
                    "broadcast id; TENANT/ID of a tenant's",
                    List.of("version", "stream"),
                    List.of("seal"),
                    List.of("Broadcast", "GenerateRequest", "W", "Edit", "Mix", "Pace", "Image", "Encoding", "Noise"),
                    true),
            new Channel(
                    "latents",
                    Topics.LATENTS,
                    "Work for the decoders: one record a timestamp and variant. A record whose message says cancel has version and stream alone.",
                    "stream id",
                    List.of("version", "stream"),
                    List.of("index", "variant", "encoding", "model", "traceparent", "seal"),
                    List.of("Latent", "Encoding", "Noise", "Blend", "LayerShift"),
                    false),
            new Channel(
                    "deadLatents",
                    Topics.DEAD_LATENTS,
                    "Latents that no decoder could paint, as they came, for `styleinv dead list` and `styleinv dead replay`.",
                    "as it came",
                    VERDICT,
                    List.of("version", "stream", "index", "variant", "encoding", "model", "traceparent", "seal"),
                    List.of("Latent", "Encoding", "Noise", "Blend", "LayerShift"),
                    true),
            new Channel(
                    "deadFrames",
                    Topics.DEAD_FRAMES,
                    "Frames that nobody could read, and records of broadcasts, likewise.",
                    "as it came",
                    VERDICT,
                    List.of(
                            "version",
                            "stream",
                            "index",
                            "variant",
                            "encoding",
                            "model",
                            "blend",
                            "traceparent",
                            "seal"),
                    List.of("Frame", "Image", "Encoding", "Blend"),
                    true));

    private static final String HEAD = """
            # The topics of a mesh, made from the code (AsyncApiTest).
            asyncapi: 3.0.0
            info:
              title: StyleInV on Kafka
              version: '1'
              description: >-
                What the services of a mesh say to each other, and what any consumer may read beside them. Values are messages of
                Protocol Buffers (proto/src/main/proto/styleinv/v1); headers are UTF-8 text, numbers in decimal. Frames are
                idempotent by (stream, variant, index): one may come twice, with the same pixels. Partitions, replication,
                retention and sizes are those of `styleinv.topics.*` where nothing else is configured.
              license:
                name: Apache-2.0
            defaultContentType: application/x-protobuf
            servers:
              mesh:
                host: localhost:9092
                protocol: kafka
                description: The broker inside `styleinv up`; on Kubernetes, the one that the overlay names.
            """;

    @Test
    void isWhatTheCodeSays() throws IOException {
        String text = text();
        if (Boolean.getBoolean("styleinv.docs.write")) {
            Files.writeString(FILE, text);
        }
        assertEquals(text, Files.readString(FILE));
    }

    private static String text() throws IOException {
        Map<String, NewTopic> topics = new TreeMap<>();
        Topics.wanted(Topics.Settings.DEFAULTS, List.of(Topics.BASE)).forEach(topic -> topics.put(topic.name(), topic));
        assertEquals(CHANNELS.stream().map(Channel::topic).sorted().toList(), List.copyOf(topics.keySet()));
        StringBuilder text = new StringBuilder(HEAD).append("channels:\n");
        CHANNELS.forEach(channel -> text.append(channel(channel, topics.get(channel.topic()))));
        text.append("operations:\n");
        for (Channel channel : CHANNELS) {
            text.append("  ").append(channel.sent() ? "send" : "exchange").append(capital(channel.name()));
            text.append(":\n    action: send\n    channel:\n      $ref: '#/channels/")
                    .append(channel.name())
                    .append("'\n");
        }
        text.append("components:\n  messages:\n");
        for (Channel channel : CHANNELS) {
            text.append(message(channel));
        }
        return text.toString();
    }

    private static String channel(Channel channel, NewTopic topic) {
        StringBuilder text = new StringBuilder("  ").append(channel.name()).append(":\n");
        boolean frames = topic.name().equals(Topics.frames(Topics.BASE));
        text.append("    address: ").append(frames ? Topics.frames("x").replaceFirst("x$", "{variant}") : topic.name());
        text.append("\n    description: ").append(quoted(channel.about())).append('\n');
        if (frames) {
            text.append("    parameters:\n      variant:\n        description: Who paints. Every model has ")
                    .append(Topics.BASE)
                    .append(".\n        default: ")
                    .append(Topics.BASE)
                    .append('\n');
        }
        text.append("    messages:\n      ")
                .append(channel.name())
                .append(":\n        $ref: '#/components/messages/")
                .append(channel.name())
                .append("'\n    bindings:\n      kafka:\n        partitions: ")
                .append(topic.numPartitions())
                .append("\n        replicas: ")
                .append(topic.replicationFactor())
                .append("\n        topicConfiguration:\n");
        new TreeMap<>(topic.configs()).forEach((key, value) -> {
            if (key.equals("segment.ms")) {
                return; // the binding has no such word
            }
            text.append("          ").append(key).append(": ");
            text.append(key.equals("cleanup.policy") ? "[" + value + "]" : value)
                    .append('\n');
        });
        return text.append("        bindingVersion: 0.5.0\n").toString();
    }

    private static String message(Channel channel) throws IOException {
        StringBuilder text = new StringBuilder("    ").append(channel.name()).append(":\n      name: ");
        text.append(channel.messages().get(0)).append("\n      headers:\n        type: object\n        required: [");
        text.append(String.join(", ", channel.required())).append("]\n        properties:\n");
        Map<String, String> about = headers();
        for (List<String> some : List.of(channel.required(), channel.some())) {
            for (String header : some) {
                assertTrue(about.containsKey(header), header);
                text.append("          ").append(header).append(":\n            type: string\n");
                if (!about.get(header).isEmpty()) {
                    text.append("            description: ")
                            .append(quoted(about.get(header)))
                            .append('\n');
                }
            }
        }
        text.append(
                "      bindings:\n        kafka:\n          key:\n            type: string\n            description: ");
        text.append(channel.keys()).append("\n          bindingVersion: 0.5.0\n      payload:\n");
        text.append("        schemaFormat: application/vnd.google.protobuf;version=3\n        schema: |\n");
        StringBuilder schema = new StringBuilder("syntax = \"proto3\";\npackage styleinv.v1;\n");
        for (String name : channel.messages()) {
            schema.append('\n').append(definition(name));
        }
        Matcher used = FIELD.matcher(schema);
        while (used.find()) {
            assertTrue(
                    Pattern.compile("(?:message|enum) " + used.group(1) + " \\{")
                            .matcher(schema)
                            .find(),
                    channel.name() + " does not say what a " + used.group(1) + " is");
        }
        schema.toString().lines().forEach(line -> text.append(line.isEmpty() ? "" : "          " + line)
                .append('\n'));
        return text.toString();
    }

    /** What WireHeaders says of each header. */
    private static Map<String, String> headers() throws IOException {
        Map<String, String> about = new TreeMap<>();
        Matcher header = HEADER.matcher(Files.readString(HEADERS));
        while (header.find()) {
            String said = header.group(1) == null ? "" : header.group(1);
            about.put(
                    header.group(2),
                    said.replaceAll("\\s*\\n\\s*\\*\\s*", " ")
                            .replaceAll("\\{@code ([^}]*)}", "`$1`")
                            .strip());
        }
        return about;
    }

    /** A message or an enum as its proto writes it, with its comment. */
    private static String definition(String name) throws IOException {
        Pattern wanted =
                Pattern.compile("((?://[^\\n]*\\n)*(?:message|enum) " + name + " \\{\\n.*?\\n}\\n)", Pattern.DOTALL);
        for (String file : List.of("media.proto", "motion.proto")) {
            Matcher found = wanted.matcher(Files.readString(PROTOS.resolve(file)));
            if (found.find()) {
                return found.group(1);
            }
        }
        throw new AssertionError("no message " + name);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String capital(String name) {
        return name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
    }
}
