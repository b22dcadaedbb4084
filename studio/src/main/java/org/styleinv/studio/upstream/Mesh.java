package org.styleinv.studio.upstream;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.ManagedChannel;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.Access;
import org.styleinv.client.BroadcastClient;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.gate.AccessConfig;
import org.styleinv.gate.Tenant;
import org.styleinv.gate.TlsConfig;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.DirectionsRequest;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.wire.Address;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.problem.Problem;

/** The services behind the studio. Nothing is sent before the first question. */
@ApplicationScoped
public class Mesh {
    private static final int WINDOW = 32;
    private static final int FEW = 8; // frames beyond those that a page gave credit for
    private static final int AHEAD = 16; // frames of a stream out of which single frames are taken
    private static final Duration SERVED_FOR = Duration.ofSeconds(1);

    private final StreamClient streams;
    private final StreamClient.Settings patient;
    private final StreamClient.Settings hasty;
    private final StreamClient.Settings brisk;
    private final StreamClient.Settings credited;
    private final StreamClient.Settings reading;
    private final BroadcastClient broadcasts;
    private final ManagedChannel motion;
    private final ManagedChannel decoder;
    private final ManagedChannel encoder;
    private final long answerMs;
    private @Nullable Served served; // before the first question
    private long servedAt;

    @Inject
    Mesh(StudioConfig config, TlsConfig tls, AccessConfig identity) {
        this(
                config,
                tls.on()
                        ? Access.of(tls.ca(), tls.cert(), tls.key(), identity.tokenFile())
                        : Access.of(Optional.empty(), Optional.empty(), Optional.empty(), identity.tokenFile()));
    }

    Mesh(StudioConfig config, Access access) {
        patient = new StreamClient.Settings(WINDOW, config.answer(), config.patience(), config.welcome());
        hasty = new StreamClient.Settings(1, config.answer(), config.welcome(), config.welcome());
        brisk = new StreamClient.Settings(WINDOW, config.answer(), config.answer(), config.welcome());
        credited = new StreamClient.Settings(FEW, config.answer(), config.patience(), config.welcome());
        reading = new StreamClient.Settings(AHEAD, config.answer(), config.welcome(), config.welcome());
        List<String> motions = Address.list("styleinv.studio.motion", config.motion()).stream()
                .map(Address::toString)
                .toList();
        streams = StreamClient.connect(motions, patient, access);
        broadcasts = BroadcastClient.connect(motions, access);
        motion = StreamClient.channel(motions.get(0), access);
        decoder = StreamClient.channel(config.decoder(), access);
        encoder = StreamClient.channel(config.encoder(), access);
        answerMs = config.answer().toMillis();
    }

    @PreDestroy
    void close() {
        streams.close();
        broadcasts.close();
        motion.shutdownNow();
        decoder.shutdownNow();
        encoder.shutdownNow();
    }

    /** Starts a stream that goes on through faults. */
    public FrameStream stream(GenerateRequest request) {
        return streams.stream(request);
    }

    /** Starts a stream for a page that says how many frames it takes. */
    public FrameStream live(GenerateRequest request) {
        return streams.stream(request, credited);
    }

    /** Starts a stream for an answer that is given whole or not at all. */
    public FrameStream part(GenerateRequest request) {
        return streams.stream(request, brisk);
    }

    /** Starts a stream of which single frames are taken, in order. */
    public FrameStream reel(GenerateRequest request) {
        return streams.stream(request, reading);
    }

    /** One frame, by a stream of one. */
    public Frame frame(GenerateRequest request) {
        try (FrameStream stream =
                streams.stream(request.toBuilder().setFrameCount(1).build(), hasty)) {
            return stream.next();
        }
    }

    /** What is served now, or was a moment ago. */
    public synchronized Served served() {
        long now = System.nanoTime();
        if (served == null || now - servedAt > SERVED_FOR.toNanos()) {
            served = null;
            served = Served.of(DecoderGrpc.newBlockingStub(decoder)
                    .withDeadlineAfter(answerMs, TimeUnit.MILLISECONDS)
                    .variants(VariantsRequest.getDefaultInstance()));
            servedAt = now;
        }
        return served;
    }

    /** What faces can be changed along. */
    public List<String> directions() {
        return MotionGrpc.newBlockingStub(motion)
                .withDeadlineAfter(answerMs, TimeUnit.MILLISECONDS)
                .directions(DirectionsRequest.getDefaultInstance())
                .getDirectionsList();
    }

    /** A picture's latent. */
    public InvertResponse invert(byte[] picture, boolean aligned) {
        return EncoderGrpc.newBlockingStub(encoder)
                .withDeadlineAfter(answerMs, TimeUnit.MILLISECONDS)
                .invert(InvertRequest.newBuilder()
                        .setImage(Image.newBuilder().setData(UnsafeByteOperations.unsafeWrap(picture)))
                        .setAligned(aligned)
                        .build());
    }

    /** The broadcasts as a tenant sees them; who sees all needs no name. */
    private BroadcastClient of(Tenant tenant) {
        return tenant.all() ? broadcasts : broadcasts.actingFor(tenant.name());
    }

    /** What is live and seen by a tenant, by tenant and id. */
    public List<Broadcast> broadcasts(Tenant tenant) {
        return of(tenant).list();
    }

    /** Makes a broadcast live; one that is live with the same request is returned as it is. */
    public Broadcast start(Tenant tenant, String id, GenerateRequest request) {
        return of(tenant).start(id, request);
    }

    /** Ends a broadcast; what it was. */
    public Broadcast stop(Tenant tenant, String id) {
        return of(tenant).stop(id);
    }

    /** What is live under that name; NOT_FOUND names those that the tenant sees. */
    public Broadcast broadcast(Tenant tenant, String id) {
        return of(tenant).find(id);
    }

    /** Refuses a frame that was painted or moved by another model than {@code expected}: one is replaced just now. */
    public static Frame demand(Frame frame, Served expected) {
        List<String> wrong = expected.otherThan(frame);
        if (!wrong.isEmpty()) {
            throw Problem.away("frame " + frame.getIndex() + " was made by model " + wrong.get(0)
                    + ", which is not what was served when it was asked for: the model is being replaced, ask again");
        }
        return frame;
    }
}
