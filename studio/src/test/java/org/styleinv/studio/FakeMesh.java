package org.styleinv.studio;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.BroadcastsRequest;
import org.styleinv.proto.BroadcastsResponse;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.DirectionsRequest;
import org.styleinv.proto.DirectionsResponse;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.StartBroadcastRequest;
import org.styleinv.proto.StopBroadcastRequest;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.VariantsResponse;
import org.styleinv.proto.wire.Pushback;
import org.styleinv.proto.wire.VariantSchedule;
import org.styleinv.video.provenance.Origin;
import org.styleinv.video.provenance.PictureMark;

/** A mesh without a tensor: a frame is a pure function of its request and its index. Some motion seeds break it. */
@ApplicationScoped
public class FakeMesh {
    public static final int SIDE = 32;
    public static final String MODEL = "ab".repeat(32);
    public static final String SKETCH = "cd".repeat(32);

    /** A stream with this motion seed plus a status' number is refused with that status. */
    public static final long REFUSED = 1000;

    /** A stream with this motion seed breaks off every five frames. */
    public static final long BREAKING = 2000;

    /** A stream with this motion seed is painted by another model than is served. */
    public static final long SWAPPED = 2001;

    /** Motion seed of streams that another model moves than paints. */
    public static final long HALF_SWAPPED = 2099;

    /** A stream with this motion seed has two frames, and then nothing happens. */
    public static final long STILL = 2002;

    /** A stream with this motion seed fails for good after three frames. */
    public static final long FAILING = 2003;

    /** The seed of the broadcast {@code news}. */
    public static final long NEWS = 4;

    private final int port;
    private final Map<Long, AtomicLong> sent = new ConcurrentHashMap<>();
    private final Map<Long, AtomicLong> running = new ConcurrentHashMap<>();
    private final Map<Long, AtomicLong> started = new ConcurrentHashMap<>();
    private final Map<String, Broadcast> broadcasts = new ConcurrentSkipListMap<>(Map.of(
            "news",
            broadcast(
                    "news",
                    GenerateRequest.newBuilder().setSeed(NEWS).setFps(25).build())));
    private Server server;

    FakeMesh(@ConfigProperty(name = "fake.port") int port) {
        this.port = port;
    }

    void start(@Observes StartupEvent start) throws IOException {
        back();
    }

