package org.styleinv.mesh.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.styleinv.client.BroadcastClient;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.fault.watch.BroadcastViewer;
import org.styleinv.mesh.fault.watch.Checker;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.History.Sighting;
import org.styleinv.mesh.fault.watch.History.Video;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.mesh.process.Fleet;
import org.styleinv.proto.GenerateRequest;

/**
 * A broadcast whose owner is killed: the process that makes its frames gets kill -9, and a viewer on Kafka must see
 * another go on with the frames that are due, and those of an undisturbed run.
 */
final class BroadcastRound {
    private static final String KIND = "kill -9 of a broadcast's owner";
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int BEFORE = 20; // frames that the viewer has seen when the owner dies
    private static final int AFTER = 30; // frames that it must see then, and again once all is well

    private final Fleet fleet;
    private final Duration longestGap;

    /** @param longestGap what a viewer may have to wait for the next frame */
    BroadcastRound(Fleet fleet, Duration longestGap) {
        this.fleet = fleet;
        this.longestGap = longestGap;
    }

    Round run(GenerateRequest video, double fps, int number) throws Exception {
        String id = "faults-" + number;
        GenerateRequest request = video.toBuilder().setFps(fps).build();
        Mesh.Door door = fleet.door();
        try (var client = BroadcastClient.connect(fleet.entrances(), door.access());
                var viewer = new BroadcastViewer(door.bootstrapServers(), door.kafka())) {
            String stream = client.start(id, request).getStream();
            viewer.awaitMore(stream, BEFORE, PATIENCE);
            String owner = owner();
            long struck = System.nanoTime();
            fleet.kill(owner);
            viewer.awaitMore(stream, AFTER, PATIENCE);
            fleet.awaitReady(owner); // it takes its share of the broadcasts back
            viewer.awaitMore(stream, AFTER, PATIENCE);
            client.stop(id);
            List<Sighting> seen = viewer.of(stream);
            List<Violation> violations = Checker.broadcast(
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
        try (var client = StreamClient.connect(
                        fleet.entrances(),
                        StreamClient.Settings.DEFAULT,
                        fleet.door().access());
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

    /** Name of the process that makes the only broadcast: its metrics say so. */
    private String owner() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            List<String> makers = new ArrayList<>();
            for (String name : fleet.names()) {
                if (name.startsWith("motion") && fleet.metric(name, "styleinv_motion_broadcasts") > 0) {
                    makers.add(name);
                }
            }
            if (makers.size() == 1) { // who lost it makes it for a second more
                return makers.get(0);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IllegalStateException("nobody makes the broadcast after " + PATIENCE.toSeconds() + " s");
    }
}
