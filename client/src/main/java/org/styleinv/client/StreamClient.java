package org.styleinv.client;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.Address;
import org.styleinv.proto.wire.Topics;

/**
 * Reads streams of frames from a mesh: every frame once and in order, whatever breaks on the way.
 *
 * <p>A frame depends on nothing but its request and its index, so when a connection or a replica dies the client asks
 * the next address for the rest, and the caller sees only a pause. It never asks for more than a window of frames beyond
 * those taken, so a caller that stops reading stops the work on the server.
 *
 * <pre>{@code
 * try (var client = StreamClient.connect(List.of("localhost:9000"));
 *         var frames = client.stream(request)) {
 *     while (frames.hasNext()) {
 *         show(frames.next());
 *     }
 * }
 * }</pre>
 */
public final class StreamClient implements AutoCloseable {
    private final List<ManagedChannel> channels;
    private final Settings settings;

    private StreamClient(List<ManagedChannel> channels, Settings settings) {
        this.channels = channels;
        this.settings = settings;
    }

    /**
     * How a client reads.
     *
     * @param window   frames asked for beyond those taken, at least 1
     * @param silence  a server that sends nothing this long though frames were asked for counts as gone
     * @param patience how long to look for a server that goes on before giving up
     * @param welcome the same before the first frame: short where a person may have mistyped an address
     */
    public record Settings(int window, Duration silence, Duration patience, Duration welcome) {
        public static final Settings DEFAULT =
                new Settings(32, Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(60));

        public Settings {
            if (window < 1) {
                throw new IllegalArgumentException("window must be at least 1 frame, got " + window);
            }
        }
    }

    /** Connects to replicas {@code host:port}; the first that answers serves. */
    public static StreamClient connect(List<String> addresses) {
        return connect(addresses, Settings.DEFAULT);
    }

    /** As the other, in plain text. */
    public static StreamClient connect(List<String> addresses, Settings settings) {
        return connect(addresses, settings, Access.PLAIN);
    }

    /**
     * Connects to replicas {@code host:port}; nothing is sent before the first request.
     *
     * @param access how it comes in
     * @throws IllegalArgumentException if there is none, or one is no address
     */
    public static StreamClient connect(List<String> addresses, Settings settings, Access access) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a stream client wants at least one address host:port, got none");
        }
        List<Address> all = addresses.stream()
                .map(address -> Address.parse("address", address))
                .toList(); // before any is opened
        return new StreamClient(
                all.stream().map(address -> channel(address, access)).toList(), settings);
    }

    /** A channel with the limits that frames need, for calls other than streams. */
    public static ManagedChannel channel(String address) {
        return channel(address, Access.PLAIN);
    }

    /** As the other, coming in by {@code access}. */
    public static ManagedChannel channel(String address, Access access) {
        return channel(Address.parse("address", address), access);
    }

    private static ManagedChannel channel(Address address, Access access) {
        return access.channel(address)
                .initialFlowControlWindow(
                        1 << 16) // grows with the line; gRPC's megabyte is a hundred frames nobody asked for
                .maxInboundMessageSize(Topics.Settings.DEFAULTS.maxRecordBytes())
                .keepAliveTime(10, TimeUnit.SECONDS) // finds a peer that went without a word
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .build();
    }

    /** Starts a stream. {@code request.frame_count} 0 is a stream without end. */
    public FrameStream stream(GenerateRequest request) {
        return stream(request, settings);
    }

    /** As the other, read in another way than this client's streams are. */
    public FrameStream stream(GenerateRequest request, Settings settings) {
        return new FrameStream(channels, settings, request);
    }

    /** Ends all streams and connections. */
    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
