package org.styleinv.mesh.broker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics of a mesh: what each keeps, and in how many parts. Records beyond Kafka's 1 MB are allowed in one place, here. */
public final class Topics {
    /** Partitions of latents and of each variant's frames. */
    public static final int PARTITIONS = 8;
    /** One raw frame of 2048 x 2048 pixels fits. */
    public static final int MAX_RECORD_BYTES = 16 * 1024 * 1024;
    static final Duration RETENTION = Duration.ofMinutes(10);
    static final int SEGMENT_BYTES = 32 * 1024 * 1024;
    static final long RETENTION_BYTES = 4L * SEGMENT_BYTES;

    public static final String LATENTS = "styleinv.latents";
    public static final String FRAMES = "styleinv.frames.";
    public static final String BROADCASTS = "styleinv.broadcasts";
    public static final String DEAD_LATENTS = "styleinv.latents.dead";
    public static final String DEAD_FRAMES = "styleinv.frames.dead";

    private static final Map<String, String> MINUTES = Map.of(
            "retention.ms", Long.toString(RETENTION.toMillis()),
            "retention.bytes", Long.toString(RETENTION_BYTES),
            "segment.bytes", Integer.toString(SEGMENT_BYTES),
            "max.message.bytes", Integer.toString(MAX_RECORD_BYTES));
    private static final Map<String, String> DAYS = Map.of(
            "retention.ms", Long.toString(Duration.ofDays(7).toMillis()),
            "retention.bytes", Long.toString(RETENTION_BYTES),
            "segment.bytes", Integer.toString(SEGMENT_BYTES),
            "max.message.bytes", Integer.toString(MAX_RECORD_BYTES));
    private static final Map<String, String> FOR_EVER = Map.of("cleanup.policy", "compact");

    private Topics() {
    }

    /** The topic that frames of {@code variant} go to. */
    public static String frames(String variant) {
        return FRAMES + variant;
    }

    /** Creates those topics of a mesh that are missing; on a broker of this JVM, ahead of the first record. */
    public static void create(String bootstrapServers, Collection<String> variants) {
        List<NewTopic> topics = Stream.concat(
                variants.stream().map(variant -> new NewTopic(frames(variant), PARTITIONS, (short) 1).configs(MINUTES)),
                Stream.of(
                        new NewTopic(LATENTS, PARTITIONS, (short) 1).configs(MINUTES),
                        new NewTopic(BROADCASTS, 1, (short) 1).configs(FOR_EVER),
                        new NewTopic(DEAD_LATENTS, 1, (short) 1).configs(DAYS),
                        new NewTopic(DEAD_FRAMES, 1, (short) 1).configs(DAYS)))
                .toList();
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            for (var created : admin.createTopics(topics).values().values()) {
                try {
                    created.get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new BrokerException("the broker " + bootstrapServers + " does not create the mesh's topics: "
                                + e.getCause().getMessage(), e.getCause());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException("interrupted while topics were created", e);
        }
    }
}
