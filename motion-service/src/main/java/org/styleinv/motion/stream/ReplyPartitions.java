package org.styleinv.motion.stream;

import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.styleinv.door.meter.Meters;
import org.styleinv.motion.kafka.Replies;
import org.styleinv.proto.Frame;

/** The partitions that frames come back on: each stream has one of those that this replica owns, and moves when that goes. */
final class ReplyPartitions {
    private static final Logger LOG = Logger.getLogger(ReplyPartitions.class);
    private static final Duration BECOMING_OWNER =
            Duration.ofSeconds(5); // Kafka's default delay of a first rebalance is 3 s

    private final Replies replies;
    private final Duration patience;
    private final AtomicInteger turn = new AtomicInteger();
    private final Counter moves;

    /** @param patience with a broker that does not answer */
    ReplyPartitions(Replies replies, Duration patience, MeterRegistry meters) {
        this.replies = replies;
        this.patience = patience;
        moves = Meters.counter(
                meters, "styleinv.motion.streams.moved", "streams whose frames come back on another partition");
    }

    /** For a new stream: each in turn. */
    int next() {
        return next(List.copyOf(replies.usable()));
    }

    private int next(List<Integer> usable) {
        return usable.isEmpty() ? 0 : usable.get(Math.floorMod(turn.getAndIncrement(), usable.size()));
    }

    boolean reads(int partition) {
        return replies.reads(partition);
    }

    /** Frames of a variant come back from now on; failures are the statuses a client should see. */
    void follow(String variant) throws InterruptedException {
        boolean owner = !replies.usable().isEmpty(); // who has only just come is given a moment to become one
        Duration limit = owner || patience.compareTo(BECOMING_OWNER) < 0 ? patience : BECOMING_OWNER;
        try {
            replies.follow(variant).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | IllegalStateException | KafkaException e) {
            String why = owner || !(e instanceof TimeoutException)
                    ? "Kafka does not answer, so frames could not come back; is the broker up?"
                    : "this replica of motion-service owns no partition of the frames, so they could not come back;"
                            + " is the broker up? Else ask another replica";
            throw Status.UNAVAILABLE.withDescription(why).withCause(e).asRuntimeException();
        }
    }

    /** Streams whose partition is another replica's now get their frames on one that is owned. */
    void move(Collection<Session<Frame>> streams) {
        Set<Integer> usable = replies.usable();
        List<Integer> partitions = List.copyOf(usable);
        for (Session<Frame> session : streams) {
            int before = session.replyPartition();
            if (!usable.isEmpty() && !usable.contains(before)) {
                session.move(next(partitions));
                moves.increment();
                LOG.infof(
                        "stream moves stream=%s from=%d to=%d trace=%s",
                        session.id(),
                        before,
                        session.replyPartition(),
                        session.trace().id());
            }
        }
    }
}
