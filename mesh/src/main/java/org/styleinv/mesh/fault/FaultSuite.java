package org.styleinv.mesh.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.fault.blow.Fault;
import org.styleinv.mesh.fault.blow.SmallDisk;
import org.styleinv.mesh.fault.watch.Checker;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.History;
import org.styleinv.mesh.fault.watch.History.Reading;
import org.styleinv.mesh.fault.watch.History.Video;
import org.styleinv.mesh.fault.watch.TopicRecorder;
import org.styleinv.mesh.fault.watch.Viewer;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.mesh.process.Fleet;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Pace;

/**
 * Breaks a mesh of processes again and again while viewers watch. In each round two viewers are in the middle of their
 * streams, one on each replica of motion-service, when the fault strikes, and a third comes with it; when the fault is over
 * and every process is ready, all must go on. The {@link Checker} says whether they saw what an undisturbed mesh shows.
 */
public final class FaultSuite implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int BEFORE = 20; // frames that a viewer has seen when the fault strikes
    private static final int WARM = 120; // where a process was started for the round: a new engine is given time
    private static final int AFTER = 30; // frames that it must see once all is well again
    private static final int STREAMS = 8; // where replicas come and go
    private static final long WATCH_MS = 50;

    private final Fleet fleet;
    private final Plan plan;
    private final Fault.Stage stage;
    private final Consumer<String> news;
    private final Map<Video, Map<Long, String>> truth = new HashMap<>();
    private final Thread watch = new Thread(this::watch, "fleet-watch");
    private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
    private Optional<TopicRecorder> recorder = Optional.empty(); // from the first round on
    private volatile boolean closed;
    private volatile @Nullable Exception lost;

    /**
     * What is streamed.
     *
     * @param videos requests by name, at least three; the third is the newcomer's
     * @param fps    pace of viewers
     * @param frames of each video that are known from an undisturbed run, and the most a viewer sees in a round
     */
    public record Plan(List<GenerateRequest> videos, double fps, int frames) {}

    /** Starts the mesh. */
    FaultSuite(Fleet fleet, Plan plan, Optional<SmallDisk> disk, Consumer<String> news) throws Exception {
        this.fleet = fleet;
        this.plan = plan;
        this.news = news;
        fleet.start();
        watch.setDaemon(true);
        watch.start();
        stage = new Fault.Stage(fleet, disk, new Random(5), viewers, Collections.synchronizedList(new ArrayList<>()));
    }

    /** Lets the mesh, undisturbed, show all videos in a variant; again when the variant has got another model. */
    void learn(String variant) {
        IntStream.range(0, plan.videos().size()).parallel().forEach(i -> {
            GenerateRequest video = plan.videos().get(i);
            learn("video " + i, video.toBuilder().setVariant(variant).build());
        });
    }

    private void watch() {
        try {
            while (!closed) {
                fleet.watch(news);
                TimeUnit.MILLISECONDS.sleep(WATCH_MS);
            }
        } catch (IOException | RuntimeException e) {
            lost = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void learn(String name, GenerateRequest video) {
        try (var client = StreamClient.connect(
                        fleet.entrances(),
                        StreamClient.Settings.DEFAULT,
                        fleet.door().access());
                var frames = client.stream(
                        video.toBuilder().setFrameCount(plan.frames()).build())) {
            frames.forEachRemaining(frame -> learn(name, frame));
        }
    }

    private synchronized void learn(String name, Frame frame) {
        truth.computeIfAbsent(new Video(name, frame.getVariant(), History.label(frame)), video -> new TreeMap<>())
                .put(frame.getIndex(), Pixels.of(frame.getImage()).sha256());
    }

    /** One fault, and all that was seen of it. */
    Round round(Fault fault, int number) throws Exception {
        if (fault.opened().isEmpty()) {
            return watched(fault, number);
        }
        for (String name : fault.opened()) {
            fleet.open(name);
        }
        awaitReady();
        Round round = watched(fault, number);
        for (String name : fault.opened()) {
            fleet.stop(name);
            fleet.start(name);
        }
        awaitReady();
        return round;
    }

    private void awaitReady() throws InterruptedException {
        for (String name : fleet.names()) {
            fleet.awaitReady(name);
        }
    }

    private TopicRecorder recorder() {
        if (recorder.isEmpty()) {
            recorder = Optional.of(
                    new TopicRecorder(fleet.door().kafkaClient(), fleet.door().variants()));
        }
        return recorder.get();
    }

    private Round watched(Fault fault, int number) throws Exception {
        List<String> doors = fleet.entrances();
        TopicRecorder topics = recorder();
        try {
            for (int i = 0; i < 2; i++) {
                viewers.add(viewer(number, fault, i, turned(doors, i)));
            }
            int before = fault.opened().isEmpty() ? BEFORE : WARM;
            for (Viewer viewer : viewers) {
                viewer.await(before, PATIENCE);
            }
            var blow = new Thread(() -> strike(fault), "fault");
            long struck = System.nanoTime();
            blow.start();
            viewers.add(viewer(number, fault, 2, turned(doors, number)));
            blow.join();
            awaitReady();
            for (Viewer viewer : viewers) {
                viewer.leaveAfter(AFTER);
            }
            for (Viewer viewer : viewers) {
                viewer.await(Integer.MAX_VALUE, PATIENCE);
            }
            if (lost != null) {
                throw lost;
            }
            return judge(fault, struck, topics);
        } finally {
            viewers.forEach(Viewer::close);
            viewers.clear();
        }
    }

    /** Kill -9 of whoever makes a broadcast; see {@link BroadcastRound}. */
    Round broadcast(int number, Duration longestGap) throws Exception {
        Round round = new BroadcastRound(fleet, longestGap).run(plan.videos().get(0), plan.fps(), number);
        awaitReady();
        if (lost != null) {
            throw lost;
        }
        return round;
    }

    /**
     * One replica of motion-service, three, and one again, under eight streams: none ends or pauses for long, and new ones reach
     * all three.
     *
     * @param longestPause of any stream
     */
    Round scaling(int number, Duration longestPause) throws Exception {
        List<String> others = List.of("motion-2", "motion-3");
        var fault = new Fault("motion 1-3-1 under eight streams", stage -> {});
        TopicRecorder topics = recorder();
        others.forEach(fleet::stop);
        List<String> doors = fleet.allEntrances();
        double fps = plan.fps() / 4; // two cores paint eight streams in time
        try {
            for (int i = 0; i < STREAMS; i++) {
                viewers.add(viewer(number, fault, i % plan.videos().size(), doors, fps));
            }
            awaitMore(BEFORE);
            long struck = System.nanoTime();
            for (String name : others) {
                fleet.start(name);
            }
            awaitReady();
            awaitMore(AFTER);
            for (int i = 0; i < others.size(); i++) {
                viewers.add(viewer(number, fault, i, turned(doors, i + 1), fps));
            }
            awaitMore(BEFORE);
            for (String name : others) {
                if (fleet.metric(name, "styleinv_motion_streams") < 1) {
                    stage.broken().add(new Violation(Rule.STALL, name, "no new stream reached it"));
                }
            }
            others.forEach(fleet::stop);
            awaitMore(AFTER);
            for (Viewer viewer : viewers) {
                viewer.leaveAfter(1);
            }
            for (Viewer viewer : viewers) {
                viewer.await(Integer.MAX_VALUE, PATIENCE);
            }
            fleet.start(others.get(0)); // as it was
            awaitReady();
            Round round = judge(fault, struck, topics);
            if (round.recovery() > longestPause.toSeconds()) {
                round.violations()
                        .add(new Violation(
                                Rule.STALL,
                                "streams",
                                "a stream paused for " + round.recovery() + " s, more than "
                                        + longestPause.toSeconds()));
            }
            return round;
        } finally {
            viewers.forEach(Viewer::close);
            viewers.clear();
        }
    }

    private void awaitMore(int more) throws InterruptedException {
        List<Integer> wanted =
                viewers.stream().map(viewer -> viewer.seen() + more).toList();
        for (int i = 0; i < wanted.size(); i++) {
            viewers.get(i).await(wanted.get(i), PATIENCE);
        }
    }

    private static List<String> turned(List<String> doors, int by) {
        List<String> turned = new ArrayList<>(doors);
        Collections.rotate(turned, -by);
        return turned;
    }

    private Viewer viewer(int round, Fault fault, int video, List<String> doors) {
        return viewer(round, fault, video, doors, plan.fps() / fault.slowness());
    }

    private Viewer viewer(int round, Fault fault, int video, List<String> doors, double fps) {
        GenerateRequest request = plan.videos().get(video).toBuilder()
                .setFrameCount(plan.frames())
                .setVariant(fault.variant())
                .setFps(fps)
                .setPace(Pace.REAL_TIME)
                .build();
        return new Viewer(
                "round " + round + " viewer " + video,
                "video " + video,
                doors,
                fleet.door().access(),
                request,
                PATIENCE);
    }

    private void strike(Fault fault) {
        try {
            fault.blow().strike(stage);
        } catch (Exception e) {
            lost = e;
        }
    }

    private Round judge(Fault fault, long struck, TopicRecorder topics) throws InterruptedException {
        List<Reading> readings = viewers.stream().map(Viewer::reading).toList();
        TopicRecorder.Taken topic = topics.take(Duration.ofSeconds(30));
        List<Violation> violations = new ArrayList<>(stage.broken());
        stage.broken().clear();
        violations.addAll(Checker.check(new History(truth, readings, topic.kept()), fault.swapped()));
        topic.unreadable()
                .forEach(sentence -> violations.add(new Violation(Rule.PIXELS, "topic", "no frame at " + sentence)));
        if (!topic.complete()) {
            violations.add(new Violation(Rule.END, "topic", "the topic could not be read to its end"));
        }
        double pause = 0;
        for (Viewer viewer : viewers) {
            pause = Math.max(pause, viewer.longestPause(struck));
        }
        int frames = viewers.stream().mapToInt(Viewer::seen).sum();
        return new Round(
                fault.kind(),
                pause,
                viewers.get(2).firstFrame(),
                frames,
                topic.kept().size(),
                violations);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        watch.join();
        recorder.ifPresent(TopicRecorder::close);
        fleet.close();
    }
}
