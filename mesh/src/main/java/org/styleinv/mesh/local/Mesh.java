package org.styleinv.mesh.local;

import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.client.Access;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.proto.wire.Address;
import org.styleinv.proto.wire.Topics;

/**
 * Broker and services in this JVM, for as long as a visitor stays. Once a process: Quarkus applications are static.
 *
 * <p>The broker starts before the services and stops after them, also on Ctrl-C.
 */
public final class Mesh {
    private static final Duration READY = Duration.ofSeconds(90);
    private static final int STOP_SECONDS = 15;

    /** The broker of a mesh takes by itself what the mesh's topics take. */
    public static final EmbeddedBroker.Settings BROKER = new EmbeddedBroker.Settings(
            Topics.Settings.DEFAULTS.partitions(),
            Topics.Settings.DEFAULTS.maxRecordBytes(),
            Topics.Settings.DEFAULTS.retention());

    private static @Nullable Visitor visitor; // and its door, from the start of a mesh on
    private static @Nullable Door door;
    private static @Nullable Exception failure;
    private static int result;

    private Mesh() {}

    /**
     * Where a mesh stands and what it serves.
     *
     * @param model     model folder
     * @param data      the broker's folder; null for one that is gone when the mesh is
     * @param host      name or address to listen on
     * @param advertised name or address that others are told
     * @param ports     where it listens, one of each kind
     * @param verbose   whether the services' log is shown from INFO on
     */
    public record Settings(
            Path model, @Nullable Path data, String host, String advertised, MeshPorts ports, boolean verbose) {
        /** A mesh for one command: on free ports of the loopback address. */
        public static Settings passing(Path model, boolean verbose) {
            return new Settings(model, null, "localhost", "localhost", MeshPorts.of(0, 0, 0, 1), verbose);
        }
    }

    /** Where a running mesh is entered: {@code host:port} of Motion and Decoder, of Encoder, of Kafka, a URL, and as whom. */
    public record Door(
            String grpc,
            String encoder,
            String bootstrapServers,
            String http,
            List<String> variants,
            Guarding guarding) {
        /** How to come in by gRPC. */
        public Access access() {
            return guarding.access();
        }

        /** What a client of Kafka's is given to come in, with the broker's address. */
        public Map<String, Object> kafkaClient() {
            return guarding.client(bootstrapServers);
        }

        /** What Kafka's clients are given to come in. */
        public Map<String, String> kafka() {
            return guarding.kafka();
        }
    }

    /** Who needs a mesh. The mesh stops when the visit is over. */
    @FunctionalInterface
    public interface Visitor {
        int visit(Door door) throws Exception;
    }

