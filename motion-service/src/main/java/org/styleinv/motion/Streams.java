package org.styleinv.motion;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
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
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Pulse;
import org.styleinv.proto.wire.StreamId;

/** All streams of this replica: starts them, gives them their frames, and ends them. */
final class Streams implements FrameReader.Sink, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Streams.class);
    private static final int SETUP_THREADS = 4;
    private static final long TICK_MS = 100;
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MotionConfig config;
    private final Motion model;
    private final Animator animator;
    private final Peers peers;
    private final Outbox outbox;
    private final Function<String, CompletableFuture<Void>> follow;
    private final List<Integer> partitions;
    private final Session.Patience patience;
    private final Map<String, Session<?>> all = new ConcurrentHashMap<>();
    private final Map<String, Session<Frame>> framed = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();
    private final ThreadPoolExecutor setup;
    private final ScheduledThreadPoolExecutor clock;
    private final Pulse pulse = new Pulse("motion-clock has been at one turn");
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
        Gauge.builder("styleinv.motion.streams", open, AtomicInteger::get).register(meters);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Streams painted frames. */
    void frames(GenerateRequest request, ServerCallStreamObserver<Frame> client) {
        new Start<>(request, client, true).enter();
    }

    /** Streams latents for a client with its own decoder. */
    void latents(GenerateRequest request, ServerCallStreamObserver<Latent> client) {
        new Start<>(request, client, false).enter();
    }

    /** How many streams there are. */
    int open() {
        return open.get();
    }

    /**
     * Whether one stream more would only make all slower: of those in real time at least half are late. What the mesh can
     * do is measured by what it does, wherever the narrow place is; one late stream among many has lost a frame, no more.
     */
    private boolean overloaded() {
        int live = 0;
        int late = 0;
        for (Session<?> session : all.values()) {
            if (session.realTime()) {
                live++;
                late += session.late(LATE_NANOS) ? 1 : 0;
            }
        }
        return late > 0 && 2 * late >= live;
    }

    @Override
    public boolean wants(String stream) {
        return framed.containsKey(stream);
    }

    @Override
    public void frame(Frame frame) {
        Session<Frame> session = framed.get(frame.getStream());
        if (session != null) {
            frames.increment();
            session.arrive(frame.getIndex(), frame);
        }
    }

    @Override
    public void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String cause) {
        outbox.refuse(record, reason, cause);
    }

    Pulse pulse() {
        return pulse;
    }

    private void tick() {
        pulse.begin();
        for (Session<?> session : all.values()) {
            try {
                session.tick();
            } catch (RuntimeException e) { // one stream's trouble must not stop the clock
                LOG.errorf(e, "stream failed stream=%s", session.id());
                session.fail(Status.INTERNAL.withDescription("stream " + session.id() + " failed: " + e.getMessage()));
            }
        }
        pulse.end();
    }

    @Override
    public void close() {
        setup.shutdownNow();
        all.values()
                .forEach(session -> session.fail(Status.UNAVAILABLE.withDescription(
                        "motion-service is shutting down; ask again with first_index")));
        clock.shutdownNow();
    }

    /** A stream on its way from request to session. */
    private final class Start<T> {
        private final GenerateRequest request;
        private final ServerCallStreamObserver<T> client;
        private final boolean painted;
        private final StreamId id =
                StreamId.on(partitions.get(Math.floorMod(turn.getAndIncrement(), partitions.size())));
        private Session<T> session; // guarded by this
        private boolean gone; // guarded by this

        Start(GenerateRequest request, ServerCallStreamObserver<T> client, boolean painted) {
            this.request = request;
            this.client = client;
            this.painted = painted;
        }

        /** Runs on the caller's thread: handlers must be set before it returns. */
        void enter() {
            Plan plan;
            try {
                plan = Plan.of(request);
                if (request.hasW0() && request.getW0().getValuesCount() != model.wDim()) {
                    throw new IllegalArgumentException("w0 has "
                            + request.getW0().getValuesCount() + " values, but the model expects " + model.wDim());
                }
            } catch (IllegalArgumentException e) {
                client.onError(
                        Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
                return;
            }
            if (overloaded()) {
                client.onError(
                        Pushback.refusal("the streams of this replica run late, so there is no room for another"));
                return;
            }
            if (open.incrementAndGet() > config.maxStreams()) {
                open.decrementAndGet();
                client.onError(Pushback.refusal("all " + config.maxStreams() + " streams of this replica are taken"));
                return;
            }
            client.setOnCancelHandler(this::leave);
            client.setOnReadyHandler(this::ready);
            try {
                setup.execute(Context.current().wrap(() -> begin(plan))); // calls to peers end with the client's
            } catch (RejectedExecutionException e) {
                open.decrementAndGet();
                client.onError(Status.UNAVAILABLE
                        .withDescription("motion-service is shutting down")
                        .asRuntimeException());
            }
        }

        private void ready() {
            Session<T> now;
            synchronized (this) {
                now = session;
            }
            if (now != null) {
                now.pump();
            }
        }

        private void leave() {
            Session<T> now;
            synchronized (this) {
                gone = true;
                now = session;
            }
            if (now != null) {
                now.leave();
            }
        }

        private synchronized boolean isGone() {
            return gone;
        }

        private void begin(Plan plan) {
            Motion.Scene scene = null;
            boolean started = false;
            try {
                if (isGone()) {
                    return;
                }
                if (painted) {
                    peers.variant(plan.variant());
                    readFrames(plan.variant());
                }
                float[] w0 = peers.w0(request, plan);
                float[] x0 = peers.x0(w0);
                if (isGone()) {
                    return;
                }
                scene = animator.call(motion -> motion.begin(w0, x0, plan.motionSeed()))
                        .get();
                started = run(plan, scene);
            } catch (StatusRuntimeException e) {
                client.onError(e);
            } catch (ExecutionException e) {
                LOG.error("a stream could not start", e.getCause());
                client.onError(Status.INTERNAL
                        .withDescription(
                                "the motion model failed: " + e.getCause().getMessage())
                        .asRuntimeException());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                client.onError(Status.UNAVAILABLE
                        .withDescription("motion-service is shutting down")
                        .asRuntimeException());
            } catch (RuntimeException e) {
                LOG.error("a stream could not start", e);
                client.onError(Status.INTERNAL
                        .withDescription("the stream could not start: " + e.getMessage())
                        .asRuntimeException());
            } finally {
                if (!started) {
                    open.decrementAndGet();
                    free(scene);
                }
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

        private boolean run(Plan plan, Motion.Scene scene) {
            Session<T> fresh = new Session<>(
                    id.toString(),
                    id.partition(),
                    plan,
                    scene,
                    model.digest(),
                    config.window(),
                    patience,
                    client,
                    new Ways());
            synchronized (this) {
                if (gone) {
                    return false;
                }
                session = fresh;
                register(fresh);
            }
            animator.add(fresh);
            LOG.infof(
                    "stream begins stream=%s variant=%s first=%d frames=%s",
                    fresh.id(),
                    plan.variant(),
                    plan.firstIndex(),
                    plan.total() == Long.MAX_VALUE ? "endless" : Long.toString(plan.total()));
            return true;
        }

        @SuppressWarnings("unchecked")
        private void register(Session<T> fresh) {
            all.put(fresh.id(), fresh);
            if (painted) {
                framed.put(fresh.id(), (Session<Frame>) fresh); // a painted stream's client takes frames
            }
        }

        private void free(Motion.Scene scene) {
            if (scene != null) {
                animator.call(motion -> {
                    motion.end(scene);
                    return null;
                });
            }
        }

        /** The session's ways to the outside. */
        private final class Ways implements Session.Surroundings {
            @Override
            @SuppressWarnings("unchecked")
            public void send(Latent latent) {
                if (painted) {
                    outbox.send(latent);
                } else {
                    session.arrive(latent.getIndex(), (T) latent);
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
                free(session.scene());
                if (painted && unanswered > 0) {
                    outbox.cancel(id.toString());
                }
                open.decrementAndGet();
                LOG.infof("stream ends stream=%s unanswered=%d", id, unanswered);
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
}
