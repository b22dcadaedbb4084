package org.styleinv.motion.broadcast;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.gate.Tenant;
import org.styleinv.motion.MotionConfig;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.kafka.MotionKafka;
import org.styleinv.motion.kafka.PartitionOwner;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.motion.request.FirstFrames;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.W;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Pushback;
import org.styleinv.proto.wire.StreamId;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/**
 * Broadcasts without a caller. Any replica answers for all of them; which one makes a broadcast's frames is for {@link
 * PartitionOwner} to find out and for {@link OwnedBroadcasts} to do. Calls block.
 */
public final class Broadcasts implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Broadcasts.class);
    private static final int THREADS = 4;
    private static final int WAITING = 256;
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** From the call to the first frame's time: what its owner needs to hear of it and to begin. */
    private static final long START_MS = 1000;

    private final MotionConfig config;
    private final int framePartitions;
    private final FirstFrames firstFrames;
    private final PeerServices peers;
    private final Producer<byte[], byte[]> producer;
    private final RecordSeal seal;
    private final InstantSource clock;
    private final ThreadPoolExecutor callers = pool("motion-broadcast-calls", THREADS);
    private final ThreadPoolExecutor setup = pool("motion-broadcast-setup", THREADS / 2);
    private final BroadcastTable table;
    private final PartitionOwner owner;
    private final OwnedBroadcasts owned;

    /**
     * @param producer writes records of broadcasts
     * @param seal     of these records
     */
    public Broadcasts(
            MotionConfig config,
            MotionModel model,
            Animator animator,
            PeerServices peers,
            LatentPublisher publisher,
            MotionKafka kafka,
            Producer<byte[], byte[]> producer,
            RecordSeal seal,
            InstantSource clock,
            MeterRegistry meters) {
        this.config = config;
        framePartitions = kafka.topics().partitions();
        this.peers = peers;
        this.clock = clock;
        this.producer = producer;
        this.seal = seal;
        firstFrames = new FirstFrames(model, animator, peers);
        table = new BroadcastTable(
                kafka::table,
                () -> kafka.prepare(List.of(Topics.BASE)),
                framePartitions,
                firstFrames::check,
                seal,
                config.recordVersion(),
                this::changed,
                meters);
        owned = new OwnedBroadcasts(
                table::state,
                firstFrames,
                peers,
                animator,
                publisher,
                this::post,
                setup,
                config.broadcastLead(),
                clock,
                meters);
        owner = new PartitionOwner(
                "motion-broadcast-owner",
                Topics.BROADCASTS,
                config.session(),
                session -> kafka.member(Topics.BROADCASTS, session),
                () -> kafka.prepare(List.of(Topics.BASE)),
                animator::able,
                owned::own);
        table.loop().meter(meters);
        table.start();
        owner.start();
    }

    private static ThreadPoolExecutor pool(String name, int threads) {
        return new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private void changed() {
        owned.changed();
    }

    /** Runs a call, which may wait for Kafka and for other services; throws the status a client should see. */
    public void call(Runnable body) {
        try {
            callers.execute(body);
        } catch (RejectedExecutionException e) {
            throw Pushback.refusal(WAITING + " calls of broadcasts wait in this replica");
        }
    }

    /**
     * Makes a broadcast live; one that is live with the same request is returned as it is.
     *
     * @param tenant whose it is to be
     */
    public Broadcast start(Tenant tenant, String id, GenerateRequest request) throws InterruptedException {
        CheckedRequest checked;
        try {
            LiveBroadcast.demandId(id);
            checked = firstFrames.check(request);
        } catch (IllegalArgumentException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        }
        settle();
        String digest = LiveBroadcast.digest(request);
        String key = LiveBroadcast.key(tenant.name(), id);
        Optional<LiveBroadcast> before = live(key);
        if (before.isPresent()) {
            return same(before.get(), digest);
        }
        if (live().count() >= config.maxBroadcasts()) {
            throw Pushback.refusal("all " + config.maxBroadcasts() + " broadcasts of this mesh are taken");
        }
        peers.variants(checked.looks());
        GenerateRequest small = small(request, checked);
        firstFrames.demandFinite(small, checked);
        Broadcast broadcast = Broadcast.newBuilder()
                .setId(id)
                .setTenant(tenant.name())
                .setStream(StreamId.on(Math.floorMod(key.hashCode(), framePartitions))
                        .toString())
                .setRequest(small)
                .setStartMs(clock.millis() + START_MS)
                .setDigest(digest)
                .build();
        int partition = Topics.partition(key, table.partitions());
        write(new LiveBroadcast(broadcast, checked, StreamId.parse(broadcast.getStream()), partition).record());
        settle();
        LOG.infof("broadcast is live id=%s stream=%s variant=%s", key, broadcast.getStream(), checked.variant());
        return live(key).map(now -> same(now, digest)).orElse(broadcast); // somebody has stopped it already
    }

    /** A picture becomes its latent, once for all owners: the record stays small, and all show the same. */
    private GenerateRequest small(GenerateRequest request, CheckedRequest checked) {
        if (!request.hasImage()) {
            return request;
        }
        W.Builder w0 = W.newBuilder();
        for (float value : peers.w0(request, checked)) {
            w0.addValues(value);
        }
        return request.toBuilder().setW0(w0).build();
    }

    private static Broadcast same(LiveBroadcast live, String digest) {
        if (!live.broadcast().getDigest().equals(digest)) {
            throw Status.ALREADY_EXISTS
                    .withDescription("broadcast \"" + live.id()
                            + "\" is live with another request: stop it first, or take another id")
                    .asRuntimeException();
        }
        return live.broadcast();
    }

    /**
     * Ends a broadcast; what it was.
     *
     * @param tenant who asks: what it does not see is not there
     */
    public Broadcast stop(Tenant tenant, String id) throws InterruptedException {
        settle();
        LiveBroadcast live = find(tenant, id).orElseThrow(() -> {
            String others = seen(tenant).map(LiveBroadcast::id).sorted().collect(Collectors.joining(", "));
            return Status.NOT_FOUND
                    .withDescription("broadcast \"" + id + "\" is not live, "
                            + (others.isEmpty() ? "and no other is" : "there are: " + others))
                    .asRuntimeException();
        });
        write(live.tombstone());
        settle();
        LOG.infof("broadcast is stopped id=%s stream=%s", live.key(), live.stream());
        return live.broadcast();
    }

    /** What a tenant sees, by tenant and id. */
    public List<Broadcast> list(Tenant tenant) throws InterruptedException {
        settle();
        return seen(tenant)
                .sorted(Comparator.comparing(
                                (LiveBroadcast one) -> one.broadcast().getTenant())
                        .thenComparing(LiveBroadcast::id))
                .map(LiveBroadcast::broadcast)
                .toList();
    }

    private Stream<LiveBroadcast> seen(Tenant tenant) {
        return live().filter(one -> tenant.sees(one.broadcast().getTenant()));
    }

    /** A tenant's own of that name; who sees all may mean the only one that there is. */
    private Optional<LiveBroadcast> find(Tenant tenant, String id) {
        Optional<LiveBroadcast> own = live(LiveBroadcast.key(tenant.name(), id));
        if (own.isPresent() || !tenant.all()) {
            return own;
        }
        List<LiveBroadcast> all = live().filter(one -> one.id().equals(id)).toList();
        if (all.size() > 1) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("broadcast \"" + id + "\" is live for several tenants, say for whom you ask ("
                            + Tenant.HEADER + "): "
                            + all.stream()
                                    .map(one -> one.broadcast().getTenant())
                                    .sorted()
                                    .toList())
                    .asRuntimeException();
        }
        return all.stream().findFirst();
    }

    private Stream<LiveBroadcast> live() {
        return table.state().live().values().stream().filter(one -> !one.over(clock.millis()));
    }

    private Optional<LiveBroadcast> live(String key) {
        return table.get(key).filter(one -> !one.over(clock.millis()));
    }

    /** What the topic told, and which of its partitions are this replica's. */
    BroadcastTable.State table() {
        return table.state();
    }

    Set<Integer> owned() {
        return owned.owned();
    }

    /** The topic is not the one that it was. */
    public void remade() {
        table.loop().again();
    }

    private void settle() throws InterruptedException {
        await(table.settle());
    }

    private void complete(ProducerRecord<byte[], byte[]> record) {
        WireHeaders.put(record.headers(), WireHeaders.VERSION, config.recordVersion());
        seal.seal(record);
    }

    private void write(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
        complete(record);
        try {
            await(producer.send(record));
        } catch (KafkaException e) {
            throw silent(e);
        }
    }

    private static void await(Future<?> answer) throws InterruptedException {
        try {
            answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            answer.cancel(false);
            throw silent(e);
        }
    }

    private static StatusRuntimeException silent(Exception cause) {
        return Status.UNAVAILABLE
                .withDescription("Kafka does not answer, and broadcasts live there; is the broker up?")
                .withCause(cause)
                .asRuntimeException();
    }

    private void post(ProducerRecord<byte[], byte[]> record) {
        complete(record);
        setup.execute(() -> producer.send(record, (metadata, failure) -> {
            if (failure != null) {
                LOG.infof("a broadcast's record is written later cause=\"%s\"", failure.getMessage());
            }
        }));
    }

    /** In trouble where a loop of this cannot do its work. */
    public Health health(Duration limit, Object broker) {
        return Health.first(
                table.loop().health(limit, broker), owner.loop().health(limit, broker), owned.health(limit));
    }

    /** Leaves the group first, so that another replica goes on at once. */
    @Override
    public void close() throws InterruptedException {
        owner.close();
        table.close();
        owned.close();
        setup.shutdownNow();
        callers.shutdownNow();
    }
}
