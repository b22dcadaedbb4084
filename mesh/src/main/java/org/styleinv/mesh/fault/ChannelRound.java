package org.styleinv.mesh.fault;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.styleinv.client.BroadcastClient;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.fault.Checker.Violation;
import org.styleinv.mesh.fault.History.Sighting;
import org.styleinv.mesh.fault.History.Video;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.mesh.process.Fleet;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.Topics;

/**
 * A live channel whose owner is killed: the process that makes its frames gets kill -9, and a viewer on Kafka must see
 * another go on with the frames that are due, and those of an undisturbed run.
 */
final class ChannelRound {
    private static final String KIND = "kill -9 of a broadcast's owner";
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int BEFORE = 20; // frames that the viewer has seen when the owner dies
    private static final int AFTER = 30; // frames that it must see then, and again once all is well

    private final Fleet fleet;
    private final Duration longestGap;

    /** @param longestGap what a viewer may have to wait for the next frame */
    ChannelRound(Fleet fleet, Duration longestGap) {
        this.fleet = fleet;
        this.longestGap = longestGap;
    }

    Round run(GenerateRequest video, double fps, int number) throws Exception {
        String id = "faults-" + number;
        GenerateRequest request = video.toBuilder().setFps(fps).build();
        String kafka = fleet.door().bootstrapServers();
        try (var client = BroadcastClient.connect(fleet.entrances());
                var viewer = new ChannelViewer(kafka)) {
            String stream = client.start(id, request).getStream();
            viewer.awaitMore(stream, BEFORE, PATIENCE);
            String owner = owner(kafka, id);
            long struck = System.nanoTime();
            fleet.kill(owner);
            viewer.awaitMore(stream, AFTER, PATIENCE);
            fleet.awaitReady(owner); // it takes its share of the channels back
            viewer.awaitMore(stream, AFTER, PATIENCE);
            client.stop(id);
            List<Sighting> seen = viewer.of(stream);
            List<Violation> violations = Checker.channel(
                    "broadcast " + id, number(video), seen, truth(request, seen), struck, 2 * AFTER, longestGap);
            double pause = Checker.longestPause(seen, struck);
            return new Round(KIND, pause, newcomer(seen, struck), seen.size(), seen.size(), violations);
        }
    }

    private static String number(GenerateRequest video) {
        return "video of seed " + video.getSeed();
    }

    /** Seconds until somebody who came with the blow saw a frame. */
    private static double newcomer(List<Sighting> seen, long struck) {
        Optional<Sighting> first =
                seen.stream().filter(frame -> frame.nanos() > struck).findFirst();
        return first.map(frame -> (frame.nanos() - struck) / 1e9).orElse(Double.POSITIVE_INFINITY);
    }

    /** The frames that were due, from a mesh that is well. */
    private Map<Video, Map<Long, String>> truth(GenerateRequest request, List<Sighting> seen) {
        Map<Video, Map<Long, String>> truth = new HashMap<>();
        if (seen.isEmpty()) {
            return truth;
        }
        LongSummaryStatistics range = seen.stream().mapToLong(Sighting::index).summaryStatistics();
        try (var client = StreamClient.connect(fleet.entrances());
                var frames = client.stream(request.toBuilder()
                        .setFirstIndex(range.getMin())
                        .setFrameCount(range.getMax() - range.getMin() + 1)
                        .build())) {
            frames.forEachRemaining(frame -> truth.computeIfAbsent(
                            new Video(number(request), frame.getVariant(), frame.getModel()), key -> new TreeMap<>())
                    .put(frame.getIndex(), Pixels.of(frame.getImage()).sha256()));
        }
        return truth;
    }

    /** Name of the process that makes a channel: a member of the group says in its name which replica it is. */
    private static String owner(String kafka, String id) throws Exception {
        int partitions = Topics.Settings.DEFAULTS.partitions();
        int partition = Topics.partition(id, partitions);
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end) {
                ConsumerGroupDescription group = admin.describeConsumerGroups(List.of(Topics.BROADCASTS))
                        .all()
                        .get(20, TimeUnit.SECONDS)
                        .get(Topics.BROADCASTS);
                for (MemberDescription member : group.members()) {
                    if (group.groupState() == GroupState.STABLE
                            && member.assignment().topicPartitions().stream()
                                    .anyMatch(part -> part.partition() == partition)) {
                        String client = member.clientId();
                        int replica = Integer.parseInt(client.substring(client.lastIndexOf('-') + 1));
                        return replica == 0 ? "motion" : "motion-" + (replica + 1);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IllegalStateException(
                "nobody owns the broadcast \"" + id + "\" after " + PATIENCE.toSeconds() + " s");
    }
}
