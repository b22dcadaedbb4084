package org.styleinv.trainer.watch;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.styleinv.door.Health;
import org.styleinv.door.HealthDoor;
import org.styleinv.door.Reflection;
import org.styleinv.door.Serving;
import org.styleinv.door.SlowHeads;
import org.styleinv.door.StatusDoor;
import org.styleinv.proto.Progress;
import org.styleinv.proto.TrainerGrpc;

/** What a run shows to those who watch while it goes. Nothing listens where no port was asked for. */
public final class Watching implements AutoCloseable {
    private static final long IDLE_SECONDS = 60; // a client of gRPC connects again by itself
    private static final long GOODBYE_SECONDS = 5; // for watchers to take the last lines

    private final RunFigures figures = new RunFigures();
    private final HealthDoor health = new HealthDoor(List.of(new Serving() {
        @Override
        public String service() {
            return TrainerGrpc.SERVICE_NAME;
        }

        @Override
        public Health health() {
            return Health.of("trainer", figures.failure());
        }
    }));
    private @Nullable Server server;
    private @Nullable RunPage page;

    /**
     * Opens the doors that were asked for.
     *
     * @param grpc port of {@code Trainer.Watch}, 0 for a free one, null for none
     * @param http port of page, pictures and health, likewise
     * @param run folder of the run
     * @param ended steps that ended since the process began
     * @throws IOException if a port is taken, naming it
     */
    public static Watching open(
            String host, @Nullable Integer grpc, @Nullable Integer http, Path run, LongSupplier ended)
            throws IOException {
        SlowHeads.guard();
        Watching watching = new Watching();
        try {
            if (grpc != null) {
                watching.server = NettyServerBuilder.forAddress(new InetSocketAddress(host, grpc))
                        .intercept(new StatusDoor())
                        .maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS)
                        .addService(new WatchService(watching.figures))
                        .addService(watching.health)
                        .addServices(Reflection.services())
                        .build()
                        .start();
                watching.health.start();
            }
            if (http != null) {
                Probes probes = new Probes(ended, () -> System.nanoTime() / 1_000_000_000L);
                watching.page = new RunPage(new InetSocketAddress(host, http), run, probes);
            }
            return watching;
        } catch (IOException e) {
            watching.close();
            if (e instanceof BindException || e.getCause() instanceof BindException) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "cannot listen at %s, gRPC port %s and HTTP port %s (%s): name other ports, 0 for free ones",
                                host,
                                grpc,
                                http,
                                e.getMessage()),
                        e);
            }
            throw e;
        }
    }

    /** The port of gRPC, 0 where there is none. */
    public int grpcPort() {
        return server == null ? 0 : server.getPort();
    }

    /** The port of HTTP, 0 where there is none. */
    public int httpPort() {
        return page == null ? 0 : page.port();
    }

    /** There is a new line of figures. */
    public void show(Progress line) {
        figures.add(line);
    }

    /** The run has failed; without this, {@link #close} tells that it has ended. */
    public void fail(String reason) {
        figures.end(reason);
    }

    /** Tells everybody that this was all, and listens no longer. */
    @Override
    public void close() {
        if (!figures.ended()) {
            figures.end(null);
        }
        if (page != null) {
            page.close();
        }
        health.close();
        if (server != null) {
            try {
                server.shutdown().awaitTermination(GOODBYE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            server.shutdownNow();
        }
    }
}
