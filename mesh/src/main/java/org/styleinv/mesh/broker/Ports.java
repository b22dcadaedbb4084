package org.styleinv.mesh.broker;

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
        throw new BrokerException("this machine gives no " + count + " free ports in a row from " + LEAST + " to "
                + (FIRST_EPHEMERAL - 1));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns {@code port} if this machine can listen on it.
     *
     * @param what   what it is for, as in "the gRPC port"
     * @param option the option that chooses another
     * @throws IllegalArgumentException if there is no such port
     * @throws BrokerException if it is taken
     */
    public static int demand(String what, String option, int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    what + " must be from 1 to 65535, got " + port + ": choose another with " + option);
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return port;
        } catch (IOException e) {
            throw new BrokerException(
                    what + " " + port + " is taken: stop what listens on it, or choose another with " + option, e);
        }
    }
}
