package org.styleinv.mesh.local;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import org.styleinv.broker.Ports;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.wire.Address;

/** Which names, addresses and ports this machine listens on, and by which others can reach it. */
public final class Hosts {
    private Hosts() {}

    /**
     * The host to listen on, without brackets.
     *
     * @throws IllegalArgumentException if it is no host, or none of this machine's
     */
    public static String demand(String option, String host) {
        String plain = Address.host(option, host);
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(plain), 0));
            return plain;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    option + " " + plain + " is a name that nobody knows: give localhost, 0.0.0.0 or an address", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    option + " " + plain + " is no address of this machine: give localhost, 0.0.0.0 or one that it has",
                    e);
        }
    }

    /**
     * Returns {@code port} if this machine can listen on it.
     *
     * @param what   what it is for, as in "the gRPC port"
     * @param option the option that chooses another
     * @throws IllegalArgumentException if there is no such port
     * @throws Failure if it is taken
     */
    public static int demandPort(String what, String option, int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    what + " must be from 1 to 65535, got " + port + ": choose another with " + option);
        }
        if (!Ports.isFree(port)) {
            throw new Failure(
                    what + " " + port + " is taken: stop what listens on it, or choose another with " + option);
        }
        return port;
    }

    /** Whether a host is all addresses of this machine. */
    public static boolean isEverywhere(String host) {
        return host.equals("0.0.0.0") || host.matches("[0:]*:[0:]*");
    }

    /** Whether only this machine reaches what listens on {@code host}. */
    public static boolean isOwn(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Where this machine itself reaches what listens on {@code host}. */
    public static String reachable(String host) {
        return isEverywhere(host) ? "localhost" : host;
    }

    /**
     * What others are told of a server that listens on {@code host}: the same, or where that is everywhere, this machine's
     * first address that is not only its own. An address needs nobody who knows a name.
     */
    public static String advertised(String host) {
        if (!isEverywhere(host)) {
            return host;
        }
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(Hosts::isUp)
                    .sorted(Comparator.comparing(NetworkInterface::getIndex))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .map(InetAddress::getHostAddress)
                    .orElse("localhost");
        } catch (SocketException e) {
            return "localhost";
        }
    }

    private static boolean isUp(NetworkInterface one) {
        try {
            return one.isUp() && !one.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }
}
