package org.styleinv.trainer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a browser and Kubernetes ask a run: a page that keeps itself new, the run's pictures and clips, and its health. */
final class RunPage implements AutoCloseable {
    private static final Pattern FILE = Pattern.compile("/((?:pictures|clips)/[A-Za-z0-9][A-Za-z0-9._-]*\\.(png|mp4))");
    private static final Map<String, String> TYPES = Map.of("png", "image/png", "mp4", "video/mp4");
    private static final String REALS = "pictures/reals.png";
    private static final int LINES = 400; // of stats.jsonl that the curves show
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path run;
    private final Probes probes;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "run-page");
        thread.setDaemon(true);
        return thread;
    });

    RunPage(InetSocketAddress address, Path run, Probes probes) throws IOException {
        this.run = run;
        this.probes = probes;
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            var file = FILE.matcher(path);
            switch (path) {
                case "/" -> send(exchange, 200, "text/html; charset=utf-8", page());
                case "/figures" -> send(exchange, 200, "application/json", JSON.writeValueAsBytes(figures()));
                case "/q/health/live" -> send(exchange, probes.live());
                case "/q/health/started", "/q/health/ready" -> send(exchange, probes.started());
                case "/q/metrics" ->
                    send(
                            exchange,
                            200,
                            "text/plain; version=0.0.4; charset=utf-8",
                            RunMetrics.page(newest()).getBytes(StandardCharsets.UTF_8));
                default -> {
                    if (file.matches() && Files.isRegularFile(run.resolve(file.group(1)))) {
                        send(
                                exchange,
                                200,
                                Objects.requireNonNull(TYPES.get(file.group(2))),
                                Files.readAllBytes(run.resolve(file.group(1))));
                    } else {
                        send(exchange, 404, "text/plain", "there is nothing here\n".getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        }
    }

    private static void send(HttpExchange exchange, Probes.State state) throws IOException {
        byte[] body = JSON.writeValueAsBytes(Map.of("status", state.up() ? "UP" : "DOWN", "why", state.why()));
        send(exchange, state.up() ? 200 : 503, "application/json", body);
    }

    private static void send(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-cache");
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static byte[] page() throws IOException {
        try (InputStream in = RunPage.class.getResourceAsStream("run.html")) {
            return in.readAllBytes();
        }
    }

    private Map<String, Object> figures() throws IOException {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("run", run.toString());
        figures.put("lines", lines());
        List<String> pictures = new ArrayList<>();
        newest("pictures").ifPresent(pictures::add);
        if (Files.exists(run.resolve(REALS))) {
            pictures.add(REALS);
        }
        figures.put("pictures", pictures);
        figures.put("clips", newest("clips").stream().toList());
        figures.put("health", probes.live().why());
        return figures;
    }

    /** The last line that says how far the run is; evaluations and what a kill cut off have none. */
    private JsonNode newest() throws IOException {
        JsonNode newest = JSON.createObjectNode();
        for (Object line : lines()) {
            if (line instanceof JsonNode node && node.has("kimg") && node.has("sec_per_kimg")) {
                newest = node;
            }
        }
        return newest;
    }

    private List<Object> lines() throws IOException {
        try (Stream<String> text = Files.lines(run.resolve("stats.jsonl"))) {
            List<String> all = text.toList();
            return all.subList(Math.max(0, all.size() - LINES), all.size()).stream()
                    .map(RunPage::parsed)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Object parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            return Map.of(); // a line that a kill cut off
        }
    }

    /** The newest file of a folder of the run that the run has made, by time. */
    private Optional<String> newest(String folder) throws IOException {
        if (!Files.isDirectory(run.resolve(folder))) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(run.resolve(folder))) {
            return files.filter(file -> FILE.matcher("/" + run.relativize(file)).matches())
                    .filter(file -> !file.equals(run.resolve(REALS)))
                    .max(Comparator.comparing(RunPage::time))
                    .map(file -> run.relativize(file) + "?" + time(file)); // one name may be drawn again
        }
    }

    private static long time(Path file) {
        return file.toFile().lastModified(); // 0 where it is gone by now
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
