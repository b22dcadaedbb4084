package org.styleinv.mesh.fault.blow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.RecordWatch;
import org.styleinv.mesh.fault.watch.Viewer;
import org.styleinv.mesh.process.Fleet;
import org.styleinv.proto.wire.Topics;

/**
 * Something that goes wrong.
 *
 * @param kind  its row in the table
 * @param variant what viewers watch
 * @param swapped labels of models that take each other's place: each must be seen; none where the model stays
 * @param opened processes that let a debugger in, in this round only
 * @param slowness by what the pace of viewers is divided, so that their streams outlast a long round
 * @param blow  does it, and returns when it is over: what died may then still be starting
 */
public record Fault(String kind, String variant, Set<String> swapped, Set<String> opened, int slowness, Blow blow) {
    private static final Duration FROZEN = Duration.ofSeconds(15);
    private static final Duration FULL = Duration.ofSeconds(10);

    /**
     * What a fault may lay hands on.
     *
     * @param disk    where one could be mounted
     * @param viewers who watches now; it grows
     * @param broken  for what is wrong and no viewer sees
     */
    public record Stage(
            Fleet fleet, Optional<SmallDisk> disk, Random random, List<Viewer> viewers, List<Violation> broken) {
        private static final int SEEN = 10; // frames of each viewer between two steps of a fault

        /** Waits until each viewer has seen some frames more. */
        void seeMore(Duration patience) throws InterruptedException {
            List<Viewer> there = List.copyOf(viewers);
            List<Integer> wanted =
                    there.stream().map(viewer -> viewer.seen() + SEEN).toList();
            for (int i = 0; i < there.size(); i++) {
                if (!there.get(i).await(wanted.get(i), patience)) {
                    broken.add(new Violation(
                            Rule.STALL,
                            there.get(i).name(),
                            "saw fewer than " + SEEN + " frames in " + patience.toSeconds() + " s"));
                }
            }
        }

        /** Where no record is wrong none may be refused. */
        void demandNoneRefused(RecordWatch records, long before) {
            if (records.refused() > before) {
                broken.add(
                        new Violation(Rule.REFUSED, "topics", (records.refused() - before) + " records were refused"));
            }
        }
    }

    public Fault(String kind, Blow blow) {
        this(kind, 1, blow);
    }

    Fault(String kind, int slowness, Blow blow) {
        this(kind, Topics.BASE, Set.of(), Set.of(), slowness, blow);
    }

    @FunctionalInterface
    public interface Blow {
        void strike(Stage stage) throws Exception;
    }

    /** Nothing goes wrong: what the others are compared to. */
    public static Fault none() {
        return new Fault("none", stage -> {});
    }

    public static Fault kill(String name) {
        return new Fault("kill -9 " + name, stage -> stage.fleet().kill(name));
    }

    public static Fault restart(String name) {
        return new Fault("restart " + name, stage -> {
            stage.fleet().stop(name);
            stage.fleet().start(name);
        });
    }

    /** Time stands still for a process: its peers cannot tell whether it is dead. */
    public static Fault freeze(String name) {
        return new Fault("SIGSTOP " + name + " 15 s", stage -> {
            stage.fleet().freeze(name);
            try {
                TimeUnit.NANOSECONDS.sleep(FROZEN.toNanos());
            } finally {
                stage.fleet().thaw(name);
            }
        });
    }

    /** The consumer group goes from one member to two and back to one. */
    public static Fault rebalance(String second) {
        return new Fault("rebalance 2-1-2-1-2", stage -> {
            for (int i = 0; i < 2; i++) {
                stage.fleet().stop(second);
                stage.fleet().start(second);
                stage.fleet().awaitReady(second);
            }
        });
    }

    public static Fault copies(Duration time) {
        return new Fault(
                "records twice more, late, shuffled",
                stage -> Copies.write(
                        stage.fleet().door().kafkaClient(),
                        List.of(Topics.LATENTS, Topics.frames(Topics.BASE)),
                        time,
                        stage.random()));
    }

    /** Latents that nobody has read are taken out of the topic. */
    public static Fault loss() {
        return new Fault("unread latents deleted", stage -> {
            List<String> decoders = new ArrayList<>(stage.fleet().names());
            decoders.removeIf(name -> !name.startsWith("decoder"));
            for (String name : decoders) {
                stage.fleet().freeze(name);
            }
            try (var admin = Admin.create(stage.fleet().door().kafkaClient())) {
                TimeUnit.SECONDS.sleep(1); // latents pile up
                Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
                ends(admin).forEach((part, end) -> all.put(part, RecordsToDelete.beforeOffset(end)));
                admin.deleteRecords(all).all().get(20, TimeUnit.SECONDS);
            } finally {
                for (String name : decoders) {
                    stage.fleet().thaw(name);
                }
            }
        });
    }

    private static Map<TopicPartition, Long> ends(Admin admin) throws Exception {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        Objects.requireNonNull(
                        admin.describeTopics(List.of(Topics.LATENTS))
                                .allTopicNames()
                                .get(20, TimeUnit.SECONDS)
                                .get(Topics.LATENTS),
                        Topics.LATENTS)
                .partitions()
                .forEach(part ->
                        question.put(new TopicPartition(Topics.LATENTS, part.partition()), OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(question)
                .all()
                .get(20, TimeUnit.SECONDS)
                .forEach((part, found) -> ends.put(part, found.offset()));
        return ends;
    }

    /** The broker's disk is full for a while: it stops, is started in vain, and comes back when there is room. */
    public static Fault fullDisk() {
        return new Fault("full disk for the broker 10 s", stage -> {
            SmallDisk disk = stage.disk().orElseThrow();
            disk.fill();
            try {
                TimeUnit.NANOSECONDS.sleep(FULL.toNanos());
            } finally {
                disk.empty();
            }
        });
    }
}
