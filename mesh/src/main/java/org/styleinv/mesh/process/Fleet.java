package org.styleinv.mesh.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.styleinv.broker.Ports;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.local.Hosts;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.local.MeshPorts;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.wire.Address;

/** The broker and the services, each in a process of its own; one that dies is reported and started again. */
public final class Fleet implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(5);
    private static final long WATCH_MS = 100;
    private static final int ENCODER = 1;
    private static final int MOST_REPLICAS = 64;

    private final Settings settings;
    private final Guarding guarding;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "styleinv-fleet-stop");

    /**
     * Where a fleet stands.
     *
     * @param home     the checkout, with every application built
     * @param data     folder of the broker's data
     * @param log      folder of {@code <name>.log}
     * @param host     name or address to listen on
     * @param advertised name or address that others are told
     * @param ports    of the first motion; the encoder, the first decoder and then each further replica take those above
     * @param motions  replicas of motion-service, 1 to 64
     * @param decoders replicas of decoder-service, 1 to 64
     */
    public record Settings(
            Path home,
            Path model,
            Path data,
            Path log,
            String host,
            String advertised,
            MeshPorts ports,
            int motions,
            int decoders) {
        /**
         * How many services take a gRPC and an HTTP port each.
         *
         * @throws IllegalArgumentException unless there are 1 to 64 replicas of each
         */
        public static int row(int motions, int decoders) {
            if (Math.min(motions, decoders) < 1 || Math.max(motions, decoders) > MOST_REPLICAS) {
                throw new IllegalArgumentException("--motions and --decoders must be from 1 to " + MOST_REPLICAS
                        + ", got " + motions + " and " + decoders);
            }
            return 1 + motions + decoders;
        }
    }

    /** Guarded as it is configured. */
    public Fleet(Settings settings) {
        this(settings, Guarding.configured());
    }

    public Fleet(Settings settings, Guarding guarding) {
        this.settings = settings;
        this.guarding = guarding;
    }

    /** Where this mesh is entered. */
    public Mesh.Door door() {
        return new Mesh.Door(
                String.join(",", entrances()),
                at(settings.ports().grpc() + ENCODER),
                at(settings.ports().kafka()),
                guarding.scheme() + "://" + at(settings.ports().http()),
                Mesh.variants(settings.model()),
                guarding);
    }

    /** Addresses of the replicas of motion-service, but of those that were stopped. */
    public List<String> entrances() {
        return motions()
                .filter(replica -> Optional.ofNullable(members.get(name("motion", replica)))
                        .map(Member::wanted)
                        .orElse(true))
                .map(this::entrance)
                .toList();
    }

    /** Addresses of all replicas of motion-service. */
    public List<String> allEntrances() {
        return motions().map(this::entrance).toList();
    }

    private Stream<Integer> motions() {
        return IntStream.range(0, settings.motions()).boxed();
    }

    private String entrance(int replica) {
        return at(settings.ports().grpc() + offset("motion", replica));
    }

    /** Addresses of the replicas of decoder-service. */
    public List<String> decoders() {
        return IntStream.range(0, settings.decoders())
                .mapToObj(replica -> at(settings.ports().grpc() + offset("decoder", replica)))
                .toList();
    }

    /** {@code broker}, {@code encoder}, and each replica: {@code motion}, {@code motion-2}, {@code decoder}, ...; none that was stopped. */
    public List<String> names() {
        return members.values().stream()
                .filter(Member::wanted)
                .map(Member::name)
                .toList();
    }

    private static String name(String service, int replica) {
        return replica == 0 ? service : service + "-" + (replica + 1);
    }

    /** Starts all, calls {@code ready} once, and keeps all alive until this process is told to stop. */
    public int run(Runnable ready, Consumer<String> news) throws IOException, InterruptedException {
        start();
        ready.run();
        for (Member member : members.values()) {
            news.accept(member.name() + " is process " + member.pid() + ", log " + member.log());
        }
        while (true) {
            watch(news);
            TimeUnit.MILLISECONDS.sleep(WATCH_MS);
        }
    }

    /** Starts all and returns when all are ready. */
    public void start() throws IOException, InterruptedException {
        Mesh.demandModel(settings.model());
        settings.ports().demandFree();
        guarding.demand(settings.host());
        Runtime.getRuntime().addShutdownHook(hook);
        Stopping.written(stopped);
        Path log = Files.createDirectories(settings.log());
        add(new Member("broker", broker(), log, null, guarding));
        add(service("encoder", 0, log));
        for (int replica = 0; replica < settings.decoders(); replica++) {
            add(service("decoder", replica, log));
        }
        for (int replica = 0; replica < settings.motions(); replica++) {
            add(service("motion", replica, log));
        }
        member("broker").start();
        awaitReady("broker");
        for (Member member : members.values()) {
            if (!member.name().equals("broker")) {
                member.start();
            }
        }
        for (String name : names()) {
            awaitReady(name);
        }
    }

    /** Starts again whoever died; to be called many times a second. */
    public void watch(Consumer<String> news) throws IOException {
        for (Member member : members.values()) {
            member.watch(news);
        }
    }

    /** Waits until a process can do its work. */
    public void awaitReady(String name) throws InterruptedException {
        if (name.equals("broker")) {
            member(name)
                    .awaitAnswer(
                            Hosts.reachable(settings.host()), settings.ports().kafka(), READY);
        } else {
            member(name).awaitReady(READY);
        }
    }

    /** Ends a process with no chance to say goodbye; {@link #watch} starts it again. */
    public void kill(String name) throws InterruptedException {
        member(name).kill();
    }

    /** Asks a process to end and waits; it stays away until {@link #start(String)}. */
    public void stop(String name) {
        member(name).stop();
    }

    public void start(String name) throws IOException {
        member(name).start();
    }

    /**
     * Ends a service's process and starts it from another checkout, or with other settings, which it keeps from then on. The other
     * replica works alone meanwhile.
     *
     * @param home the checkout, with the service built
     * @param own  settings beside those of the fleet
     */
    public void replace(String name, Path home, Map<String, String> own) throws IOException {
        String[] words = name.split("-");
        int replica = words.length == 1 ? 0 : Integer.parseInt(words[1]) - 1;
        List<String> command = command(words[0], replica, home, own);
        stop(name);
        member(name).become(command);
        start(name);
    }

    /** Stops the clock of a process: it keeps its memory and its connections, and does nothing. */
    public void freeze(String name) throws IOException, InterruptedException {
        member(name).signal("STOP");
    }

    public void thaw(String name) throws IOException, InterruptedException {
        member(name).signal("CONT");
    }

    /** Starts a process again, open to {@link #attach}; {@link #stop(String)} and {@link #start(String)} end that. */
    public void open(String name) throws IOException {
        stop(name);
        member(name).start(Ports.free());
    }

    /** Enters a process that was {@link #open}ed, to hold one of its threads. */
    public Debugger attach(String name) throws IOException {
        return Debugger.attach(member(name).door());
    }

    /** What a service says of itself while it is not ready; empty while it is, or while it says nothing. */
    public String complaint(String name) throws InterruptedException {
        return member(name).complaint();
    }

    /** Its processes by their names, those that run now. */
    public Map<String, Long> pids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        names().forEach(name -> pids.put(name, member(name).pid()));
        return pids;
    }

    /** Seconds of processors that its processes have taken, each since it was started, by their names. */
    public Map<String, Double> cpuSeconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        members.forEach((name, member) -> seconds.put(name, member.cpuSeconds()));
        return seconds;
    }

    /** A figure of a service's metrics page, by Prometheus' name; 0 where it does not say. */
    public double metric(String name, String metric) throws InterruptedException {
        return member(name).metric(metric);
    }

    private Member member(String name) {
        Member member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException("no process is named \"" + name + "\", there are: " + members.keySet());
        }
        return member;
    }

    private void add(Member member) {
        members.put(member.name(), member);
    }

    private List<String> broker() {
        return JavaCommand.of(
                settings.home(),
                "mesh",
                options("-Xmx384m"),
                List.of(
                        "broker",
                        "--host",
                        settings.host(),
                        "--advertise",
                        settings.advertised(),
                        "--kafka-port",
                        Integer.toString(settings.ports().kafka()),
                        "--data",
                        settings.data().toString(),
                        "--model",
                        settings.model().toString()));
    }

    /** Which port in the row: the first three are motion, encoder, decoder, then each further replica. */
    private int offset(String service, int replica) {
        if (service.equals("encoder")) {
            return ENCODER;
        }
        if (replica == 0) {
            return service.equals("motion") ? 0 : 2;
        }
        return service.equals("motion") ? 2 + replica : 1 + settings.motions() + replica;
    }

    private Member service(String service, int replica, Path log) {
        int http = settings.ports().http() + offset(service, replica);
        return new Member(
                name(service, replica),
                command(service, replica, settings.home(), Map.of()),
                log,
                URI.create(guarding.scheme() + "://" + here(http) + "/q/health/ready"),
                guarding);
    }

    private List<String> command(String service, int replica, Path home, Map<String, String> own) {
        int offset = offset(service, replica);
        List<String> options = options(
                "-Xmx512m",
                "-Dstyleinv.model=" + settings.model(),
                "-Dkafka.bootstrap.servers=" + here(settings.ports().kafka()),
                "-Dquarkus.grpc.server.host=" + settings.host(),
                "-Dquarkus.grpc.server.port=" + (settings.ports().grpc() + offset),
                "-Dquarkus.grpc.server.netty.permit-keep-alive-time=5s",
                "-Dquarkus.http.host=" + settings.host(),
                "-Dquarkus.http.port=" + (settings.ports().http() + offset));
        peer(options, "encoder", offset("encoder", 0));
        peer(options, "decoder", offset("decoder", replica % settings.decoders()));
        own.forEach((key, value) -> options.add("-D" + key + "=" + value));
        return JavaCommand.of(home, service + "-service", options, List.of());
    }

    private List<String> options(String... own) {
        List<String> options = new ArrayList<>(List.of(own));
        guarding.settings().forEach((key, value) -> options.add("-D" + key + "=" + value));
        return options;
    }

    private void peer(List<String> options, String service, int offset) {
        options.add("-Dquarkus.grpc.clients." + service + ".host=" + Address.inPath(Hosts.reachable(settings.host())));
        options.add("-Dquarkus.grpc.clients." + service + ".port="
                + (settings.ports().grpc() + offset));
    }

    /** As others find it. */
    private String at(int port) {
        return Address.of(settings.advertised(), port);
    }

    /** As the processes of the fleet find each other. */
    private String here(int port) {
        return Address.of(Hosts.reachable(settings.host()), port);
    }

    /** Services first, the broker last, as each waits for those it needs. */
    private void stop() {
        List<Member> last = new ArrayList<>(members.values());
        Collections.reverse(last);
        last.forEach(Member::close);
        stopped.countDown();
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process ends, and the hook is doing the same
        }
    }
}
