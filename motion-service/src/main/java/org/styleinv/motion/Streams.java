package org.styleinv.motion;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.styleinv.network.serving.Watchdog;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.StreamId;
import org.styleinv.proto.wire.VariantSchedule;

/** All streams of this replica: starts them, gives them their frames, and ends them. */
final class Streams implements FrameReader.Sink, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Streams.class);
    private static final int SETUP_THREADS = 4;
    private static final long TICK_MS = 100;

    private final MotionConfig config;
    private final Motion model;
    private final Animator animator;
    private final Peers peers;
    private final Scenes scenes;
    private final Outbox outbox;
    private final Function<String, CompletableFuture<Void>> follow;
    private final List<Integer> partitions;
    private final Session.Patience patience;
    private final Map<String, Session<?>> all = new ConcurrentHashMap<>();
    private final Map<String, Session<Frame>> framed = new ConcurrentHashMap<>();
    private final Room room;
    private final AtomicInteger turn = new AtomicInteger();
    private final ThreadPoolExecutor setup;
    private final ScheduledThreadPoolExecutor clock;
    private final Watchdog watchdog = new Watchdog("motion-clock has been at one turn");
    private final Counter frames;
    private final Counter repeats;
    private final Counter resends;

    /**
     * @param model answers about itself only
     * @param follow reads a variant's frames from now on
     * @param partitions frames may come back on
     */
    Streams(
            MotionConfig config,
            Motion model,
            Animator animator,
            Peers peers,
            Outbox outbox,
            Function<String, CompletableFuture<Void>> follow,
            List<Integer> partitions,
            MeterRegistry meters) {
        this.config = config;
        this.model = model;
        this.animator = animator;
        this.peers = peers;
        room = new Room(config.maxStreams(), all.values());
        scenes = new Scenes(model, animator, peers);
        this.outbox = outbox;
        this.follow = follow;
        this.partitions = partitions;
        patience = new Session.Patience(
                config.resendAfter().toNanos(),
                config.stallAfter().toNanos(),
                config.latentLife().toMillis());
        setup = new ThreadPoolExecutor(
                SETUP_THREADS,
                SETUP_THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> daemon(task, "motion-setup"));
        clock = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "motion-clock"));
        clock.setRemoveOnCancelPolicy(true);
        clock.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        frames = meters.counter("styleinv.motion.frames");
        repeats = meters.counter("styleinv.motion.frames.repeated");
        resends = meters.counter("styleinv.motion.latents.resent");
        Gauge.builder("styleinv.motion.streams", room, Room::taken).register(meters);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Streams painted frames. */
    void frames(GenerateRequest request, ServerCallStreamObserver<Frame> client) {
        new Opening<>(this, scenes, newId(), request, client, true).enter();
    }

    /** Streams latents for a client with its own decoder. */
    void latents(GenerateRequest request, ServerCallStreamObserver<Latent> client) {
        new Opening<>(this, scenes, newId(), request, client, false).enter();
    }

    private StreamId newId() {
        return StreamId.on(partitions.get(Math.floorMod(turn.getAndIncrement(), partitions.size())));
    }

    /** Who may come in. */
    Room room() {
        return room;
    }

    /** Runs what a stream needs before its first frame; throws {@link RejectedExecutionException} at shutdown. */
    void setUp(Runnable task) {
        setup.execute(task);
    }

    /** Frames of all those variants come back from now on; failures are the statuses a client should see. */
    void readFrames(VariantSchedule looks) throws InterruptedException {
        peers.variants(looks);
        for (String variant : looks.variants()) {
            readFrames(variant);
        }
    }

    private void readFrames(String variant) throws InterruptedException {
        try {
            follow.apply(variant).get(config.peerTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | IllegalStateException | KafkaException e) {
            throw Status.UNAVAILABLE
                    .withDescription("Kafka does not answer, so frames could not come back; is the broker up?")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** A session that is not yet one of all. */
    <T> Session<T> session(
            StreamId id,
            Plan plan,
            Motion.Scene scene,
            ServerCallStreamObserver<T> client,
            Line line,
            boolean painted) {
        Ways<T> ways = new Ways<>(id, line, painted);
        ways.session = new Session<>(
                id.toString(), id.partition(), plan, scene, scene.model(), config.window(), patience, client, ways);
        return ways.session;
    }

    /** From now on it has its turns and its frames. */
    @SuppressWarnings("unchecked")
    void register(Session<?> fresh, Line line, boolean painted) {
        line.watch();
        all.put(fresh.id(), fresh);
        if (painted) {
            framed.put(fresh.id(), (Session<Frame>) fresh); // a painted stream's client takes frames
        }
        animator.add(fresh);
    }

    @Override
    public boolean wants(String stream) {
        return framed.containsKey(stream);
    }

    @Override
    public String frame(Frame frame) {
        Session<Frame> session = framed.get(frame.getStream());
        if (session == null) {
            return "";
        }
        frames.increment();
        try {
            return session.arrive(
                    frame.getIndex(), frame, latent -> Answer.complaint(latent, frame, model.resolution()));
        } catch (RuntimeException e) { // one stream's trouble must not stop the reader of all
            LOG.errorf(e, "stream failed stream=%s", session.id());
            session.fail(Status.INTERNAL.withDescription("stream " + session.id() + " failed: " + e.getMessage()));
            return "";
        }
    }

    @Override
    public void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String cause) {
        outbox.refuse(record, reason, cause);
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /** Why no stream of this replica can go on, empty if they can; then their clients are sent to another. */
    Optional<StatusRuntimeException> hindrance() {
        String why = animator.hindrance();
        return why.isEmpty()
                ? Optional.empty()
                : Optional.of(Status.UNAVAILABLE
                        .withDescription(why + "; ask another replica with first_index")
                        .asRuntimeException());
    }

    private void tick() {
        watchdog.begin();
        hindrance().ifPresent(why -> all.values().forEach(session -> session.fail(why.getStatus())));
        for (Session<?> session : all.values()) {
            try {
                session.tick();
            } catch (RuntimeException e) { // one stream's trouble must not stop the clock
                LOG.errorf(e, "stream failed stream=%s", session.id());
                session.fail(Status.INTERNAL.withDescription("stream " + session.id() + " failed: " + e.getMessage()));
            }
        }
        watchdog.end();
    }

    @Override
    public void close() {
        setup.shutdownNow();
        all.values()
                .forEach(session -> session.fail(Status.UNAVAILABLE.withDescription(
                        "motion-service is shutting down; ask again with first_index")));
        clock.shutdownNow();
    }

    /** A session's ways to the outside. */
    private final class Ways<T> implements Session.Surroundings {
        private final StreamId id;
        private final Line line;
        private final boolean painted;
        private Session<T> session;

        Ways(StreamId id, Line line, boolean painted) {
            this.id = id;
            this.line = line;
            this.painted = painted;
        }

        @Override
        @SuppressWarnings("unchecked")
        public void send(Latent latent) {
            if (painted) {
                outbox.send(latent);
            } else {
                session.arrive(latent.getIndex(), (T) latent, sent -> "");
            }
        }

        @Override
        public void schedule(Runnable task, long nanos) {
            try {
                clock.schedule(task, nanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("the clock has stopped");
            }
        }

        @Override
        public void over(int unanswered) {
            all.remove(id.toString());
            framed.remove(id.toString());
            animator.remove(session);
            line.unwatch();
            scenes.end(session.scene());
            forget(unanswered);
            room.leave();
            LOG.infof("stream ends stream=%s unanswered=%d", id, unanswered);
        }

        @Override
        public boolean silent() {
            return line.silent();
        }

        @Override
        public void forget(int unanswered) {
            if (painted && unanswered > 0) {
                outbox.cancel(id.toString());
            }
        }

        @Override
        public void wake() {
            animator.wake();
        }

        @Override
        public void resent(int latents) {
            resends.increment(latents);
            LOG.debugf("latents sent again stream=%s count=%d", id, latents);
        }

        @Override
        public void repeated() {
            repeats.increment();
        }
    }
}
