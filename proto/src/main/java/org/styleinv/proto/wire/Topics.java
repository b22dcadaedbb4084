package org.styleinv.proto.wire;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;

/** Names of the topics, how they are made, and the size limits that topic, producer and consumer must have in common. */
public final class Topics {
    /** One record per timestamp of each stream; key = stream. */
    public static final String LATENTS = "styleinv.latents";
    /** Refused latents, with reason, cause and origin in headers. */
    public static final String DEAD_LATENTS = "styleinv.latents.dead";
    /** Refused frames and records of broadcasts, likewise. */
    public static final String DEAD_FRAMES = "styleinv.frames.dead";
    /** The request of each broadcast, compacted; key = broadcast id, {@code TENANT/ID} of a tenant's. */
    public static final String BROADCASTS = "styleinv.broadcasts";

    /** What every topic of a mesh begins with. */
    public static final String PREFIX = "styleinv.";

    /** The variant that every model has. */
    public static final String BASE = "base";

    private static final String FRAMES = "styleinv.frames.";
    private static final Pattern VARIANT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private Topics() {}

    /**
     * How topics are created.
     *
     * @param partitions of each topic
     * @param replication copies of each partition
     * @param retention of latents and frames
     * @param deadRetention of refused records
     * @param maxRecordBytes largest record
     */
    public record Settings(
            int partitions, short replication, Duration retention, Duration deadRetention, int maxRecordBytes) {
        public static final Settings DEFAULTS =
                new Settings(4, (short) 1, Duration.ofMinutes(10), Duration.ofDays(7), 8 << 20);

        public Settings {
            check("partitions", partitions, 1, 10_000);
            check("replication", replication, 1, 99);
            check("retention in seconds", retention.toSeconds(), 60, Long.MAX_VALUE);
            check("dead-retention in seconds", deadRetention.toSeconds(), 60, Long.MAX_VALUE);
            check("max-record-bytes", maxRecordBytes, 1 << 16, 1 << 30);
        }

        private static void check(String key, long got, long least, long most) {
            if (got < least || got > most) {
                throw new IllegalArgumentException(
                        most == Long.MAX_VALUE
                                ? "styleinv.topics." + key + " must be at least " + least + ", got " + got
                                : "styleinv.topics." + key + " must be from " + least + " to " + most + ", got " + got);
            }
        }

        /** What a producer must be told so that the largest record passes. */
        public Map<String, Object> producerLimits() {
            return Map.of(
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    maxRecordBytes + DeadLetter.ROOM,
                    ProducerConfig.BUFFER_MEMORY_CONFIG,
                    Math.max(32L << 20, 4L * maxRecordBytes));
        }

        /** What a consumer must be told so that the largest record passes. */
        public Map<String, Object> consumerLimits() {
            return Map.of(
                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                    maxRecordBytes,
                    ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                    Math.max(16 << 20, maxRecordBytes));
        }
    }

    /** Topic of a variant's frames. */
    public static String frames(String variant) {
        if (!isVariant(variant)) {
            throw new IllegalArgumentException(
                    "\"" + variant + "\" cannot name a variant: use up to 63 of a-z, 0-9, _ and -, " + "not \"dead\"");
        }
        return FRAMES + variant;
    }

    /** The partition of {@code styleinv.broadcasts} that a key is on, as Kafka's own clients choose it. */
    public static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /** Whether a name can be a variant's, that is part of its topic's name. */
    public static boolean isVariant(String name) {
        return VARIANT.matcher(name).matches() && !name.equals("dead");
    }