    /** The mesh goes away, with all its streams. */
    public void away() throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination();
    }

    /** The mesh is there again. */
    public void back() throws IOException {
        server = NettyServerBuilder.forPort(port)
                .permitKeepAliveTime(5, TimeUnit.SECONDS) // as the services do
                .permitKeepAliveWithoutCalls(true)
                .addService(new Motion())
                .addService(new Decoder())
                .addService(new Encoder())
                .build()
                .start();
    }

    void stop(@Observes ShutdownEvent stop) {
        server.shutdownNow();
    }

    /** Frames sent for a seed, in all its streams. */
    public long sent(long seed) {
        return counter(sent, seed).get();
    }

    /** Streams of a seed that run now. */
    public long running(long seed) {
        return counter(running, seed).get();
    }

    /** Streams of a seed that ever ran. */
    public long started(long seed) {
        return counter(started, seed).get();
    }

    private static Broadcast broadcast(String id, GenerateRequest request) {
        return Broadcast.newBuilder()
                .setId(id)
                .setStream("broadcast-" + id)
                .setStartMs(1_700_000_000_000L)
                .setRequest(request)
                .build();
    }

    private static AtomicLong counter(Map<Long, AtomicLong> counters, long seed) {
        return counters.computeIfAbsent(seed, any -> new AtomicLong());
    }

    /** The pixels that a request shows at an index. */
    public static byte[] rgb(GenerateRequest request, long index) {
        double step = Math.abs(request.hasTimeStep() ? request.getTimeStep() : 1);
        VariantSchedule.Look look = VariantSchedule.parse(request.getVariant()).at(index);
        String variant = look.variant();
        int shade = (int) Math.floorMod(
                31 * request.getSeed()
                        + request.getEditsList().hashCode()
                        + (request.hasMix() ? request.getMix().hashCode() : 0)
                        + request.getW0().hashCode()
                        + variant.length()
                        + look.blend()
                                .map(blend -> (int) (100 * blend.weight()))
                                .orElse(0),
                200);
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int at = 3 * (y * SIDE + x);
                // to and fro: an edge, where it would begin anew, is what JPEG blurs
                int there = (int) Math.floorMod((long) (index * step * 3) + 2 * x, 512);
                rgb[at] = (byte) (shade + y);
                rgb[at + 1] = (byte) (there < 256 ? there : 511 - there);
                rgb[at + 2] = (byte) Math.floorMod(request.getMotionSeed() * 7 + y, 256);
            }
        }
        return rgb;
    }

    /** The same as a PNG or a JPEG that says how it came to be, by the base's model. */
    public static byte[] marked(byte[] rgb, String form, String request) {
        Origin origin = Origin.generated(MODEL, request);
        byte[] picture = picture(rgb, form);
        return form.equals("png") ? PictureMark.png(picture, origin) : PictureMark.jpeg(picture, origin);
    }

    public static byte[] picture(byte[] rgb, String form) {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            picture.setRGB(
                    i % SIDE, i / SIDE, (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255);
        }
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, form, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static Frame frame(GenerateRequest request, long index) {
        byte[] rgb = rgb(request, index);
        byte[] data =
                switch (request.getEncoding()) {
                    case RAW -> rgb;
                    case JPEG -> picture(rgb, "jpeg");
                    default -> picture(rgb, "png");
                };
        String variant = VariantSchedule.parse(request.getVariant()).at(index).variant();
        String model = variant.equals("sketch") ? SKETCH : MODEL;
        return Frame.newBuilder()
                .setStream("fake")
                .setIndex(index)
                .setVariant(variant)
                .setModel(request.getMotionSeed() == SWAPPED ? "ef".repeat(32) : model)
                .setMotion(request.getMotionSeed() == HALF_SWAPPED ? "ef".repeat(32) : MODEL)
                .setImage(Image.newBuilder()
                        .setEncoding(
                                request.getEncoding() == Encoding.ENCODING_UNSPECIFIED
                                        ? Encoding.PNG
                                        : request.getEncoding())
                        .setWidth(SIDE)
                        .setHeight(SIDE)
                        .setData(ByteString.copyFrom(data)))
                .build();
    }

    private final class Motion extends MotionGrpc.MotionImplBase {
        @Override
        public void generateStream(GenerateRequest request, StreamObserver<Frame> client) {
            long special = request.getMotionSeed();
            if (special == REFUSED + Status.Code.RESOURCE_EXHAUSTED.value()) {
                client.onError(Pushback.refusal("this replica has 64 streams"));
            } else if (special > REFUSED && special < REFUSED + 17) {
                client.onError(Status.fromCodeValue((int) (special - REFUSED))
                        .withDescription("the fake refuses")
                        .asRuntimeException());
            } else {
                new Sending(request, (ServerCallStreamObserver<Frame>) client).begin();
            }
        }

        @Override
        public void directions(DirectionsRequest request, StreamObserver<DirectionsResponse> client) {
            client.onNext(DirectionsResponse.newBuilder()
                    .addDirections("smile")
                    .addDirections("age")
                    .build());
            client.onCompleted();
        }

        @Override
        public void startBroadcast(StartBroadcastRequest request, StreamObserver<Broadcast> client) {
            if (request.getId().length() > 63) {
                client.onError(Status.INVALID_ARGUMENT
                        .withDescription("id has up to 63 characters")
                        .asRuntimeException());
                return;
            }
            Broadcast broadcast = broadcast(request.getId(), request.getRequest());
            Broadcast live = broadcasts.putIfAbsent(request.getId(), broadcast);
            if (live != null && !live.getRequest().equals(request.getRequest())) {
                client.onError(Status.ALREADY_EXISTS
                        .withDescription("broadcast \"" + request.getId() + "\" is live with another request")
                        .asRuntimeException());
                return;
            }
            client.onNext(broadcast);
            client.onCompleted();
        }

        @Override
        public void stopBroadcast(StopBroadcastRequest request, StreamObserver<Broadcast> client) {
            Broadcast was = broadcasts.remove(request.getId());
            if (was == null) {
                client.onError(Status.NOT_FOUND.withDescription("is not live").asRuntimeException());
                return;
            }
            client.onNext(was);
            client.onCompleted();
        }

        @Override
        public void broadcasts(BroadcastsRequest request, StreamObserver<BroadcastsResponse> client) {
            client.onNext(BroadcastsResponse.newBuilder()
                    .addAllBroadcasts(broadcasts.values())
                    .build());
            client.onCompleted();
        }
    }

    /** Finds eight values in a picture, and refuses what is text. */
    private static final class Encoder extends EncoderGrpc.EncoderImplBase {
        @Override
        public void invert(InvertRequest request, StreamObserver<InvertResponse> client) {
            ByteString data = request.getImage().getData();
            if (data.byteAt(0) == '<') {
                client.onError(Status.INVALID_ARGUMENT
                        .withDescription("image.data is no picture")
                        .asRuntimeException());
                return;
            }
            ByteString seen = ByteString.copyFrom(picture(rgb(GenerateRequest.getDefaultInstance(), 0), "png"));
            client.onNext(InvertResponse.newBuilder()
                    .addAllW0(Collections.nCopies(8, request.getAligned() ? -0.5f : data.size() % 100 / 64f))
                    .setReconstructionPsnr(21.5)
                    .setCrop(Image.newBuilder().setData(seen))
                    .setReconstruction(Image.newBuilder().setData(seen))
                    .setModel(MODEL)
                    .build());
            client.onCompleted();
        }
    }

    /** Sends while its client takes, as motion-service does. */
    private final class Sending {
        private final GenerateRequest request;
        private final ServerCallStreamObserver<Frame> client;
        private final int step;
        private long next;
        private long count;
        private boolean ended;

        Sending(GenerateRequest request, ServerCallStreamObserver<Frame> client) {
            this.request = request;
            this.client = client;
            next = request.getFirstIndex();
            step = request.getTimeStep() < 0 ? -1 : 1;
        }

        void begin() {
            counter(started, request.getSeed()).incrementAndGet();
            counter(running, request.getSeed()).incrementAndGet();
            client.setOnReadyHandler(this::send);
            client.setOnCancelHandler(this::end);
        }

        private synchronized void end() {
            if (!ended) {
                ended = true;
                counter(running, request.getSeed()).decrementAndGet();
            }
        }

        private synchronized void send() {
            while (!ended && client.isReady()) {
                if (next < 0 || count > 0 && count == request.getFrameCount()) {
                    end();
                    client.onCompleted();
                } else if (request.getMotionSeed() == BREAKING && count == 5) {
                    end();
                    client.onError(Status.UNAVAILABLE.withDescription("killed").asRuntimeException());
                } else if (request.getMotionSeed() == FAILING && count == 3) {
                    end();
                    client.onError(Status.INTERNAL.withDescription("broken").asRuntimeException());
                } else if (request.getMotionSeed() == STILL && count == 2) {
                    return;
                } else {
                    counter(sent, request.getSeed()).incrementAndGet(); // before its reader can ask how many
                    client.onNext(frame(request, next));
                    next += step;
                    count++;
                }
            }
        }
    }

    private static final class Decoder extends DecoderGrpc.DecoderImplBase {
        @Override
        public void variants(VariantsRequest request, StreamObserver<VariantsResponse> client) {
            client.onNext(VariantsResponse.newBuilder()
                    .addVariants(variant("base", MODEL))
                    .addVariants(variant("sketch", SKETCH))
                    .build());
            client.onCompleted();
        }

        private static Variant variant(String name, String model) {
            return Variant.newBuilder()
                    .setName(name)
                    .setModel(model)
                    .setResolution(SIDE)
                    .setWDim(8)
                    .build();
        }
    }
}
