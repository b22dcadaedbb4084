package org.styleinv.encoder;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;
import org.styleinv.door.Requests;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;

/** The gRPC door. */
@GrpcService
class EncoderService implements EncoderGrpc.AsyncService, BindableService {
    private static final Logger LOG = Logger.getLogger(EncoderService.class);

    private final EncoderProcess process;

    EncoderService(EncoderProcess process) {
        this.process = process;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return Requests.checked(EncoderGrpc.bindService(this));
    }

    @Override
    public void invert(InvertRequest request, StreamObserver<InvertResponse> client) {
        if (client instanceof ServerCallStreamObserver<InvertResponse> call) {
            call.setOnCancelHandler(() -> LOG.debug("a client left")); // so that answering it is no error
        }
        if (!process.started()) {
            client.onError(Status.UNAVAILABLE
                    .withDescription("encoder-service is starting, try again in a few seconds")
                    .asRuntimeException());
            return;
        }
        try {
            process.work(() -> answer(request, client));
        } catch (StatusRuntimeException e) {
            client.onError(e);
        } catch (RejectedExecutionException e) {
            client.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("the encoder has as many pictures as it can hold, try again in a second")
                    .asRuntimeException());
        }
    }

    private void answer(InvertRequest request, StreamObserver<InvertResponse> client) {
        try {
            client.onNext(process.invert(request));
            client.onCompleted();
        } catch (StatusRuntimeException e) {
            client.onError(e);
        } catch (RuntimeException e) {
            LOG.error("invert failed", e);
            client.onError(Status.INTERNAL
                    .withDescription("invert failed: " + e.getMessage())
                    .asRuntimeException());
        }
    }
}
