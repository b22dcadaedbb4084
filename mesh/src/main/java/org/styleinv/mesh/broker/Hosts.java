package org.styleinv.mesh.broker;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import org.styleinv.proto.wire.Address;

/** Which names and addresses this machine listens on, and which of them others can reach it by. */
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

    /** Whether a host is all addresses of this machine. */
    public static boolean isEverywhere(String host) {
        return host.equals("0.0.0.0") || host.matches("[0:]*:[0:]*");
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
