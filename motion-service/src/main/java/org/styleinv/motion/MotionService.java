package org.styleinv.motion;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.function.Consumer;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.BroadcastsRequest;
import org.styleinv.proto.BroadcastsResponse;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.StartBroadcastRequest;
import org.styleinv.proto.StopBroadcastRequest;

/** The gRPC door. It extends the plain base class, for the reactive one of this Quarkus line knows no flow control. */
@GrpcService
class MotionService extends MotionGrpc.MotionImplBase {
    private final MotionProcess process;

    MotionService(MotionProcess process) {
        this.process = process;
    }

    @Override
    public void generateStream(GenerateRequest request, StreamObserver<Frame> client) {
        started(client, streams -> streams.frames(request, (ServerCallStreamObserver<Frame>) client));
    }

    @Override
    public void generateLatents(GenerateRequest request, StreamObserver<Latent> client) {
        started(client, streams -> streams.latents(request, (ServerCallStreamObserver<Latent>) client));
    }

    private void started(StreamObserver<?> client, Consumer<Streams> body) {
        process.streams()
                .ifPresentOrElse(
                        body,
                        () -> client.onError(Status.UNAVAILABLE
                                .withDescription("motion-service is starting, try again in a few seconds")
                                .asRuntimeException()));
    }

    @Override
    public void startBroadcast(StartBroadcastRequest request, StreamObserver<Broadcast> client) {
        notYet(client);
    }

    @Override
    public void stopBroadcast(StopBroadcastRequest request, StreamObserver<Broadcast> client) {
        notYet(client);
    }

    @Override
    public void broadcasts(BroadcastsRequest request, StreamObserver<BroadcastsResponse> client) {
        notYet(client);
    }

    private static void notYet(StreamObserver<?> client) {
        client.onError(Status.UNIMPLEMENTED
                .withDescription(
                        "this version has no live channels; use GenerateStream with frame_count 0 and pace REAL_TIME")
                .asRuntimeException());
    }
}
