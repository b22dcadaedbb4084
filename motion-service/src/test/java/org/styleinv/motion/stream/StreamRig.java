package org.styleinv.motion.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.styleinv.motion.TestConfig;
import org.styleinv.motion.connection.ClientConnection;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.FakeMotion;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.kafka.LatentPublisher;
import org.styleinv.motion.kafka.Replies;
import org.styleinv.motion.request.PeerServices;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;
import org.styleinv.proto.Latent;
import org.styleinv.proto.MapRequest;
import org.styleinv.proto.MapResponse;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.SynthesizeResponse;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.VariantsResponse;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;
import org.styleinv.telemetry.trace.Traces;

/** A motion service with a real gRPC way to its client and to its peers, and decoders that a test can mistreat. */
public final class StreamRig implements AutoCloseable {
    /** What the decoders do to frames: 0 nothing, else lose, repeat and shuffle one in so many. */
    private final int mischief;

    /** A latent that begins with it is refused by decoders. */
    static final float NO_PICTURE = 2e38f;

    final FakeMotion motion = new FakeMotion();
    final BlockingQueue<Latent> latents = new LinkedBlockingQueue<>();
    final List<Latent> sent = new ArrayList<>(); // guarded by itself
    final List<String> followed = new java.util.concurrent.CopyOnWriteArrayList<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Streams streams;
    private final Animator animator;
    private final Server server;
    private final ManagedChannel channel;
    private final Thread decoders;
    private final AtomicInteger taken = new AtomicInteger(); // latents that decoders began with
    volatile boolean decoding = true;
    volatile boolean silent; // nothing is heard of any client
    final AtomicInteger watchers = new AtomicInteger(); // of the clients' line