    /** The topics of a mesh that has those variants, as they are to be. */
    public static List<NewTopic> wanted(Settings settings, Collection<String> variants) {
        Map<String, String> flow = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE, // one record a frame, keys are streams
                TopicConfig.RETENTION_MS_CONFIG,
                        String.valueOf(settings.retention().toMillis()),
                TopicConfig.SEGMENT_MS_CONFIG,
                        String.valueOf(settings.retention().toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(settings.maxRecordBytes()));
        Map<String, String> dead = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE, // some have no key
                TopicConfig.RETENTION_MS_CONFIG,
                        String.valueOf(settings.deadRetention().toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(settings.maxRecordBytes() + DeadLetter.ROOM));
        List<NewTopic> wanted = new ArrayList<>();
        wanted.add(topic(LATENTS, settings, settings.partitions(), flow));
        for (String variant : new LinkedHashSet<>(variants)) {
            wanted.add(topic(frames(variant), settings, settings.partitions(), flow));
        }
        wanted.add(topic(DEAD_LATENTS, settings, 1, dead));
        wanted.add(topic(DEAD_FRAMES, settings, 1, dead));
        wanted.add(topic(
                BROADCASTS,
                settings,
                settings.partitions(),
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
        return wanted;
    }

    /**
     * Creates what is missing of the mesh's topics and of the frame topics of those variants; widens topics that have
     * fewer partitions, and sets what nobody has set on one that a broker made by itself. May run at any time, by any
     * number of services at once.
     *
     * @throws TimeoutException if the broker does not answer in time
     */
    public static void ensure(Admin admin, Settings settings, Collection<String> variants, Duration limit)
            throws TimeoutException, InterruptedException {
        List<NewTopic> wanted = wanted(settings, variants);
        long millis = limit.toMillis();
        try {
            Set<String> there = admin.listTopics().names().get(millis, TimeUnit.MILLISECONDS);
            for (NewTopic topic : wanted) {
                if (!there.contains(topic.name())) {
                    create(admin, topic, millis);
                }
            }
            widen(admin, wanted, millis);
            configure(
                    admin,
                    wanted.stream()
                            .filter(topic -> there.contains(topic.name()))
                            .toList(),
                    millis);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            throw new IllegalStateException(
                    "topics could not be created: " + cause.getMessage() + "; may this service create topics?", cause);
        }
    }

    /** A topic that a broker made by itself, for someone who wrote to it, has the broker's settings and not ours. */
    private static void configure(Admin admin, List<NewTopic> topics, long millis)
            throws ExecutionException, InterruptedException, TimeoutException {
        for (NewTopic topic : topics) {
            ConfigResource name = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
            try {
                Config is = Objects.requireNonNull(
                        admin.describeConfigs(List.of(name))
                                .all()
                                .get(millis, TimeUnit.MILLISECONDS)
                                .get(name),
                        topic.name());
                List<AlterConfigOp> changes = new ArrayList<>();
                topic.configs().forEach((key, value) -> {
                    ConfigEntry entry = is.get(key);
                    boolean ours = entry == null
                            || value.equals(entry.value())
                            || entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
                    if (!ours) {
                        changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
                    }
                });
                if (!changes.isEmpty()) {
                    admin.incrementalAlterConfigs(Map.of(name, changes)).all().get(millis, TimeUnit.MILLISECONDS);
                }
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof AuthorizationException
                        || e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e; // who may not look leaves it to those who made the topic
                }
            }
        }
    }

    private static NewTopic topic(String name, Settings settings, int partitions, Map<String, String> configs) {
        return new NewTopic(name, partitions, settings.replication()).configs(configs);
    }

    private static void create(Admin admin, NewTopic topic, long millis)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            admin.createTopics(List.of(topic)).all().get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) { // another service was faster
                throw e;
            }
        }
    }

    private static void widen(Admin admin, List<NewTopic> wanted, long millis)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, TopicDescription> there = new HashMap<>();
        for (NewTopic topic : wanted) {
            try {
                there.putAll(admin.describeTopics(List.of(topic.name()))
                        .allTopicNames()
                        .get(millis, TimeUnit.MILLISECONDS));
            } catch (ExecutionException e) {
                // Created a moment ago and not yet known to the broker that answered: it has the width we asked for.
                continue;
            }
        }
        for (NewTopic topic : wanted) {
            TopicDescription is = there.get(topic.name());
            if (is != null && is.partitions().size() < topic.numPartitions()) {
                admin.createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(topic.numPartitions())))
                        .all()
                        .get(millis, TimeUnit.MILLISECONDS);
            }
        }
    }
}
