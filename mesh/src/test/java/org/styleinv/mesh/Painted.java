package org.styleinv.mesh;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.styleinv.proto.wire.Topics;

/** How many frames the decoders of a mesh have painted, of all streams: the ends of the base's topic. */
final class Painted implements AutoCloseable {
    private final Admin admin;
    private final Map<TopicPartition, OffsetSpec> ends;

    Painted(String kafka) throws ExecutionException, InterruptedException {
        admin = Admin.create(Map.of("bootstrap.servers", kafka));
        String topic = Topics.frames(Topics.BASE);
        ends = admin.describeTopics(java.util.List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                .collect(Collectors.toMap(
                        part -> new TopicPartition(topic, part.partition()), part -> OffsetSpec.latest()));
    }

    long count() throws ExecutionException, InterruptedException {
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    /** {@link #count} once it has not changed for half a second. */
    long atRest() throws ExecutionException, InterruptedException {
        long before = -1;
        long now = count();
        while (now != before) {
            TimeUnit.MILLISECONDS.sleep(500);
            before = now;
            now = count();
        }
        return now;
    }

    @Override
    public void close() {
        admin.close();
    }
}
