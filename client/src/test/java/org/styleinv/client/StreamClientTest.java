package org.styleinv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.wire.Pushback;

/** The client against servers that break in every way a server can. */
@Timeout(60)
class StreamClientTest {
    private static final StreamClient.Settings HASTY =
            new StreamClient.Settings(4, Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofSeconds(20));

    private final List<Server> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(Server::shutdownNow);
    }

    /** What a server does with a request; it sends frames by itself. */
    private interface Behaviour {
        void serve(GenerateRequest request, ServerCallStreamObserver<Frame> frames);
    }

    private String serve(Behaviour behaviour) throws IOException {
        return serve(0, behaviour);
    }

    private String serve(int port, Behaviour behaviour) throws IOException {
        Server server = ServerBuilder.forPort(port)
                .addService(new MotionGrpc.MotionImplBase() {
                    @Override
                    public void generateStream(GenerateRequest request, StreamObserver<Frame> frames) {
                        behaviour.serve(request, (ServerCallStreamObserver<Frame>) frames);
                    }
                })
                .build()
                .start();
        servers.add(server);
        return "localhost:" + server.getPort();
    }

    private static void send(ServerCallStreamObserver<Frame> frames, long from, long to) {
        LongStream.range(from, to)
                .forEach(index ->
                        frames.onNext(Frame.newBuilder().setIndex(index).build()));
    }

    private static GenerateRequest request(long first, long count) {
        return GenerateRequest.newBuilder()
                .setSeed(1)
                .setFirstIndex(first)
                .setFrameCount(count)
                .build();
    }

    private static List<Long> indexes(FrameStream stream) {
        List<Long> indexes = new ArrayList<>();
        stream.forEachRemaining(frame -> indexes.add(frame.getIndex()));
        return indexes;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void goesOnWhenHttp2ResetsTheStream() throws IOException {
        String address = serve((request, frames) -> {
            send(frames, request.getFirstIndex(), Math.min(request.getFirstIndex() + 3, 5));
            if (request.getFirstIndex() == 0) {
                frames.onError(Status.INTERNAL
                        .withDescription("RST_STREAM closed stream. HTTP/2 error code: INTERNAL_ERROR")
                        .asRuntimeException());
            } else {
                frames.onCompleted();
            }
        });
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(0, 5))) {
            assertEquals(range(0, 5), indexes(stream));
        }
    }

    @Test
    void doesNotWaitForAServerBeyondItsPatience() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        String address = serve((request, frames) -> {
            asked.incrementAndGet();
            frames.onError(Pushback.refusal("no room"));
        });
        var hurried = new StreamClient.Settings(1, HASTY.silence(), HASTY.patience(), Duration.ofSeconds(1));
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(0, 1), hurried)) {
            var refusal = assertThrows(StatusRuntimeException.class, stream::next);
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, refusal.getStatus().getCode());
            assertEquals(2000, Pushback.millis(refusal.getTrailers()).orElseThrow());
            assertEquals(1, asked.get()); // once more, after two seconds, would be too late
        }
    }

    @Test
    void goesOnAtTheNextFrameWhenTheServerFails() throws IOException {
        List<Long> asked = new CopyOnWriteArrayList<>();
        String address = serve((request, frames) -> {
            asked.add(request.getFirstIndex());
            send(frames, request.getFirstIndex(), Math.min(request.getFirstIndex() + 7, 120));
            if (request.getFirstIndex() + 7 < 120) {
                frames.onError(Status.UNAVAILABLE.withDescription("killed").asRuntimeException());
            } else {
                frames.onCompleted();
            }
        });
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(100, 20))) {
            List<String> news = new ArrayList<>();
            stream.onInterruption(news::add);
            assertEquals(range(100, 120), indexes(stream));
            assertEquals(List.of(100L, 107L, 114L), asked);
            assertEquals(2, stream.reconnections());
            assertEquals(2, news.size(), "each interruption is told once: " + news);
            assertTrue(news.get(0).startsWith("no frame 107 (killed); looking for a server"), news.get(0));
        }
    }

    @Test
    void showsTheTokenThatItHasNowWhenTheOneThatItBeganWithIsRefused() throws IOException {
        String address = serve((request, frames) -> {
            send(frames, request.getFirstIndex(), Math.min(request.getFirstIndex() + 3, 5));
            if (request.getFirstIndex() == 0) {
                frames.onError(Status.UNAUTHENTICATED.withDescription("expired").asRuntimeException());
            } else {
                frames.onCompleted();
            }
        });
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(0, 5))) {
            assertEquals(range(0, 5), indexes(stream));
            assertEquals(1, stream.reconnections());
        }
    }

    @Test
    void believesAServerThatRefusesItsTokenTwice() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        String address = serve((request, frames) -> {
            if (asked.getAndIncrement() == 0) {
                send(frames, 0, 3);
            }
            frames.onError(Status.UNAUTHENTICATED.withDescription("expired").asRuntimeException());
        });
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(0, 5))) {
            var refusal = assertThrows(StatusRuntimeException.class, () -> indexes(stream));
            assertEquals(Status.Code.UNAUTHENTICATED, refusal.getStatus().getCode());
            assertEquals(3, stream.nextIndex());
            assertEquals(2, asked.get());
        }
    }

    @Test
    void asksAgainWhenAServerWithoutRoomSaysWhen() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        String address = serve((request, frames) -> {
            if (asked.incrementAndGet() < 3) {
                Metadata hint = new Metadata();
                hint.put(Pushback.KEY, "100");
                frames.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException(hint));
                return;
            }
            send(frames, 0, 5);
            frames.onCompleted();
        });
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(0, 5))) {
            assertEquals(range(0, 5), indexes(stream));
            assertEquals(3, asked.get());
        }
    }

    @Test
    void takesTheNextReplicaWhenOneIsGone() throws IOException {
        String good = serve((request, frames) -> {
            send(frames, request.getFirstIndex(), request.getFirstIndex() + request.getFrameCount());
            frames.onCompleted();
        });
        try (var client = StreamClient.connect(List.of("localhost:1", good), HASTY);
                var stream = client.stream(request(0, 30))) {
            assertEquals(range(0, 30), indexes(stream));
        }
    }

    @Test
    void waitsForAServerThatComesBackOnItsPort() throws Exception {
        AtomicInteger served = new AtomicInteger();
        Behaviour behaviour = (request, frames) -> {
            served.incrementAndGet();
            send(frames, request.getFirstIndex(), request.getFirstIndex() + 5);
        };
        String address = serve(behaviour);
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(0, 10))) {
            for (long index = 0; index < 5; index++) {
                assertEquals(index, stream.next().getIndex());
            }
            servers.get(0).shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            var later = new Thread(() -> {
                try {
                    TimeUnit.MILLISECONDS.sleep(700);
                    serve(Integer.parseInt(address.substring(address.indexOf(':') + 1)), behaviour);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            later.start();
            assertEquals(range(5, 10), indexes(stream));
            later.join();
            assertTrue(served.get() >= 2, "served " + served.get() + " times"); // a slow answer is asked for again
        }
    }

    @Test
    void showsNoFrameTwiceAndLeavesNoneOut() throws IOException {
        AtomicInteger call = new AtomicInteger();
        String address = serve((request, frames) -> {
            if (call.getAndIncrement() == 0) {
                send(frames, 0, 2);
                send(frames, 0, 3); // repeats
                send(frames, 4, 6); // a gap
            } else {
                send(frames, request.getFirstIndex(), 8);
                frames.onCompleted();
            }
        });
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(0, 8))) {
            assertEquals(range(0, 8), indexes(stream));
        }
    }

    @Test
    void leavesAServerThatFallsSilent() throws IOException {
        String silent = serve((request, frames) -> send(frames, 0, 1));
        String good = serve((request, frames) -> {
            send(frames, request.getFirstIndex(), 3);
            frames.onCompleted();
        });
        try (var client = StreamClient.connect(List.of(silent, good), HASTY);
                var stream = client.stream(request(0, 3))) {
            assertEquals(range(0, 3), indexes(stream));
        }
    }

    @Test
    void followsIndexesThatFallWhenTimeRunsBackwards() throws IOException {
        AtomicInteger call = new AtomicInteger();
        String address = serve((request, frames) -> {
            long first = request.getFirstIndex();
            long last = call.getAndIncrement() == 0 ? first - 3 : 0;
            for (long index = first; index >= last; index--) {
                frames.onNext(Frame.newBuilder().setIndex(index).build());
            }
            if (last > 0) {
                frames.onError(Status.UNAVAILABLE.asRuntimeException());
            } else {
                frames.onCompleted();
            }
        });
        var request = GenerateRequest.newBuilder()
                .setSeed(1)
                .setFirstIndex(9)
                .setTimeStep(-1)
                .build();
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request)) {
            assertEquals(List.of(9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L, 0L), indexes(stream));
        }
    }

    @Test
    void handsOnWhatTheServerRefuses() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        String address = serve((request, frames) -> {
            calls.incrementAndGet();
            frames.onError(Status.INVALID_ARGUMENT
                    .withDescription("fps must be above 0, got -1")
                    .asRuntimeException());
        });
        try (var client = StreamClient.connect(List.of(address), HASTY);
                var stream = client.stream(request(0, 3))) {
            StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, stream::hasNext);
            assertEquals("fps must be above 0, got -1", refused.getStatus().getDescription());
            assertFalse(stream.hasNext());
            assertEquals(1, calls.get());
        }
    }

    @Test
    void givesUpWhenItsPatienceEnds() {
        var settings =
                new StreamClient.Settings(4, Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofMillis(600));
        try (var client = StreamClient.connect(List.of("localhost:1"), settings);
                var stream = client.stream(request(0, 3))) {
            StatusRuntimeException failed = assertThrows(StatusRuntimeException.class, stream::hasNext);
            assertEquals(Status.Code.UNAVAILABLE, failed.getStatus().getCode());
        }
    }

    @Test
    void asksForNoMoreThanItsWindow() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        byte[] megabyte = new byte[1 << 20];
        String address = serve((request, frames) -> frames.setOnReadyHandler(() -> {
            while (frames.isReady() && sent.get() < 400) {
                frames.onNext(Frame.newBuilder()
                        .setIndex(sent.getAndIncrement())
                        .setImage(org.styleinv.proto.Image.newBuilder()
                                .setData(com.google.protobuf.ByteString.copyFrom(megabyte)))
                        .build());
            }
        }));
        StreamClient.Settings patient = // with a server that sends a megabyte late on a busy machine
                new StreamClient.Settings(HASTY.window(), HASTY.patience(), HASTY.patience(), HASTY.welcome());
        try (var client = StreamClient.connect(List.of(address), patient);
                var stream = client.stream(request(0, 400))) {
            stream.next();
            int before = -1;
            while (before != sent.get()) { // until the server has nothing more to do
                before = sent.get();
                TimeUnit.MILLISECONDS.sleep(300);
            }
            assertTrue(sent.get() <= 12, "1 frame was taken, the window is 4, but the server sent " + sent.get());
        }
    }
}