    volatile CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);
    volatile Set<Integer> usable = Set.of(1, 3);
    volatile Set<Integer> read = Set.of(1, 3);

    /** Frames come back where a test says. */
    private final class TestReplies implements Replies {
        @Override
        public CompletableFuture<Void> follow(String variant) {
            followed.add(variant);
            return settled;
        }

        @Override
        public Set<Integer> usable() {
            return usable;
        }

        @Override
        public boolean reads(int partition) {
            return read.contains(partition);
        }
    }

    private final ClientConnection line = new ClientConnection() {
        @Override
        public void watch() {
            watchers.incrementAndGet();
        }

        @Override
        public void unwatch() {
            watchers.decrementAndGet();
        }

        @Override
        public boolean silent() {
            return silent;
        }
    };

    StreamRig(TestConfig config, int mischief) throws Exception {
        this.mischief = mischief;
        String name = InProcessServerBuilder.generateName();
        channel = InProcessChannelBuilder.forName(name).build();
        animator = new Animator(() -> motion, config.chunk(), config.maxBatch(), config.stuckAfter(), meters);
        MotionModel model = animator.start();
        PeerServices peers = new PeerServices(
                EncoderGrpc.newBlockingStub(channel),
                DecoderGrpc.newBlockingStub(channel),
                config.peerTimeout(),
                config.peerWait());
        LatentPublisher publisher =
                new LatentPublisher(this::collect, this::collect, WireHeaders.FIRST_VERSION, meters);
        streams = new Streams(config, model, animator, peers, publisher, new TestReplies(), Traces.OFF, meters);
        server = InProcessServerBuilder.forName(name)
                .addService(new Door())
                .addService(new FakeDecoders())
                .addService(new FakeEncoder())
                .build()
                .start();
        decoders = new Thread(this::decode, "decoders");
        decoders.setDaemon(true);
        decoders.start();
    }

    MotionGrpc.MotionBlockingStub client() {
        return MotionGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    MotionGrpc.MotionStub asyncClient() {
        return MotionGrpc.newStub(channel);
    }

    int sentLatents() {
        synchronized (sent) {
            return (int) sent.stream().filter(latent -> !latent.getCancel()).count();
        }
    }

    /** Latents that wait for decoders; one that they begin with at this moment may be among them. */
    int waitingLatents() {
        return sentLatents() - taken.get();
    }

    boolean sentCancel(String stream) {
        synchronized (sent) {
            return sent.stream()
                    .anyMatch(latent -> latent.getCancel() && latent.getStream().equals(stream));
        }
    }

    double count(String name) {
        return meters.counter(name).count();
    }

    public static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not happen in 20 s");
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() throws Exception {
        streams.close();
        animator.close();
        decoders.interrupt();
        channel.shutdownNow();
        server.shutdownNow();
    }

    /** A frame comes back now. */
    String frame(Frame frame) {
        return streams.frame(frame, Topics.frames(frame.getVariant()), System.currentTimeMillis());
    }

    /** What a decoder makes of a latent. */
    Frame painted(Latent latent) {
        return Frame.newBuilder()
                .setStream(latent.getStream())
                .setIndex(latent.getIndex())
                .setPresentationUs(latent.getPresentationUs())
                .setVariant(latent.getVariant())
                .setBlend(latent.getBlend())
                .setModel("fake-decoder")
                .setImage(Image.newBuilder()
                        .setEncoding(latent.getEncoding())
                        .setWidth(motion.resolution())
                        .setHeight(motion.resolution())
                        .setData(ByteString.copyFromUtf8(latent.getWList().toString())))
                .build();
    }

    private void decode() {
        Random random = new Random(7);
        List<Frame> held = new ArrayList<>();
        try {
            while (true) {
                Latent latent = latents.poll(20, TimeUnit.MILLISECONDS);
                if (!decoding) {
                    continue;
                }
                if (latent == null) {
                    held.forEach(this::frame);
                    held.clear();
                    continue;
                }
                taken.incrementAndGet();
                Frame frame = painted(latent);
                if (mischief > 0 && random.nextInt(mischief) == 0) {
                    continue; // lost
                }
                held.add(frame);
                if (mischief > 0 && random.nextInt(mischief) == 0) {
                    held.add(frame); // twice
                }
                if (mischief == 0 || held.size() >= 3) {
                    java.util.Collections.shuffle(held, mischief > 0 ? random : new Random(0));
                    held.forEach(this::frame);
                    held.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hands latents to the decoders at once. */
    private void collect(ProducerRecord<byte[], byte[]> record, Consumer<Throwable> settled) {
        try {
            if (record.topic().equals(Topics.LATENTS)) {
                Latent latent = Latent.parseFrom(record.value());
                synchronized (sent) {
                    sent.add(latent);
                }
                if (!latent.getCancel()) {
                    latents.add(latent);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        settled.accept(null);
    }

    private final class Door extends MotionGrpc.MotionImplBase {
        @Override
        public void generateStream(GenerateRequest request, StreamObserver<Frame> client) {
            Context.current()
                    .withValue(ClientConnection.OF_CALL, line)
                    .run(() -> streams.frames(request, (ServerCallStreamObserver<Frame>) client));
        }

        @Override
        public void generateLatents(GenerateRequest request, StreamObserver<Latent> client) {
            Context.current()
                    .withValue(ClientConnection.OF_CALL, line)
                    .run(() -> streams.latents(request, (ServerCallStreamObserver<Latent>) client));
        }
    }

    private static final class FakeDecoders extends DecoderGrpc.DecoderImplBase {
        @Override
        public void map(MapRequest request, StreamObserver<MapResponse> client) {
            client.onNext(MapResponse.newBuilder()
                    .addAllW(List.of((float) request.getSeed(), (float) request.getTruncationPsi(), 0f, 0f))
                    .build());
            client.onCompleted();
        }

        @Override
        public void synthesize(SynthesizeRequest request, StreamObserver<SynthesizeResponse> client) {
            if (request.getW(0) == NO_PICTURE) {
                client.onError(
                        Status.INVALID_ARGUMENT.withDescription("w is too far").asRuntimeException());
                return;
            }
            ByteBuffer pixels = ByteBuffer.allocate(12 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            client.onNext(SynthesizeResponse.newBuilder()
                    .setImage(Image.newBuilder().setData(ByteString.copyFrom(pixels)))
                    .build());
            client.onCompleted();
        }

        @Override
        public void variants(VariantsRequest request, StreamObserver<VariantsResponse> client) {
            client.onNext(VariantsResponse.newBuilder()
                    .addVariants(Variant.newBuilder().setName("base"))
                    .addVariants(Variant.newBuilder().setName("sketch"))
                    .build());
            client.onCompleted();
        }
    }

    private static final class FakeEncoder extends EncoderGrpc.EncoderImplBase {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public void invert(InvertRequest request, StreamObserver<InvertResponse> client) {
            if (request.getImage().getData().toStringUtf8().equals("bomb")) {
                client.onError(Status.INVALID_ARGUMENT
                        .withDescription("the image is a bomb")
                        .asRuntimeException());
                return;
            }
            if (request.getImage().getData().toStringUtf8().equals("crowd")) {
                client.onError(Status.RESOURCE_EXHAUSTED
                        .withDescription("too many pictures")
                        .asRuntimeException());
                return;
            }
            if (request.getImage().getData().toStringUtf8().equals("late") && calls.getAndIncrement() == 0) {
                client.onError(Status.INTERNAL
                        .withDescription("RST_STREAM closed stream. HTTP/2 error code: INTERNAL_ERROR")
                        .asRuntimeException());
                return;
            }
            client.onNext(InvertResponse.newBuilder()
                    .addAllW0(List.of(41f, 0f, 0f, 0f))
                    .build());
            client.onCompleted();
        }
    }

    /** A client that takes what it asks for and no more. */
    static final class Reader<T> implements ClientResponseObserver<GenerateRequest, T> {
        final List<T> got = new ArrayList<>(); // guarded by itself
        final CountDownLatch done = new CountDownLatch(1);
        volatile Throwable failure;
        private ClientCallStreamObserver<GenerateRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<GenerateRequest> call) {
            this.call = call;
            call.disableAutoRequestWithInitial(0);
        }

        void ask(int count) {
            call.request(count);
        }

        void leave() {
            call.cancel("the client leaves", null);
        }

        int size() {
            synchronized (got) {
                return got.size();
            }
        }

        @Override
        public void onNext(T value) {
            synchronized (got) {
                got.add(value);
            }
        }

        @Override
        public void onError(Throwable t) {
            failure = t;
            done.countDown();
        }

        @Override
        public void onCompleted() {
            done.countDown();
        }
    }
}
