package org.styleinv.motion.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.styleinv.door.meter.Exemplars;
import org.styleinv.door.meter.Meters;
import org.styleinv.motion.connection.ClientConnection;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.StreamId;
import org.styleinv.telemetry.trace.Spans;

/** What a session needs of its replica. */
final class StreamEnvironment<T> implements Session.Environment {
    private static final Logger LOG = Logger.getLogger(StreamEnvironment.class);

    /** What the streams of a replica share. */
    record Shared(
            LatentPublisher publisher,
            ReplyPartitions partitions,
            Animator animator,
            Admission admission,
            ScheduledExecutorService clock,
            Counter resends,
            Counter repeats,
            Timer firsts,
            Timer gaps,
            Timer roundTrips) {
        static Shared of(
                LatentPublisher publisher,
                ReplyPartitions partitions,
                Animator animator,
                Admission admission,
                ScheduledExecutorService clock,
                MeterRegistry meters) {
            return new Shared(
                    publisher,
                    partitions,
                    animator,
                    admission,
                    clock,
                    Meters.counter(
                            meters,
                            "styleinv.motion.latents.resent",
                            "latents sent again because no frame came back in time"),
                    Meters.counter(meters, "styleinv.motion.frames.repeated", "frames that came back more than once"),
                    Meters.time(
                            meters,
                            "styleinv.motion.first.frame",
                            "how long a client waited from its request to its first frame"),
                    Meters.time(
                            meters,
                            "styleinv.motion.gap",
                            "time between two frames that a client took, without the time in which it took none"),
                    Meters.time(
                            meters,
                            "styleinv.motion.round.trip",
                            "how long a latent took to come back from Kafka as a frame"));
        }
    }

    private final Shared shared;
    private final StreamId id;
    private final ClientConnection connection;
    private final boolean painted;
    private final BiConsumer<Session<T>, Integer> ended;
    private final long asked;
    private final StreamTrace trace;

    @SuppressWarnings("NullAway.Init") // before it is used: session and environment know each other
    private Session<T> session;

    /**
     * @param painted whether decoders paint the latents; else the client gets them
     * @param asked when its request came, by the clock of nanoseconds
     * @param trace of its frames
     * @param ended is told once that the stream is over, and how many of its latents are without an answer
     */
    StreamEnvironment(
            Shared shared,
            StreamId id,
            ClientConnection connection,
            boolean painted,
            long asked,
            StreamTrace trace,
            BiConsumer<Session<T>, Integer> ended) {
        this.asked = asked;
        this.trace = trace;
        this.shared = shared;
        this.id = id;
        this.connection = connection;
        this.painted = painted;
        this.ended = ended;
    }

    void of(Session<T> one) {
        session = one;
    }

    @Override
    public StreamTrace trace() {
        return trace;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void send(Latent latent) {
        if (painted) {
            shared.publisher.send(latent, Optional.of(trace.sent(latent.getIndex())));
        } else {
            session.arrive(latent.getIndex(), (T) latent, sent -> "");
        }
    }

    @Override
    public void schedule(Runnable task, long nanos) {
        try {
            shared.clock.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the clock has stopped");
        }
    }

    @Override
    public void over(int unanswered) {
        connection.unwatch();
        forget(unanswered);
        ended.accept(session, unanswered);
    }

    @Override
    public boolean reads(int partition) {
        return !painted || shared.partitions.reads(partition);
    }

    @Override
    public boolean silent() {
        return connection.silent();
    }

    @Override
    public void forget(int unanswered) {
        if (painted && unanswered > 0) {
            shared.publisher.cancel(id.toString());
        }
    }

    @Override
    public void answered(long nanos, Spans frame) {
        if (painted) {
            Exemplars.record(shared.roundTrips, nanos, frame);
            shared.admission.returned(nanos);
        }
    }

    @Override
    public void first(Spans frame) {
        Exemplars.record(shared.firsts, System.nanoTime() - asked, frame);
    }

    @Override
    public void gap(long nanos, Spans frame) {
        Exemplars.record(shared.gaps, nanos, frame);
    }

    @Override
    public void wake() {
        shared.animator.wake();
    }

    @Override
    public void resent(int latents) {
        shared.resends.increment(latents);
        LOG.debugf("latents sent again stream=%s trace=%s count=%d", id, trace.id(), latents);
    }

    @Override
    public void repeated() {
        shared.repeats.increment();
    }
}
