package org.styleinv.mesh.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.Access;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.fault.watch.Checker;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.History;
import org.styleinv.mesh.fault.watch.History.Kept;
import org.styleinv.mesh.fault.watch.History.Reading;
import org.styleinv.mesh.fault.watch.History.Sighting;
import org.styleinv.mesh.fault.watch.History.Video;
import org.styleinv.mesh.fault.watch.Viewer;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.MotionGrpc;

/** Real bugs in real clients and servers, which really lose and change frames on the wire: the checker must see them. */
@Timeout(60)
class PlantedLossTest {
    private static final int COUNT = 30;
    private static final int DIES_AFTER = 12;
    private static final int IN_FLIGHT = 3;

    private Server server;
    private String address;
    private boolean forgetsTheSeed;

    /** Breaks every first stream after a while; a stream that is taken up again goes on where it is told to. */
    @BeforeEach
    void serve() throws IOException {
        server = ServerBuilder.forPort(0)
                .addService(new MotionGrpc.MotionImplBase() {
                    @Override
                    public void generateStream(GenerateRequest request, StreamObserver<Frame> frames) {
                        long first = request.getFirstIndex();
                        for (long index = first; index < COUNT; index++) {
                            if (first == 0 && index == DIES_AFTER) {
                                frames.onError(Status.UNAVAILABLE
                                        .withDescription("killed")
                                        .asRuntimeException());
                                return;
                            }
                            frames.onNext(frame(index, forgetsTheSeed && first > 0 ? 1 : 0));
                        }
                        frames.onCompleted();
                    }
                })
                .build()
                .start();
        address = "localhost:" + server.getPort();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    private static Frame frame(long index, int seed) {
        return Frame.newBuilder()
                .setStream("p0-stream")
                .setIndex(index)
                .setVariant("base")
                .setModel("model")
                .setImage(Image.newBuilder()
                        .setEncoding(Encoding.RAW)
                        .setWidth(1)
                        .setHeight(1)
                        .setData(ByteString.copyFrom(new byte[] {(byte) index, (byte) seed, 0})))
                .build();
    }

    private static String hash(Frame frame) {
        return Pixels.of(frame.getImage()).sha256();
    }

    private static Set<Rule> check(Reading reading) {
        Map<Long, String> truth = new TreeMap<>();
        List<Kept> topic = new ArrayList<>();
        for (long index = 0; index < COUNT; index++) {
            truth.put(index, hash(frame(index, 0)));
            topic.add(new Kept("t-0@" + index, "p0-stream", index, "base", "model", truth.get(index)));
        }
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        Checker.check(new History(Map.of(new Video("face", "base", "model"), truth), List.of(reading), topic)).stream()
                .map(Violation::rule)
                .forEach(rules::add);
        return rules;
    }

    /** A client that goes on after the frames it asked for instead of after those it took. */
    private Reading naive() {
        ManagedChannel channel = StreamClient.channel(address);
        List<Sighting> seen = new ArrayList<>();
        long next = 0;
        try {
            while (next < COUNT) {
                Iterator<Frame> frames = MotionGrpc.newBlockingStub(channel)
                        .generateStream(
                                GenerateRequest.newBuilder().setFirstIndex(next).build());
                try {
                    while (frames.hasNext()) {
                        Frame frame = frames.next();
                        seen.add(new Sighting(
                                frame.getStream(),
                                frame.getIndex(),
                                frame.getVariant(),
                                History.label(frame),
                                hash(frame),
                                System.nanoTime()));
                        next = frame.getIndex() + 1;
                    }
                } catch (StatusRuntimeException e) {
                    next += IN_FLIGHT;
                }
            }
        } finally {
            channel.shutdownNow();
        }
        return new Reading("naive", "face", 0, 1, COUNT, seen, "");
    }

    private Reading ours() throws InterruptedException {
        GenerateRequest request =
                GenerateRequest.newBuilder().setFrameCount(COUNT).build();
        try (var viewer = new Viewer("ours", "face", List.of(address), Access.PLAIN, request, Duration.ofSeconds(20))) {
            viewer.await(Integer.MAX_VALUE, Duration.ofSeconds(40));
            return viewer.reading();
        }
    }

    @Test
    void aClientThatLosesFramesIsFound() {
        assertEquals(Set.of(Rule.GAP), check(naive()));
    }

    @Test
    void aServerThatForgetsTheSeedIsFound() throws InterruptedException {
        forgetsTheSeed = true;
        assertEquals(Set.of(Rule.PIXELS), check(ours()));
    }

    @Test
    void ourClientLosesNothing() throws InterruptedException {
        assertEquals(Set.of(), check(ours()));
    }
}
