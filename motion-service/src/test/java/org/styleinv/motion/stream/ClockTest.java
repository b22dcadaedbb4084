package org.styleinv.motion.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.util.concurrent.Uninterruptibles;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.door.Health;
import org.styleinv.door.trace.TraceDoor;
import org.styleinv.motion.TestConfig;
import org.styleinv.motion.connection.ClientConnection;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;

/** The clock that looks after all streams of a replica. */
@Timeout(60)
class ClockTest {
    private static final Duration STUCK = Duration.ofMillis(300); // a turn takes microseconds

    /** A client whose connection does not answer the question whether it can take more. */
    private static final class Hanging extends ServerCallStreamObserver<Frame> {
        private final CountDownLatch hang = new CountDownLatch(1);

        @Override
        public boolean isReady() {
            Uninterruptibles.awaitUninterruptibly(hang);
            return false;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void onNext(Frame frame) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }

    @Test
    void aClockThatHangsIsSaid() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            assertEquals(Health.WELL, rig.streams.health(STUCK));
            Hanging client = new Hanging();
            CheckedRequest plan =
                    CheckedRequest.of(GenerateRequest.newBuilder().setSeed(5).build());
            MotionModel.Scene scene = rig.motion.begin(new float[4], new float[12], 1);
            ClientConnection line = ClientConnection.OF_CALL.get();
            Session<Frame> session =
                    rig.streams.session(plan, scene, client, line, System.nanoTime(), TraceDoor.current(), true);
            rig.streams.register(session, line, true);
            try {
                StreamRig.await(() ->
                        rig.streams.health(STUCK).because().orElse("").startsWith("motion-clock has been at one turn"));
            } finally {
                client.hang.countDown();
            }
            StreamRig.await(() -> rig.streams.health(STUCK).isWell());
            session.leave();
        }
    }
}
