package org.styleinv.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.StopBroadcastRequest;

/** A server with our door, on a real line, where headers have their bound. */
@Timeout(60)
class DoorTest {
    private final Service motion = new Service("styleinv.v1.Motion");
    private final Service decoder = new Service("styleinv.v1.Decoder");
    private final HealthDoor health = new HealthDoor(List.of(motion, decoder));
    private final Log log = new Log();
    private Server server;
    private ManagedChannel channel;

    private static final class Service implements Serving {
        private final String name;
        volatile Health state = Health.WELL;
        volatile boolean silent;

        Service(String name) {
            this.name = name;
        }

        @Override
        public String service() {
            return name;
        }

        @Override
        public Health health() {
            if (silent) {
                throw new IllegalStateException("it cannot say");
            }
            return state;
        }
    }

    /** Says again what it got. */
    private static final class Echo extends MotionGrpc.MotionImplBase {
        @Override
        public void stopBroadcast(StopBroadcastRequest request, StreamObserver<Broadcast> client) {
            client.onError(Status.NOT_FOUND
                    .withDescription("broadcast \"" + request.getId() + "\" is not live")
                    .asRuntimeException());
        }
    }

    /** Remembers stack traces. */
    private static final class Log extends Handler {
        volatile LogRecord trace;

        @Override
        public void publish(LogRecord record) {
            if (record.getThrown() != null) {
                trace = record;
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void open() throws Exception {
        server = NettyServerBuilder.forPort(0)
                .intercept(new StatusDoor())
                .addService(Requests.checked(new Echo().bindService()))
                .addService(health)
                .addServices(Reflection.services())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                .usePlaintext()
                .build();
        Logger.getLogger("").addHandler(log);
    }

    @AfterEach
    void close() {
        Logger.getLogger("").removeHandler(log);
        channel.shutdownNow();
        health.close();
        server.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ü", "漢", "\u0007", "😀"})
    void aLongNameKeepsItsStatus(String letter) {
        StatusRuntimeException e = assertThrows(StatusRuntimeException.class, () -> MotionGrpc.newBlockingStub(channel)
                .stopBroadcast(StopBroadcastRequest.newBuilder()
                        .setId(letter.repeat(20_000))
                        .build()));
        assertEquals(Status.Code.NOT_FOUND, e.getStatus().getCode(), e.getMessage());
        assertTrue(e.getStatus().getDescription().endsWith("\" is not live"), e.getMessage());
    }

    /** Sends bytes as they are. */
    private record Bytes() implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    }

    @Test
    void bytesThatAreNoRequestAreTheClientsFaultAndNoNews() {
        byte[][] malformed = {
            {(byte) 0xff},
            {0x0a, 0x7f, 1},
            {0x0a, 2, (byte) 0xc3, 0x28},
            {0x0f},
            {0x0b},
            new byte[100_000],
            {0x08, -1, -1}
        };
        malformed[5][0] = 0x0c;
        for (byte[] bytes : malformed) {
            StatusRuntimeException e = assertThrows(
                    StatusRuntimeException.class,
                    () -> ClientCalls.blockingUnaryCall(
                            channel,
                            MotionGrpc.getStopBroadcastMethod().toBuilder(new Bytes(), new Bytes())
                                    .build(),
                            CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                            bytes));
            assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode(), e.getMessage());
            assertTrue(e.getMessage().contains("styleinv.v1.Motion/StopBroadcast are no request"), e.getMessage());
        }
        assertEquals(null, log.trace);
    }

    /** Sends so many messages and no more; what comes of it. */
    private Status send(String method, byte[]... messages) throws Exception {
        CompletableFuture<Status> ended = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call = channel.newCall(
                MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                        .setFullMethodName(method)
                        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status);
                    }
                },
                new Metadata());
        call.request(100);
        for (byte[] message : messages) {
            call.sendMessage(message);
        }
        call.halfClose();
        return ended.get();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "styleinv.v1.Motion/StopBroadcast",
                "grpc.health.v1.Health/Check",
                "grpc.health.v1.Health/Watch",
                "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
            })
    void whateverServiceIsAskedAMalformedCallIsTheClientsFault(String method) throws Exception {
        byte[] bad = {-1, -1};
        byte[] good = {0x0a, 1, 'x'};
        for (byte[][] messages : new byte[][][] {{bad}, {bad, bad}, {bad, good}, {bad, bad, good, bad}}) {
            Status status = send(method, messages);
            assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode(), status.toString());
        }
        if (!method.contains("eflection")) { // which takes as many as come
            assertTrue(send(method).getDescription().contains("wants a request"));
            assertTrue(send(method, good, good).getDescription().contains("takes one request"));
        }
        assertEquals(null, log.trace);
    }

    @Test
    void reflectionListsTheServices() throws Exception {
        BlockingQueue<List<String>> told = new LinkedBlockingQueue<>();
        StreamObserver<ServerReflectionRequest> asking = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse answer) {
                        told.add(answer.getListServicesResponse().getServiceList().stream()
                                .map(ServiceResponse::getName)
                                .toList());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        told.add(List.of(failure.toString()));
                    }

                    @Override
                    public void onCompleted() {}
                });
        asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        List<String> services = told.poll(20, TimeUnit.SECONDS);
        asking.onCompleted();
        assertTrue(services.containsAll(List.of("styleinv.v1.Motion", "grpc.health.v1.Health")), services.toString());
    }

    @Test
    void aCheckedServiceIsStillShownByReflection() {
        ServiceDescriptor plain = new Echo().bindService().getServiceDescriptor();
        ServiceDescriptor checked = Requests.checked(new Echo().bindService()).getServiceDescriptor();
        assertEquals(plain.getSchemaDescriptor(), checked.getSchemaDescriptor());
        assertFalse(checked.getMethods().isEmpty());
        assertEquals(plain.getMethods().size(), checked.getMethods().size());
    }

    private ServingStatus check(String name) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(name).build())
                .getStatus();
    }

    private void await(String name, ServingStatus status) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (check(name) != status) {
            assertTrue(System.nanoTime() < end, name + " does not become " + status);
            Thread.sleep(20);
        }
    }

    @Test
    void healthFollowsEachServiceByItsName() throws Exception {
        assertEquals(ServingStatus.NOT_SERVING, check("styleinv.v1.Motion"), "nobody was asked yet");
        health.start();
        await("", ServingStatus.SERVING);
        motion.state = Health.trouble("motion-engine", "the engine hangs");
        await("styleinv.v1.Motion", ServingStatus.NOT_SERVING);
        await("", ServingStatus.NOT_SERVING);
        assertEquals(ServingStatus.SERVING, check("styleinv.v1.Decoder"));
        motion.silent = true;
        decoder.state = Health.trouble("decoder-latents", "no broker");
        await("styleinv.v1.Decoder", ServingStatus.NOT_SERVING);
        assertEquals(ServingStatus.NOT_SERVING, check("styleinv.v1.Motion"));
        motion.state = Health.WELL;
        motion.silent = false;
        decoder.state = Health.WELL;
        await("", ServingStatus.SERVING);
        for (String unknown : List.of("styleinv.v1.Nobody", "Motion", "styleinv.v1.motion", "x".repeat(9000))) {
            StatusRuntimeException e = assertThrows(StatusRuntimeException.class, () -> check(unknown));
            assertEquals(Status.Code.NOT_FOUND, e.getStatus().getCode());
        }
    }

    private Iterator<HealthCheckResponse> watch(String name) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .watch(HealthCheckRequest.newBuilder().setService(name).build());
    }

    @Test
    void whoWatchesHearsOfChanges() throws Exception {
        health.start();
        await("styleinv.v1.Motion", ServingStatus.SERVING);
        Iterator<HealthCheckResponse> told = watch("styleinv.v1.Motion");
        assertEquals(ServingStatus.SERVING, told.next().getStatus());
        motion.state = Health.trouble("motion-engine", "the engine hangs");
        assertEquals(ServingStatus.NOT_SERVING, told.next().getStatus());
        motion.state = Health.WELL;
        motion.silent = false;
        assertEquals(ServingStatus.SERVING, told.next().getStatus());
        assertEquals(ServingStatus.SERVICE_UNKNOWN, watch("nobody").next().getStatus());
    }
}