    /** Starts a mesh, lets {@code guest} in when all is ready, stops it, and returns what the guest returned. */
    public static synchronized int run(Settings settings, Visitor guest) throws Exception {
        demandModel(settings.model());
        Hosts.demand("--host", settings.host());
        MeshPorts ports = settings.ports().demandFree();
        Guarding guarding = Guarding.configured();
        guarding.demand(settings.host());
        var down = new CountDownLatch(1);
        Path data = settings.data() == null ? Files.createTempDirectory("styleinv-") : settings.data();
        if (settings.data() == null) {
            Stopping.passing(data);
        }
        var started = new AtomicReference<EmbeddedBroker>();
        // Quarkus's own hook stops the services; the broker must outlive them, or they wait for it in vain.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (started.get() != null) {
                                await(down);
                                started.get().close();
                            }
                            tidy(settings, data);
                        },
                        "styleinv-broker-last"));
        EngineAhead.start(settings.model());
        try (var broker = EmbeddedBroker.start(
                data, BROKER.with(guarding.broker()), settings.host(), settings.advertised(), ports.kafka())) {
            started.set(broker);
            List<String> variants = variants(settings.model());
            createTopics(broker.bootstrapServers(), guarding, variants);
            configure(settings, guarding, broker.bootstrapServers());
            String at = Address.of(settings.advertised(), ports.grpc());
            door = new Door(
                    at,
                    at,
                    broker.bootstrapServers(),
                    guarding.scheme() + "://" + Address.of(settings.advertised(), ports.http()),
                    variants,
                    guarding);
            visitor = guest;
            Quarkus.run(MeshApplication.class, (code, trouble) -> {
                if (trouble != null && failure == null) {
                    failure = new NotStarted(trouble);
                }
                down.countDown();
            });
            Thread.interrupted(); // the guest was asked to leave; the broker takes its time to close
        } finally {
            down.countDown();
            tidy(settings, data);
        }
        if (failure != null) {
            throw failure;
        }
        return result;
    }

    /** Called by the application on its main thread, once all beans are there. */
    static int visit(Readiness readiness) {
        // On Ctrl-C Quarkus waits for its main thread, so the guest is asked to leave. Once it has left, nothing may
        // interrupt the waiting for the services on this thread: the broker must go after them.
        try (var guest = Stopping.finishing()) {
            readiness.await(READY);
            result = Objects.requireNonNull(visitor).visit(Objects.requireNonNull(door));
        } catch (Exception e) {
            failure = e;
            result = 1;
        }
        return result;
    }

    /** The variants that the folder of a model brings: the base, and what stands below {@code variants}. */
    public static List<String> variants(Path model) {
        Path folder = model.resolve("variants");
        if (!Files.isDirectory(folder)) {
            return List.of(Topics.BASE);
        }
        try (Stream<Path> found = Files.list(folder)) {
            return Stream.concat(
                            Stream.of(Topics.BASE),
                            found.filter(Files::isDirectory)
                                    .map(path -> path.getFileName().toString())
                                    .filter(Topics::isVariant)
                                    .sorted())
                    .toList();
        } catch (IOException e) {
            throw new Failure("the variants in " + folder + " cannot be listed: " + e.getMessage(), e);
        }
    }

    /** Opens a model, so that what is wrong with it is said in a second, not after a start of ten. */
    public static ModelFolder demandModel(Path model) {
        try {
            FolderReplacement.recover(model);
            if (!Files.isDirectory(model)) {
                throw Failure.input("there is no model folder " + model
                        + ": name one with --model, or make one with `styleinv train`");
            }
            return ModelFolder.open(model);
        } catch (IOException e) {
            throw Failure.input(e.getMessage() + "; name another folder with --model", e);
        }
    }

    private static void createTopics(String bootstrapServers, Guarding guarding, List<String> variants)
            throws InterruptedException {
        try (var admin = Admin.create(guarding.client(bootstrapServers))) {
            Topics.ensure(admin, Topics.Settings.DEFAULTS, variants, Duration.ofSeconds(30));
        } catch (TimeoutException e) {
            throw new Failure(
                    "the broker " + bootstrapServers
                            + " started but does not answer within 30 s: is this machine overloaded?",
                    e);
        }
    }

    private static void configure(Settings settings, Guarding guarding, String bootstrapServers) {
        guarding.settings().forEach(System::setProperty);
        System.setProperty("styleinv.model", settings.model().toString());
        System.setProperty("kafka.bootstrap.servers", bootstrapServers);
        System.setProperty("quarkus.grpc.server.host", settings.host());
        System.setProperty(
                "quarkus.grpc.server.port", Integer.toString(settings.ports().grpc()));
        for (String peer : List.of("encoder", "decoder")) {
            System.setProperty(
                    "quarkus.grpc.clients." + peer + ".host", Address.inPath(Hosts.reachable(settings.host())));
        }
        for (String peer : List.of("motion", "decoder", "encoder")) {
            System.setProperty(
                    "styleinv.studio." + peer,
                    Address.of(
                            Hosts.reachable(settings.host()), settings.ports().grpc()));
        }
        System.setProperty("quarkus.http.host", settings.host());
        System.setProperty(
                "quarkus.http.port", Integer.toString(settings.ports().http()));
        if (settings.verbose()) {
            System.setProperty("quarkus.log.level", "INFO");
        } else if (settings.data() == null) {
            System.setProperty(
                    "quarkus.log.console.enabled", "false"); // what fails in a passing mesh is told to the visitor
        }
    }

    private static void tidy(Settings settings, Path data) {
        if (settings.data() == null) {
            Stopping.delete(data);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(
                        "styleinv: the services did not stop within " + STOP_SECONDS + " s, going without them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
