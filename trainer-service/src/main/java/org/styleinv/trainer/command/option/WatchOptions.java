package org.styleinv.trainer.command.option;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.wire.Address;
import org.styleinv.trainer.watch.Watching;
import picocli.CommandLine.Option;

/** Where a run can be watched. */
public final class WatchOptions {
    @Option(
            names = "--watch-port",
            paramLabel = "PORT",
            description = "serve figures by gRPC there, for train watch; 0 is a free one (default: none)")
    @Nullable
    Integer grpc;

    @Option(
            names = "--page-port",
            paramLabel = "PORT",
            description = "serve a page of figures and pictures, and health, by HTTP there; 0 is a free one "
                    + "(default: none)")
    @Nullable
    Integer http;

    @Option(
            names = "--watch-host",
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "address to listen at; 0.0.0.0 is all (default ${DEFAULT-VALUE})")
    String host;

    /**
     * Looks at the address before hours go into anything; nothing where no port is asked for.
     *
     * @throws IllegalArgumentException where it is none, or leads nowhere
     */
    public void check() {
        if (grpc == null && http == null) {
            return;
        }
        String plain = Address.host("--watch-host", host);
        demand("--watch-port", grpc);
        demand("--page-port", http);
        if (new InetSocketAddress(plain, 0).isUnresolved()) {
            throw new IllegalArgumentException("--watch-host " + host
                    + " is no machine that is known here: name this one, as localhost or 0.0.0.0");
        }
    }

    public Watching open(Path run, LongSupplier ended) throws IOException {
        check();
        String plain = Address.host("--watch-host", host);
        Watching watching = Watching.open(plain, grpc, http, run, ended);
        if (grpc != null) {
            System.err.printf(
                    Locale.ROOT, "figures: styleinv train watch --server %s%n", Address.of(plain, watching.grpcPort()));
        }
        if (http != null) {
            System.err.printf(Locale.ROOT, "page: http://%s/%n", Address.of(plain, watching.httpPort()));
        }
        return watching;
    }

    private static void demand(String option, @Nullable Integer port) {
        if (port != null && port != 0) {
            Address.port(option, port);
        }
    }

    /** The same as arguments of another command. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (grpc != null) {
            arguments.add("--watch-port=" + grpc);
        }
        if (http != null) {
            arguments.add("--page-port=" + http);
        }
        if (!arguments.isEmpty()) {
            arguments.add("--watch-host=" + host);
        }
        return arguments;
    }
}
