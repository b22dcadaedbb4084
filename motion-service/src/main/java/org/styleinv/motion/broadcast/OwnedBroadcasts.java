package org.styleinv.motion.broadcast;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.door.meter.Meters;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.motion.request.FirstFrames;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.network.serving.Watchdog;

/**
 * The broadcasts that this replica makes: those of the partitions it owns. All that is here happens on one thread, but
 * for what waits for other services.
 * Each is in one {@link BroadcastState}.
 */
final class OwnedBroadcasts implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(OwnedBroadcasts.class);
    private static final long TICK_MS = 100;
    private static final long KEEP_MS = 1000;
    private static final long AGAIN_MS = 500;
    private static final long AGAIN_LATER_MS = 5000; // what another service refuses it will not allow so soon
    private static final long PACE_MS = 5;

    /** A broadcast that is made here, or will be in a moment. */
    private static final class Running {
        private final LiveBroadcast live;
        private BroadcastState state = BroadcastState.FIRST;

        Running(LiveBroadcast live) {
            this.live = live;
        }
    }

    private final Supplier<BroadcastTable.State> table;
    private final FirstFrames firstFrames;
    private final PeerServices peers;
    private final Animator animator;
    private final LatentPublisher publisher;
    private final Consumer<ProducerRecord<byte[], byte[]>> records;
    private final Duration lead;
    private final InstantSource clock;
    private final ExecutorService setup;
    private final ScheduledThreadPoolExecutor turns;
    private final Map<String, Running> running = new HashMap<>(); // by stream
    private final Watchdog watchdog = new Watchdog("motion-broadcasts has been at one turn");
    private final Set<BroadcastTable.Refused> buried = new HashSet<>();
    private final AtomicInteger made = new AtomicInteger();
    private final Counter dropped;
    private volatile Set<Integer> owned = Set.of();

    /**
     * @param table what is live
     * @param records writes to {@code styleinv.broadcasts}, and does not wait
     * @param setup runs what waits for other services
     */
    OwnedBroadcasts(
            Supplier<BroadcastTable.State> table,
            FirstFrames firstFrames,
            PeerServices peers,
            Animator animator,
            LatentPublisher publisher,
            Consumer<ProducerRecord<byte[], byte[]>> records,
            ExecutorService setup,
            Duration lead,
            InstantSource clock,
            MeterRegistry meters) {
        this.table = table;
        this.firstFrames = firstFrames;
        this.peers = peers;
        this.animator = animator;
        this.publisher = publisher;
        this.records = records;
        this.setup = setup;
        this.lead = lead;
        this.clock = clock;
        dropped = Meters.counter(
                meters, "styleinv.motion.broadcasts.dropped", "frames of broadcasts left out because they were late");
        Meters.gauge(meters, "styleinv.motion.broadcasts", "broadcasts that this replica makes", made::get);
        turns = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "motion-broadcasts");
            thread.setDaemon(true);
            return thread;
        });
        turns.setRemoveOnCancelPolicy(true);
        turns.scheduleWithFixedDelay(() -> turn(this::reconcile), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        turns.scheduleWithFixedDelay(() -> turn(this::keep), KEEP_MS, KEEP_MS, TimeUnit.MILLISECONDS);
    }

    /** In trouble where the broadcasts' loop has been at one turn for longer than {@code limit}. */
    Health health(Duration limit) {
        return Health.of("motion-broadcasts", watchdog.stuck(limit));
    }

    Set<Integer> owned() {
        return owned;
    }

    /** These partitions are owned from now on, and no others. */
    void own(Set<Integer> partitions) {
        soon(
                () -> {
                    owned = partitions;
                    reconcile();
                },
                0);
    }

    /** The table is another. */
    void changed() {
        soon(this::reconcile, 0);
    }

    private void soon(Runnable body, long ms) {
        try {
            turns.schedule(() -> turn(body), ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the broadcasts have stopped");
        }
    }

    private void turn(Runnable body) {
        watchdog.begin();
        try {
            body.run();
        } catch (RuntimeException e) { // one broadcast's trouble must not stop the clock
            LOG.error("a turn of the broadcasts failed", e);
        }
        watchdog.end();
    }

    private void reconcile() {
        Map<String, LiveBroadcast> live = new HashMap<>();
        for (LiveBroadcast one : table.get().live().values()) {
            if (!one.over(clock.millis())) {
                live.put(one.stream().toString(), one);
            }
        }
        for (Running one : List.copyOf(running.values())) {
            String stream = one.live.stream().toString();
            if (!live.containsKey(stream)) {
                end(one, !one.live.over(clock.millis()));
            } else if (owned.contains(one.live.partition())) {
                one.state = one.state.owned();
            } else if (one.state.lost(System.nanoTime()) instanceof BroadcastState.Lingering lingering) {
                one.state = lingering;
            } else {
                end(one, false);
            }
        }
        live.forEach((stream, one) -> {
            if (owned.contains(one.partition()) && !running.containsKey(stream)) {
                Running fresh = new Running(one);
                running.put(stream, fresh);
                begin(fresh);
            }
        });
    }

    /**
     * Writes the end of what is over, again what another record would hide from those who read later, and dead letters. A
     * partition's next owner may write the last of these again.
     */
    private void keep() {
        BroadcastTable.State now = table.get();
        buried.retainAll(now.refused());
        for (BroadcastTable.Refused one : now.refused()) {
            if (owned.contains(one.record().partition()) && !buried.contains(one)) {
                one.stopped().ifPresent(over -> records.accept(over.tombstone()));
                if (one.fresh()) {
                    publisher.refuse(one.record(), one.reason(), one.cause());
                }
                buried.add(one); // or, if that failed, it is written at the next turn
            }
        }
        now.live().forEach((key, live) -> {
            if (!owned.contains(live.partition())) {
                return;
            }
            if (live.over(clock.millis())) {
                records.accept(live.tombstone());
            } else if (now.hidden().contains(key)) {
                LOG.infof("a broadcast's record is written again id=%s", key);
                records.accept(live.record());
            }
        });
    }

    private void begin(Running one) {
        try {
            setup.execute(() -> {
                try {
                    CheckedRequest request = one.live.request();
                    peers.variants(request.looks());
                    FirstFrames.Still still =
                            firstFrames.still(one.live.broadcast().getRequest(), request);
                    MotionModel.Scene scene = firstFrames.begin(still);
                    soon(() -> begun(one, one.live.with(still.request()), scene), 0);
                } catch (StatusRuntimeException e) {
                    soon(() -> failed(one, e.getStatus()), 0);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException e) {
                    soon(() -> failed(one, Status.INTERNAL.withDescription(e.getMessage())), 0);
                }
            });
        } catch (RejectedExecutionException e) { // too much waits, or all stops: the next turn finds it not begun
            running.remove(one.live.stream().toString(), one);
            LOG.debugf("broadcast begins later, for others are beginning id=%s", one.live.key());
        }
    }

    private void begun(Running one, LiveBroadcast live, MotionModel.Scene scene) {
        if (one.state.isOver()) {
            firstFrames.end(scene);
            return;
        }
        BroadcastSource source =
                new BroadcastSource(live, scene, scene.model(), lead.toMillis(), clock, publisher::send, dropped);
        one.state = one.state.begun(source);
        made.incrementAndGet();
        animator.add(source);
        LOG.infof(
                "broadcast begins here id=%s stream=%s place=%d",
                one.live.key(), one.live.stream(), one.live.place(clock.millis()));
        pace(one);
    }

    private void failed(Running one, Status status) {
        boolean lasting = status.getCode() == Status.Code.NOT_FOUND || status.getCode() == Status.Code.INVALID_ARGUMENT;
        long again = lasting ? AGAIN_LATER_MS : AGAIN_MS;
        LOG.warnf(
                "broadcast cannot begin and is tried again in %d ms id=%s cause=\"%s\"",
                again, one.live.key(), status.getDescription());
        soon(() -> running.remove(one.live.stream().toString(), one), again);
    }

    /** Wakes the engine whenever a frame's time has come. */
    private void pace(Running one) {
        one.state.frames().ifPresent(source -> {
            animator.wake();
            soon(() -> pace(one), Math.max(PACE_MS, source.untilNext(clock.millis())));
        });
    }

    private void end(Running one, boolean cancel) {
        Optional<BroadcastSource> source = one.state.frames();
        one.state = new BroadcastState.Over();
        running.remove(one.live.stream().toString(), one);
        source.ifPresent(began -> stop(one, began, cancel));
    }

    private void stop(Running one, BroadcastSource source, boolean cancel) {
        source.close();
        animator.remove(source);
        firstFrames.end(source.scene());
        made.decrementAndGet();
        if (cancel) {
            publisher.cancel(one.live.stream().toString());
        }
        LOG.infof("broadcast ends here id=%s stream=%s", one.live.key(), one.live.stream());
    }

    @Override
    public void close() {
        turns.shutdownNow();
    }
}
