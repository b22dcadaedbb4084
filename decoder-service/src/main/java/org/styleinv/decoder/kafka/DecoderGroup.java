package org.styleinv.decoder.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Decoders that paint the same variants share the latents among them, so they are one consumer group: its name says which.
 * A decoder whose variants change moves to another group, and takes along how far the old one had come.
 */
final class DecoderGroup {
    private static final Logger LOG = Logger.getLogger(DecoderGroup.class);

    private DecoderGroup() {}

    static String of(List<String> variants) {
        return "styleinv.decoder." + String.join(".", variants.stream().sorted().toList());
    }

    /** Lets {@code to} begin where {@code from} is, unless it already has members, who then did the same. */
    static void carry(Admin admin, String from, String to, Duration limit)
            throws InterruptedException, TimeoutException {
        try {
            Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>(offsets(admin, from, limit));
            Map<TopicPartition, OffsetAndMetadata> further = offsets(admin, to, limit);
            positions
                    .entrySet()
                    .removeIf(at -> further.containsKey(at.getKey())
                            && further.get(at.getKey()).offset()
                                    >= at.getValue().offset());
            if (!positions.isEmpty()) {
                admin.alterConsumerGroupOffsets(to, positions).all().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException e) {
            LOG.infof(
                    "the group begins where it was or with the oldest latents, deadlines drop what is too old group=%s cause=\"%s\"",
                    to, e.getMessage());
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Admin admin, String group, Duration limit)
            throws InterruptedException, TimeoutException, ExecutionException {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(limit.toMillis(), TimeUnit.MILLISECONDS));
        offsets.values().removeIf(at -> at == null);
        return offsets;
    }
}
