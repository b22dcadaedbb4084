package org.styleinv.mesh.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.identity.Bearer;

/** One process of a fleet: started, watched, stopped, and for tests killed and frozen. */
final class Member {
    private static final int MOST_RESTARTS = 20; // without a quiet minute between them
    private static final long LOOK_MS = 100;

    /** A terminal sends Ctrl-C, and its own end, to all at once, but the broker must go last: the fleet stops each in its turn. */
    private static final List<String> DEAF = List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

    private final String name;
    private List<String> command;
    private final Path log;
    private final @Nullable URI readiness;
    private final HttpClient client;
    private final Optional<Bearer> token;
    private @Nullable Process process; // once it was started
    private @Nullable Guard guard; // likewise
    private boolean wanted;
    private boolean over;
    private boolean wasReady;
    private int restarts;
    private long lastStart;
    private int door; // for a debugger; 0 = none

    /**
     * @param readiness where it says that it is ready; null for one that is ready when its port answers
     * @param guarding  by what it lets others in
     */
    Member(String name, List<String> command, Path folder, @Nullable URI readiness, Guarding guarding) {
        HttpClient.Builder asking = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1));
        guarding.http().ifPresent(asking::sslContext);
        token = guarding.token();
        client = asking.build();
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

    synchronized long pid() {
        return process().pid();
    }

    /** Seconds of processors that it has taken since it was started. */
    synchronized double cpuSeconds() {
        return process().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    private Process process() {
        return Objects.requireNonNull(process, () -> name + " was not started");
    }

    private URI readiness() {
        return Objects.requireNonNull(readiness, () -> name + " has no page that says that it is ready");
    }

    void start() throws IOException {
        start(0);
    }

    /** @param door port at which a debugger is let in, this time and after each death; 0 = none */
    synchronized void start(int door) throws IOException {
        this.door = door;
        launch();
    }

    /** What it is from its next start on. */
    synchronized void become(List<String> other) {
        command = other;
    }

    /** Where a debugger is let in. */
    synchronized int door() {
        if (door == 0) {
            throw new IllegalStateException(name + " lets no debugger in: it was started without");
        }
        return door;
    }

    private void launch() throws IOException {
        if (over) {
            return;
        }
        wanted = true;
        lastStart = System.nanoTime();
        if (guard != null) {
            guard.close();
        }
        List<String> line = new ArrayList<>(DEAF);
        line.addAll(command);
        if (door > 0) {
            line.add(DEAF.size() + 1, Debugger.agent(door)); // behind the name of the program
        }
        process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        guard = Guard.of(process.pid());
    }

    /** Starts it again if it died though it is wanted. */
    synchronized void watch(Consumer<String> news) throws IOException {
        if (!wanted || process().isAlive()) {
            return;
        }
        if (System.nanoTime() - lastStart > Duration.ofMinutes(1).toNanos()) {
            restarts = 0;
        }
        int code = process().exitValue();
        if (++restarts > MOST_RESTARTS) {
            throw new Failure(name + " died " + restarts + " times in a row, last with exit code " + code
                    + ": its log is " + log);
        }
        launch();
        news.accept(name + " died with exit code " + code + " and was started again as process "
                + process().pid());
    }

    /** Ends it with no chance to say goodbye (kill -9). */
    synchronized void kill() throws InterruptedException {
        process().destroyForcibly().waitFor();
    }

    /** Sends a signal by name, as in {@code kill -STOP}. */
    synchronized void signal(String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder(
                        "kill", "-" + signal, Long.toString(process().pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new Failure("signal " + signal + " did not reach " + name + ", process "
                    + process().pid() + ": `kill` ended with exit code " + code);
        }
    }

    void awaitAnswer(String host, int port, Duration limit) throws InterruptedException {
        await(limit, () -> {
            try (var socket = new Socket(host, port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    void awaitReady(Duration limit) throws InterruptedException {
        await(limit, () -> {
            try {
                return health().statusCode() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Whether it runs, or will be started again. */
    synchronized boolean wanted() {
        return wanted;
    }

    /** A figure of its metrics page; 0 where it does not say. */
    double metric(String metric) throws InterruptedException {
        try {
            return get(readiness().resolve("/q/metrics"))
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(metric + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    /** What it says of itself while it is not ready; empty while it is, or while it says nothing. */
    String complaint() throws InterruptedException {
        try {
            HttpResponse<String> answer = health();
            return answer.statusCode() == 200 ? "" : answer.body();
        } catch (IOException e) {
            return "";
        }
    }

    private HttpResponse<String> health() throws IOException, InterruptedException {
        return get(readiness());
    }

    private HttpResponse<String> get(URI page) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(2));
        token.ifPresent(now -> request.header("Authorization", "Bearer " + now.token()));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Of its log, which may be gone with a folder for the while. */
    private String lastLine() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    private interface Check {
        boolean passes() throws InterruptedException;
    }

    private void await(Duration limit, Check check) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!check.passes()) {
            diedAtBirth();
            if (System.nanoTime() > end) {
                throw new Failure(name + " is not ready after " + limit.toSeconds() + " s: its log is " + log
                        + " and ends with \"" + lastLine() + "\"");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        synchronized (this) {
            wasReady = true;
        }
    }

    /** One that was ready before is started again by the fleet; one that never was has something wrong with it. */
    private synchronized void diedAtBirth() {
        if (!wasReady && !process().isAlive()) {
            throw new Failure(
                    name + " ended with exit code " + process().exitValue() + " while starting: its log is " + log);
        }
    }

    /** Asks it to end and waits; it is not started again until {@link #start}. */
    synchronized void stop() {
        wanted = false;
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
        if (guard != null) {
            guard.close();
        }
    }

    /** Stops it for good. */
    synchronized void close() {
        over = true;
        stop();
    }
}
