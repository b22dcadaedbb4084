package org.styleinv.motion.request;

import com.google.common.util.concurrent.Uninterruptibles;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.MapRequest;
import org.styleinv.proto.Mix;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.wire.Pushback;
import org.styleinv.proto.wire.VariantSchedule;

/** What a stream asks of the other services when it starts. Blocks; failures are the statuses a client should see. */
public final class PeerServices {
    private static final long VARIANTS_LAST = TimeUnit.SECONDS.toNanos(10);

    private final EncoderGrpc.EncoderBlockingStub encoder;
    private final DecoderGrpc.DecoderBlockingStub decoder;
    private final long timeoutMs;
    private final long waitNanos;
    private volatile List<Variant> variants = List.of();
    private volatile long variantsAt;

    /**
     * @param timeout of a call
     * @param wait    for a peer that is not there
     */
    public PeerServices(
            EncoderGrpc.EncoderBlockingStub encoder,
            DecoderGrpc.DecoderBlockingStub decoder,
            Duration timeout,
            Duration wait) {
        this.encoder = encoder;
        this.decoder = decoder;
        timeoutMs = timeout.toMillis();
        waitNanos = wait.toNanos();
    }

    /** Whether one decoder paints all of them; NOT_FOUND if not. */
    public void variants(VariantSchedule looks) {
        looks.variants().forEach(this::variant);
    }

    /** The variant of that name; NOT_FOUND names those there are. */
    Variant variant(String name) {
        boolean fresh = !variants.isEmpty() && System.nanoTime() - variantsAt < VARIANTS_LAST;
        if (!fresh || variants.stream().noneMatch(variant -> variant.getName().equals(name))) {
            variants = ask("decoder-service", decoder, () -> decoder.withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
                            .variants(VariantsRequest.getDefaultInstance()))
                    .getVariantsList();
            variantsAt = System.nanoTime();
        }
        return variants.stream()
                .filter(variant -> variant.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> Status.NOT_FOUND
                        .withDescription("variant \"" + name + "\" does not exist, there are: "
                                + variants.stream().map(Variant::getName).collect(Collectors.joining(", ")))
                        .asRuntimeException());
    }

    /** The latent of the first frame: inverted, given, or mapped from a seed. */
    public float[] w0(GenerateRequest request, CheckedRequest checked) {
        return switch (request.getSourceCase()) {
            case IMAGE ->
                floats(ask("encoder-service", encoder, () -> encoder.withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
                                .invert(InvertRequest.newBuilder()
                                        .setImage(request.getImage())
                                        .build()))
                        .getW0List());
            case W0 -> floats(request.getW0().getValuesList());
            case SEED -> mapped(request.getSeed(), checked.truncationPsi());
            case SOURCE_NOT_SET -> throw new IllegalStateException("a checked request has a source");
        };
    }

    /** The latent of the face that gives its layers. */
    float[] w0(Mix mix, CheckedRequest checked) {
        return mix.hasW0() ? floats(mix.getW0().getValuesList()) : mapped(mix.getSeed(), checked.truncationPsi());
    }

    private float[] mapped(long seed, double truncationPsi) {
        MapRequest request = MapRequest.newBuilder()
                .setSeed(seed)
                .setTruncationPsi(truncationPsi)
                .build();
        return floats(ask("decoder-service", decoder, () -> decoder.withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
                        .map(request))
                .getWList());
    }

    /**
     * The first frame as the base generator paints it: what the motion model was trained to look at.
     *
     * @param name of the latent, for the sentence where it has no picture
     */
    float[] x0(String name, float[] w0) {
        SynthesizeRequest.Builder request = SynthesizeRequest.newBuilder().setEncoding(Encoding.FLOAT32);
        for (float value : w0) {
            request.addW(value);
        }
        ByteBuffer bytes = picture(name, request.build()).order(ByteOrder.LITTLE_ENDIAN);
        float[] x0 = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(x0);
        return x0;
    }

    private ByteBuffer picture(String name, SynthesizeRequest request) {
        try {
            return ask("decoder-service", decoder, () -> decoder.withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
                            .synthesize(request))
                    .getImage()
                    .getData()
                    .asReadOnlyByteBuffer();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) { // the decoder calls it w
                throw Status.INVALID_ARGUMENT
                        .withDescription(
                                name + " has no picture: " + e.getStatus().getDescription())
                        .asRuntimeException();
            }
            throw e;
        }
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    /** A channel that found nobody for long looks ever more seldom, up to every two minutes. */
    private static void lookAgain(AbstractStub<?> peer) {
        if (peer.getChannel() instanceof ManagedChannel channel) {
            channel.resetConnectBackoff();
        }
    }

    /**
     * Whether the call ended because its server did, or has not quite begun: HTTP/2 resets what a server had not begun to answer, and one
     * whose parts are not connected yet answers UNKNOWN, which our services never say of a request.
     */
    private static boolean broken(Status status) {
        String told = String.valueOf(status.getDescription());
        return status.getCode() == Status.Code.UNKNOWN
                || status.getCode() == Status.Code.INTERNAL && told.startsWith("RST_STREAM");
    }

    /** A peer that restarts, or is only just made, is waited for; what it says about the request is the client's to know. */
    private <T> T ask(String service, AbstractStub<?> peer, Supplier<T> question) {
        long end = System.nanoTime() + waitNanos;
        for (int attempt = 1; ; attempt++) {
            try {
                return question.get();
            } catch (StatusRuntimeException e) {
                Status.Code code = broken(e.getStatus())
                        ? Status.Code.UNAVAILABLE
                        : e.getStatus().getCode();
                long pause = TimeUnit.MILLISECONDS.toNanos(250L * Math.min(attempt, 4));
                if (code == Status.Code.UNAVAILABLE && System.nanoTime() + pause <= end) {
                    Uninterruptibles.sleepUninterruptibly(pause, TimeUnit.NANOSECONDS);
                    lookAgain(peer);
                } else if (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED) {
                    throw Status.UNAVAILABLE
                            .withDescription(service + " does not answer ("
                                    + e.getStatus().getDescription() + ")")
                            .asRuntimeException();
                } else if (code == Status.Code.RESOURCE_EXHAUSTED) {
                    throw Pushback.refusal(
                            service + " has no room (" + e.getStatus().getDescription() + ")");
                } else {
                    throw e;
                }
            }
        }
    }
}
