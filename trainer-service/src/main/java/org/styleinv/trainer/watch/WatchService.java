package org.styleinv.trainer.watch;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.styleinv.door.Requests;
import org.styleinv.proto.Progress;
import org.styleinv.proto.TrainerGrpc;
import org.styleinv.proto.WatchRequest;

/** The gRPC door of a run. It writes only what a client takes. */
final class WatchService implements TrainerGrpc.AsyncService, BindableService {
    private final RunFigures figures;

    WatchService(RunFigures figures) {
        this.figures = figures;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return Requests.checked(TrainerGrpc.bindService(this));
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<Progress> client) {
        Session session = new Session((ServerCallStreamObserver<Progress>) client, figures.reader());
        session.client.setOnReadyHandler(session);
        session.client.setOnCancelHandler(() -> figures.forget(session));
        figures.listen(session);
        session.run();
    }

    /** One client. It is run by gRPC when the client took something, and by the run when there is something. */
    private final class Session implements Runnable {
        private final ServerCallStreamObserver<Progress> client;
        private final RunFigures.Reader reader;
        private boolean over;

        private Session(ServerCallStreamObserver<Progress> client, RunFigures.Reader reader) {
            this.client = client;
            this.reader = reader;
        }

        @Override
        public synchronized void run() {
            while (!over && client.isReady()) {
                boolean ended = figures.ended(); // before the line is asked for: none comes after the end
                Optional<Progress> line = reader.next();
                if (line.isPresent()) {
                    client.onNext(line.get());
                } else if (ended) {
                    finish();
                } else {
                    return;
                }
            }
        }

        private void finish() {
            over = true;
            figures.forget(this);
            figures.failure()
                    .ifPresentOrElse(
                            reason -> client.onError(
                                    Status.ABORTED.withDescription(reason).asRuntimeException()),
                            client::onCompleted);
        }
    }
}
