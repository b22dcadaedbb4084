package org.styleinv.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.wire.Address;

/** No Kafka broker answers where one was looked for. */
public final class BrokerAwayException extends IllegalStateException {
    private static final long serialVersionUID = 1;
    private static final int CONNECT_MS = 3000;

    BrokerAwayException(String bootstrapServers, @Nullable Throwable cause) {
        super("no Kafka broker answers at " + bootstrapServers, cause);
    }

    /** Says at once that nobody answers, where Kafka's client would look for ten seconds. */
    static void check(String bootstrapServers) {
        if (Address.list("bootstrap.servers", bootstrapServers).stream().noneMatch(BrokerAwayException::listens)) {
            throw new BrokerAwayException(bootstrapServers, null);
        }
    }

    private static boolean listens(Address address) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
