package org.styleinv.motion.door;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.styleinv.door.Requests;
import org.styleinv.door.guard.TokenDoor;
import org.styleinv.gate.Tenant;
import org.styleinv.motion.broadcast.Broadcasts;
import org.styleinv.motion.connection.ClientConnections;
import org.styleinv.motion.stream.Streams;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.BroadcastsRequest;
import org.styleinv.proto.BroadcastsResponse;
import org.styleinv.proto.DirectionsRequest;
import org.styleinv.proto.DirectionsResponse;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.StartBroadcastRequest;
import org.styleinv.proto.StopBroadcastRequest;

/** The gRPC door. It implements gRPC's plain service, for the reactive one of this Quarkus line knows no flow control. */
@GrpcService
@RegisterInterceptor(ClientConnections.class)
class MotionService implements MotionGrpc.AsyncService, BindableService {
    private static final Logger LOG = Logger.getLogger(MotionService.class);

    private final MotionProcess process;

    MotionService(MotionProcess process) {
        this.process = process;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return Requests.checked(MotionGrpc.bindService(this));
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
        process.streams().ifPresentOrElse(body, () -> client.onError(starting()));
    }

    private static StatusRuntimeException starting() {
        return Status.UNAVAILABLE
                .withDescription("motion-service is starting, try again in a few seconds")
                .asRuntimeException();
    }

    @Override
    public void startBroadcast(StartBroadcastRequest request, StreamObserver<Broadcast> client) {
        answer(client, broadcasts -> {
            Tenant tenant = TokenDoor.tenant();
            return TokenDoor.startBroadcast(
                    request.getId(),
                    () -> broadcasts.list(tenant).stream()
                            .filter(live -> live.getTenant().equals(tenant.name()))
                            .map(Broadcast::getId)
                            .toList(),
                    () -> broadcasts.start(tenant, request.getId(), request.getRequest()));
        });
    }

    @Override
    public void stopBroadcast(StopBroadcastRequest request, StreamObserver<Broadcast> client) {
        answer(client, broadcasts -> broadcasts.stop(TokenDoor.tenant(), request.getId()));
    }

    @Override
    public void broadcasts(BroadcastsRequest request, StreamObserver<BroadcastsResponse> client) {
        answer(client, broadcasts -> BroadcastsResponse.newBuilder()
                .addAllBroadcasts(broadcasts.list(TokenDoor.tenant()))
                .build());
    }

    @Override
    public void directions(DirectionsRequest request, StreamObserver<DirectionsResponse> client) {
        process.model()
                .ifPresentOrElse(
                        model -> {
                            client.onNext(DirectionsResponse.newBuilder()
                                    .addAllDirections(model.directions().names())
                                    .setModel(model.digest())
                                    .build());
                            client.onCompleted();
                        },
                        () -> client.onError(starting()));
    }

    /** What a call comes to; it may wait. */
    private interface Question<T> {
        T ask(Broadcasts broadcasts) throws InterruptedException;
    }

    private <T> void answer(StreamObserver<T> client, Question<T> question) {
        try {
            Broadcasts broadcasts = process.broadcasts().orElseThrow(MotionService::starting);
            broadcasts.call(Context.current().wrap(() -> answer(client, broadcasts, question)));
        } catch (StatusRuntimeException e) {
            client.onError(e);
        }
    }

    private static <T> void answer(StreamObserver<T> client, Broadcasts broadcasts, Question<T> question) {
        try {
            client.onNext(question.ask(broadcasts));
            client.onCompleted();
        } catch (StatusRuntimeException e) {
            client.onError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            client.onError(Status.UNAVAILABLE
                    .withDescription("motion-service is shutting down")
                    .asRuntimeException());
        } catch (RuntimeException e) {
            LOG.error("a call of broadcasts failed", e);
            client.onError(Status.INTERNAL
                    .withDescription("the call failed: " + e.getMessage())
                    .asRuntimeException());
        }
    }
}
