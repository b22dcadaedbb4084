package org.styleinv.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
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

    private static final Metadata.Key<String> TENANT =
            Metadata.Key.of("styleinv-tenant", Metadata.ASCII_STRING_MARSHALLER);

    private final List<ManagedChannel> channels;
    private final Metadata headers;

    private BroadcastClient(List<ManagedChannel> channels, Metadata headers) {
        this.channels = channels;
        this.headers = headers;
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
        return new BroadcastClient(
                addresses.stream()
                        .map(address -> StreamClient.channel(address, access))
                        .toList(),
                new Metadata());
    }

    /**
     * The same connections on behalf of a tenant: it sees and names what that tenant does. For operators; from all others it
     * is PERMISSION_DENIED. Closing either closes both.
     *
     * @param tenant its name: a-z, 0-9, _, - and .
     */
    public BroadcastClient actingFor(String tenant) {
        Metadata on = new Metadata();
        on.put(TENANT, tenant);
        return new BroadcastClient(channels, on);
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

    /** What is live and the caller's, by tenant and id; an operator sees that of all tenants. */
    public List<Broadcast> list() {
        return ask(motion -> motion.broadcasts(BroadcastsRequest.getDefaultInstance()))
                .getBroadcastsList();
    }

    /**
     * The channel of that name; NOT_FOUND names those there are. An operator gets the mesh's own, or that of the only tenant
     * that has one; where several have, FAILED_PRECONDITION asks to {@linkplain #actingFor name} one.
     */
    public Broadcast find(String id) {
        List<Broadcast> live = list();
        List<Broadcast> named =
                live.stream().filter(one -> one.getId().equals(id)).toList();
        if (named.isEmpty()) {
            throw Status.NOT_FOUND
                    .withDescription("broadcast \"" + id + "\" is not live, there are: "
                            + live.stream().map(Broadcast::getId).toList())
                    .asRuntimeException();
        }
        if (named.size() > 1 && !named.get(0).getTenant().isEmpty()) { // the mesh's own is the first
            throw Status.FAILED_PRECONDITION
                    .withDescription("broadcast \"" + id + "\" is live for several tenants, say for whom you ask: "
                            + named.stream().map(Broadcast::getTenant).toList())
                    .asRuntimeException();
        }
        return named.get(0);
    }

    private <T> T ask(Function<MotionGrpc.MotionBlockingStub, T> question) {
        StatusRuntimeException silent = null;
        for (ManagedChannel channel : channels) {
            try {
                return question.apply(MotionGrpc.newBlockingStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS));
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
