package org.styleinv.client;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.BroadcastsRequest;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.StartBroadcastRequest;
import org.styleinv.proto.StopBroadcastRequest;

/** Starts, stops and lists broadcasts. Any replica answers for all, so where one does not the next is asked. */
public final class BroadcastClient implements AutoCloseable {
    private static final int DEADLINE_S = 40;

    private final List<ManagedChannel> channels;

    private BroadcastClient(List<ManagedChannel> channels) {
        this.channels = channels;
    }

    /** Connects to replicas {@code host:port}; nothing is sent before the first call. */
    public static BroadcastClient connect(List<String> addresses) {
        return connect(addresses, Access.PLAIN);
    }

    /** As the other, coming in by {@code access}. */
    public static BroadcastClient connect(List<String> addresses, Access access) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a broadcast client wants at least one address host:port, got none");
        }
        return new BroadcastClient(addresses.stream()
                .map(address -> StreamClient.channel(address, access))
                .toList());
    }

    /** Makes a channel live; one that is live with the same request is returned as it is. */
    public Broadcast start(String id, GenerateRequest request) {
        StartBroadcastRequest start =
                StartBroadcastRequest.newBuilder().setId(id).setRequest(request).build();
        return ask(motion -> motion.startBroadcast(start));
    }

    /** Ends a channel; what it was. */
    public Broadcast stop(String id) {
        StopBroadcastRequest stop = StopBroadcastRequest.newBuilder().setId(id).build();
        return ask(motion -> motion.stopBroadcast(stop));
    }

    /** What is live, by id. */
    public List<Broadcast> list() {
        return ask(motion -> motion.broadcasts(BroadcastsRequest.getDefaultInstance()))
                .getBroadcastsList();
    }

    /** The channel of that name; NOT_FOUND names those there are. */
    public Broadcast find(String id) {
        List<Broadcast> live = list();
        return live.stream().filter(one -> one.getId().equals(id)).findFirst().orElseThrow(() -> Status.NOT_FOUND
                .withDescription("broadcast \"" + id + "\" is not live, there are: "
                        + live.stream().map(Broadcast::getId).toList())
                .asRuntimeException());
    }

    private <T> T ask(Function<MotionGrpc.MotionBlockingStub, T> question) {
        StatusRuntimeException silent = null;
        for (ManagedChannel channel : channels) {
            try {
                return question.apply(
                        MotionGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS));
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
                silent = e;
            }
        }
        throw silent;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
