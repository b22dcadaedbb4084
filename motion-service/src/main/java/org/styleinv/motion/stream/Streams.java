package org.styleinv.motion.stream;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.door.meter.Meters;
import org.styleinv.motion.MotionConfig;
import org.styleinv.motion.connection.ClientConnection;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.kafka.FrameReader;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.kafka.Replies;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.motion.request.FirstFrames;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.network.serving.Watchdog;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.StreamId;
import org.styleinv.proto.wire.VariantSchedule;
import org.styleinv.telemetry.trace.CallTrace;
import org.styleinv.telemetry.trace.Traces;

/** All streams of this replica: starts them, gives them their frames, and ends them. */
public final class Streams implements FrameReader.Sink, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Streams.class);
    private static final int SETUP_THREADS = 4;
    private static final long TICK_MS = 100;

    private final MotionConfig config;
    private final MotionModel model;
    private final Animator animator;
    private final PeerServices peers;
    private final FirstFrames firstFrames;
    private final LatentPublisher publisher;
    private final ReplyPartitions partitions;
    private final Traces traces;
    private final StreamEnvironment.Shared shared;
    private final Session.Patience patience;
    private final Map<String, Session<?>> all = new ConcurrentHashMap<>();
    private final Map<String, Session<Frame>> framed = new ConcurrentHashMap<>();
    private final Admission admission;
    private final ThreadPoolExecutor setup;
    private final ScheduledThreadPoolExecutor clock;
    private final Watchdog watchdog = new Watchdog("motion-clock has been at one turn");
    private final Counter frames;

    /**
     * @param model answers about itself only
     * @param replies where frames come back
     * @param traces  that are kept
     */
    public Streams(
            MotionConfig config,
            MotionModel model,
            Animator animator,
            PeerServices peers,
            LatentPublisher publisher,
            Replies replies,
            Traces traces,
            MeterRegistry meters) {
        this.traces = traces;
        this.config = config;
        this.model = model;
        this.animator = animator;
        this.peers = peers;
        admission = new Admission(config.maxStreams(), config.window(), animator::rate, animator::owed, all.values());
        firstFrames = new FirstFrames(model, animator, peers);
        this.publisher = publisher;
        partitions = new ReplyPartitions(replies, config.peerTimeout(), meters);
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
        frames = Meters.counter(meters, "styleinv.motion.frames", "frames that came back from Kafka");
        shared = StreamEnvironment.Shared.of(publisher, partitions, animator, admission, clock, meters);
        Meters.gauge(meters, "styleinv.motion.streams", "streams that are open", admission::taken);
        Meters.gauge(
                meters,
                "styleinv.motion.latents.promised",
                "latents a second that streams in real time and broadcasts need",
                admission::promised);
        clock.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Streams painted frames. */
    public void frames(GenerateRequest request, ServerCallStreamObserver<Frame> client) {
        new Opening<>(this, firstFrames, request, client, true).enter();
    }

    /** Streams latents for a client with its own decoder. */
    public void latents(GenerateRequest request, ServerCallStreamObserver<Latent> client) {
        new Opening<>(this, firstFrames, request, client, false).enter();
    }

    /** Who may come in. */
    Admission admission() {
        return admission;
    }

    /** Runs what a stream needs before its first frame; throws {@link RejectedExecutionException} at shutdown. */
    void setUp(Runnable task) {
        setup.execute(task);
    }

    /** Frames of all those variants come back from now on; failures are the statuses a client should see. */
    void readFrames(VariantSchedule looks) throws InterruptedException {
        peers.variants(looks);
        for (String variant : looks.variants()) {
            partitions.follow(variant);
        }
    }

    /** A session that is not yet one of all; it was asked for at that time of the clock of nanoseconds. */
    <T> Session<T> session(
            CheckedRequest checked,
            MotionModel.Scene scene,
            ServerCallStreamObserver<T> client,
            ClientConnection connection,
            long asked,
            CallTrace trace,
            boolean painted) {
        StreamId id = StreamId.on(partitions.next());
        var told = new StreamTrace(traces, trace, id.toString());
        var environment = new StreamEnvironment<T>(shared, id, connection, painted, asked, told, this::ended);
        var session = new Session<>(
                id.toString(),
                id.partition(),
                checked,
                scene,
                scene.model(),
                config.window(),
                patience,
                client,
                environment);
        environment.of(session);
        return session;
    }

    private void ended(Session<?> session, int unanswered) {
        all.remove(session.id());
        framed.remove(session.id());
        animator.remove(session);
        firstFrames.end(session.scene());
        admission.leave(session.request());
        LOG.infof(
                "stream ends stream=%s unanswered=%d trace=%s",
                session.id(), unanswered, session.trace().id());
    }

    /** From now on it has its turns and its frames. */
    @SuppressWarnings("unchecked")
    void register(Session<?> fresh, ClientConnection connection, boolean painted) {
        connection.watch();
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
    public String frame(Frame frame, String topic, long writtenMs) {
        Session<Frame> session = framed.get(frame.getStream());
        if (session == null) {
            return "";
        }
        frames.increment();
        session.trace().received(frame.getIndex(), topic, writtenMs);
        try {
            return session.arrive(
                    frame.getIndex(), frame, latent -> FrameCheck.complaint(latent, frame, model.resolution()));
        } catch (RuntimeException e) { // one stream's trouble must not stop the reader of all
            LOG.errorf(
                    e,
                    "stream failed stream=%s trace=%s",
                    session.id(),
                    session.trace().id());
            session.fail(Status.INTERNAL.withDescription("stream " + session.id() + " failed: " + e.getMessage()));
            return "";
        }
    }

    @Override
    public void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String cause) {
        publisher.refuse(record, reason, cause);
    }

    /** In trouble where the clock of the streams has been at one turn for longer than {@code limit}. */
    public Health health(Duration limit) {
        return Health.of("motion-clock", watchdog.stuck(limit));
    }

    /** Why no stream of this replica can go on, empty if they can; then their clients are sent to another. */
    Optional<StatusRuntimeException> hindrance() {
        return animator.able().because().map(why -> Status.UNAVAILABLE
                .withDescription(why + "; ask another replica with first_index")
                .asRuntimeException());
    }

    private void tick() {
        watchdog.begin();
        hindrance().ifPresent(why -> all.values().forEach(session -> session.fail(why.getStatus())));
        partitions.move(framed.values());
        for (Session<?> session : all.values()) {
            try {
                session.tick();
            } catch (RuntimeException e) { // one stream's trouble must not stop the clock
                LOG.errorf(
                        e,
                        "stream failed stream=%s trace=%s",
                        session.id(),
                        session.trace().id());
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
}
