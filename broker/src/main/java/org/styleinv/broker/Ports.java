package org.styleinv.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Finds free ports, and says early and clearly which one is taken. */
public final class Ports {
    private static final int LEAST = 10_240;
    /** Linux takes from 32,768 on; others begin later. */
    private static final int FIRST_EPHEMERAL = 32_768;

    private Ports() {}

    /** A port that was free a moment ago. */
    public static int free() {
        return freeRow(1);
    }

    /**
     * The first of {@code count} ports in a row that were free a moment ago. They lie below those that systems hand out for
     * outgoing connections, so that a server which restarts finds its port as it left it.
     */
    public static int freeRow(int count) {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(LEAST, FIRST_EPHEMERAL - count);
            if (IntStream.range(first, first + count).allMatch(Ports::isFree)) {
                return first;
            }
        }
        throw new BrokerException(
                "this machine gives no " + count + " free ports in a row from " + LEAST + " to "
                        + (FIRST_EPHEMERAL - 1),
                null);
    }

    /** Whether this machine can listen on {@code port}, 1 to 65535, on all of its addresses. */
    public static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
