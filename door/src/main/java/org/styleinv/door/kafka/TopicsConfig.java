package org.styleinv.door.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.styleinv.proto.wire.Topics;

/** How topics are created; the same in every service of a mesh. */
@ConfigMapping(prefix = "styleinv.topics")
public interface TopicsConfig {
    /** Partitions of each topic, 1 to 10,000: the most decoders of one variant, and the most motion replicas. */
    @WithDefault("4")
    int partitions();

    /** Copies of each partition, 1 to the number of brokers. */
    @WithDefault("1")
    short replication();

    /** How long latents and frames are kept, from 1 minute. */
    @WithDefault("PT10M")
    Duration retention();

    /** How long refused records are kept, from 1 minute. */
    @WithDefault("P7D")
    Duration deadRetention();

    /**
     * Largest record in bytes, from 65,536. It limits topics, producers and consumers together; a raw frame of 1024x1024
     * has 3,145,728.
     */
    @WithDefault("8388608")
    int maxRecordBytes();

    default Topics.Settings settings() {
        return new Topics.Settings(partitions(), replication(), retention(), deadRetention(), maxRecordBytes());
    }
}
