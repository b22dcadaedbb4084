package org.styleinv.mesh.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.styleinv.mesh.Mesh;
import org.styleinv.mesh.broker.Ports;
import org.styleinv.mesh.command.Failure;

/** The broker and the services, each in a process of its own; one that dies is reported and started again. */
public final class Fleet {
    private static final Duration READY = Duration.ofSeconds(120);
    private static final long WATCH_MS = 100;

    private final Settings settings;
    private final List<Member> members = new ArrayList<>();

    /**
     * Where a fleet stands.
     *
     * @param home     the checkout, with every application built
     * @param data     folder of the broker's data and of {@code log/<name>.log}
     * @param grpcPort of motion; the encoder and the decoder take the two above, likewise {@code httpPort}
     */
    public record Settings(Path home, Path model, Path data, String host, int grpcPort, int kafkaPort, int httpPort) {}

    public Fleet(Settings settings) {
        this.settings = settings;
    }

    /** Where this mesh is entered. */
    public Mesh.Door door() {
        return new Mesh.Door(
                at(settings.grpcPort()),
                at(settings.grpcPort() + 1),
                at(settings.kafkaPort()),
                "http://" + at(settings.httpPort()),
                Mesh.variants(settings.model()));
    }

    /**
     * Starts all, calls {@code ready} once, and keeps all alive until this process is told to stop.
     *
     * @param news hears of each process that died, and of what was done
     */
    public int run(Runnable ready, Consumer<String> news) throws IOException, InterruptedException {
        Mesh.demandModel(settings.model());
        Ports.demand("the Kafka port", "--kafka-port", settings.kafkaPort());
        for (int i = 0; i < 3; i++) {
            Ports.demand("the gRPC port", "--port", settings.grpcPort() + i);
            Ports.demand("the HTTP port", "--http-port", settings.httpPort() + i);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "styleinv-fleet-stop"));
        Path log = Files.createDirectories(settings.data().resolve("log"));
        add(new Member("broker", broker(), log, null));
        members.get(0).start();
        members.get(0).awaitAnswer(settings.kafkaPort(), READY);
        add(service("encoder", 1, log));
        add(service("decoder", 2, log));
        add(service("motion", 0, log));
        for (Member member : members.subList(1, members.size())) {
            member.start();
        }
        for (Member member : members.subList(1, members.size())) {
            member.awaitReady(READY);
        }
        ready.run();
        for (Member member : members) {
            news.accept(member.name() + " is process " + member.pid() + ", log " + member.log());
        }
        while (true) {
            TimeUnit.MILLISECONDS.sleep(WATCH_MS);
            for (Member member : members) {
                member.watch(news);
            }
        }
    }

    private void add(Member member) {
        members.add(member);
    }

    private List<String> broker() {
        return java(
                "mesh",
                List.of("-Xmx384m"),
                List.of(
                        "broker",
                        "--host",
                        settings.host(),
                        "--kafka-port",
                        Integer.toString(settings.kafkaPort()),
                        "--data",
                        settings.data().toString(),
                        "--model",
                        settings.model().toString()));
    }

    private Member service(String name, int offset, Path log) {
        int http = settings.httpPort() + offset;
        List<String> options = new ArrayList<>(List.of(
                "-Xmx512m",
                "-Dstyleinv.model=" + settings.model(),
                "-Dkafka.bootstrap.servers=" + at(settings.kafkaPort()),
                "-Dquarkus.grpc.server.host=" + settings.host(),
                "-Dquarkus.grpc.server.port=" + (settings.grpcPort() + offset),
                "-Dquarkus.grpc.server.netty.permit-keep-alive-time=5s",
                "-Dquarkus.http.host=" + settings.host(),
                "-Dquarkus.http.port=" + http));
        Map.of("encoder", 1, "decoder", 2).forEach((client, above) -> {
            options.add("-Dquarkus.grpc.clients." + client + ".host=localhost");
            options.add("-Dquarkus.grpc.clients." + client + ".port=" + (settings.grpcPort() + above));
        });
        return new Member(
                name,
                java(name + "-service", options, List.of()),
                log,
                URI.create("http://" + at(http) + "/q/health/ready"));
    }

    private List<String> java(String module, List<String> options, List<String> arguments) {
        Path jar = settings.home().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new Failure("the application " + module + " is not built: run `mvn package` in " + settings.home());
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String inherited : List.of(
                "ai.djl.pytorch.num_interop_threads",
                "ai.djl.pytorch.num_threads",
                "ai.djl.pytorch.graph_optimizer",
                "styleinv.home")) {
            if (System.getProperty(inherited) != null) {
                command.add("-D" + inherited + "=" + System.getProperty(inherited));
            }
        }
        command.addAll(options);
        command.add("-jar");
        command.add(jar.toString());
        command.addAll(arguments);
        return command;
    }

    private String at(int port) {
        return (settings.host().equals("0.0.0.0") ? "localhost" : settings.host()) + ":" + port;
    }

    /** Services first, the broker last, as each waits for those it needs. */
    private void stop() {
        for (int i = members.size() - 1; i >= 0; i--) {
            members.get(i).stop();
        }
    }

    /** One process. */
    private static final class Member {
        private static final int MOST_RESTARTS = 20; // without a quiet minute between them

        private final String name;
        private final List<String> command;
        private final Path log;
        private final URI readiness;
        private Process process;
        private boolean stopping;
        private int restarts;
        private long lastStart;

        Member(String name, List<String> command, Path folder, URI readiness) {
            this.name = name;
            this.command = command;
            this.log = folder.resolve(name + ".log");
            this.readiness = readiness;
        }

        String name() {
            return name;
        }

        Path log() {
            return log;
        }

        long pid() {
            return process.pid();
        }

        synchronized void start() throws IOException {
            if (stopping) {
                return;
            }
            lastStart = System.nanoTime();
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        }

        synchronized void watch(Consumer<String> news) throws IOException {
            if (stopping || process.isAlive()) {
                return;
            }
            if (System.nanoTime() - lastStart > Duration.ofMinutes(1).toNanos()) {
                restarts = 0;
            }
            int code = process.exitValue();
            if (++restarts > MOST_RESTARTS) {
                throw new Failure(name + " died " + restarts + " times in a row, last with exit code " + code
                        + ": its log is " + log);
            }
            start();
            news.accept(name + " died with exit code " + code + " and was started again as process " + process.pid());
        }

        void awaitAnswer(int port, Duration limit) throws InterruptedException {
            await(limit, () -> {
                try (var socket = new java.net.Socket("localhost", port)) {
                    return socket.isConnected();
                } catch (IOException e) {
                    return false;
                }
            });
        }

        void awaitReady(Duration limit) throws InterruptedException {
            HttpClient client = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(1))
                    .build();
            HttpRequest request = HttpRequest.newBuilder(readiness)
                    .timeout(Duration.ofSeconds(2))
                    .build();
            await(limit, () -> {
                try {
                    return client.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200;
                } catch (IOException e) {
                    return false;
                }
            });
        }

        private interface Check {
            boolean passes() throws InterruptedException;
        }

        private void await(Duration limit, Check check) throws InterruptedException {
            long end = System.nanoTime() + limit.toNanos();
            while (!check.passes()) {
                if (!process.isAlive()) {
                    throw new Failure(name + " ended with exit code " + process.exitValue()
                            + " while starting: its log is " + log);
                }
                if (System.nanoTime() > end) {
                    throw new Failure(name + " is not ready after " + limit.toSeconds() + " s: its log is " + log);
                }
                TimeUnit.MILLISECONDS.sleep(WATCH_MS);
            }
        }

        synchronized void stop() {
            stopping = true;
            if (process == null) {
                return;
            }
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
