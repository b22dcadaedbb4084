package org.styleinv.mesh.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.MotionGrpc;

/** {@code generate} while replicas die: who reads its output sees neither a gap nor a repeat. */
@Timeout(60)
class ResumeTest {
    private final List<Server> servers = new ArrayList<>();
    private final List<Long> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(Server::shutdownNow);
    }

    /** A replica that dies after so many frames of each stream. */
    private String replica(int life) throws IOException {
        Server server = ServerBuilder.forPort(0)
                .addService(new MotionGrpc.MotionImplBase() {
                    @Override
                    public void generateStream(GenerateRequest request, StreamObserver<Frame> frames) {
                        asked.add(request.getFirstIndex());
                        long end = Math.min(life, request.getFrameCount());
                        for (long i = 0; i < end; i++) {
                            frames.onNext(frame(request.getFirstIndex() + i));
                        }
                        if (end < request.getFrameCount()) {
                            frames.onError(Status.UNAVAILABLE.asRuntimeException());
                        } else {
                            frames.onCompleted();
                        }
                    }
                })
                .build()
                .start();
        servers.add(server);
        return "localhost:" + server.getPort();
    }

    private static Frame frame(long index) {
        return Frame.newBuilder()
                .setIndex(index)
                .setImage(Image.newBuilder()
                        .setEncoding(Encoding.RAW)
                        .setWidth(1)
                        .setHeight(1)
                        .setData(ByteString.copyFrom(new byte[] {1, 2, (byte) index})))
                .build();
    }

    @Test
    void theCommandGoesOnAtTheNextReplicaWithoutAGapOrARepeat() throws IOException {
        String servers = replica(3) + "," + replica(5) + ",localhost:1";
        Run run = Run.of("generate", "--server", servers, "--seed", "1", "--from", "100", "--frames", "20", "--hashes");
        assertEquals(0, run.code(), run.err());
        assertEquals(
                LongStream.range(100, 120).boxed().toList(),
                run.out().lines().map(line -> Long.valueOf(line.split(" ")[0])).toList());
        assertEquals(List.of(100L, 103L, 108L, 111L, 116L, 119L), asked);
    }
}
