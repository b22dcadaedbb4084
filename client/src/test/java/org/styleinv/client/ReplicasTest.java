package org.styleinv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.StatusOr;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;

/** One name, several replicas. */
@Timeout(60)
class ReplicasTest {
    private final List<Server> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(Server::shutdownNow);
    }

    private int serve(AtomicInteger count) throws IOException {
        Server server = ServerBuilder.forPort(0)
                .addService(new MotionGrpc.MotionImplBase() {
                    @Override
                    public void generateStream(GenerateRequest request, StreamObserver<Frame> frames) {
                        count.incrementAndGet();
                        frames.onNext(Frame.newBuilder()
                                .setIndex(request.getFirstIndex())
                                .build());
                        frames.onCompleted();
                    }
                })
                .build()
                .start();
        servers.add(server);
        return server.getPort();
    }

    /** A name with an address for each replica, as a headless Service of Kubernetes has. */
    private static NameResolverProvider severalAddresses(List<EquivalentAddressGroup> replicas) {
        return new NameResolverProvider() {
            @Override
            protected boolean isAvailable() {
                return true;
            }

            @Override
            protected int priority() {
                return 10; // before DNS
            }

            @Override
            public String getDefaultScheme() {
                return "dns";
            }

            @Override
            public NameResolver newNameResolver(URI target, NameResolver.Args args) {
                return new NameResolver() {
                    @Override
                    public String getServiceAuthority() {
                        return "replicas.test";
                    }

                    @Override
                    public void start(Listener2 listener) {
                        listener.onResult(ResolutionResult.newBuilder()
                                .setAddressesOrError(StatusOr.fromValue(replicas))
                                .build());
                    }

                    @Override
                    public void shutdown() {}
                };
            }
        };
    }

    @Test
    void streamsOfOneNameSpreadOverItsReplicas() throws IOException {
        List<AtomicInteger> served = List.of(new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
        List<EquivalentAddressGroup> replicas = new ArrayList<>();
        for (AtomicInteger count : served) {
            replicas.add(new EquivalentAddressGroup(new InetSocketAddress("localhost", serve(count))));
        }
        NameResolverProvider names = severalAddresses(replicas);
        NameResolverRegistry.getDefaultRegistry().register(names);
        try (StreamClient client = StreamClient.connect(List.of("replicas.test:9000"), StreamClient.Settings.DEFAULT)) {
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (served.stream().anyMatch(count -> count.get() == 0)) { // some connections are made later than others
                assertTrue(System.nanoTime() < end, () -> "served: " + served);
                try (FrameStream stream = client.stream(
                        GenerateRequest.newBuilder().setSeed(1).setFrameCount(1).build())) {
                    assertEquals(0, stream.next().getIndex());
                }
            }
        } finally {
            NameResolverRegistry.getDefaultRegistry().deregister(names);
        }
    }
}
