package org.styleinv.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Takes spans by OTLP over HTTP, and reads them by the numbers of {@code opentelemetry/proto/trace/v1/trace.proto}. */
final class Collector implements AutoCloseable {
    /** What arrived. */
    record Span(String trace, String id, String parent, String name, long beginNanos, long endNanos, String about) {}

    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile CountDownLatch answers = new CountDownLatch(0);

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.setExecutor(threads);
        server.start();
    }

    String endpoint() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    List<Span> spans() {
        return List.copyOf(spans);
    }

    /** It answers nobody until that is closed. */
    AutoCloseable silent() {
        CountDownLatch silence = new CountDownLatch(1);
        answers = silence;
        return silence::countDown;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            answers.await();
            for (UnknownFieldSet resource : messages(UnknownFieldSet.parseFrom(body), 1)) {
                for (UnknownFieldSet scope : messages(resource, 2)) {
                    messages(scope, 2).forEach(span -> spans.add(read(span)));
                }
            }
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet message, int field) throws IOException {
        List<UnknownFieldSet> found = new java.util.ArrayList<>();
        for (ByteString bytes : message.getField(field).getLengthDelimitedList()) {
            found.add(UnknownFieldSet.parseFrom(bytes));
        }
        return found;
    }

    private static Span read(UnknownFieldSet span) {
        StringBuilder about = new StringBuilder();
        span.getField(9).getLengthDelimitedList().forEach(one -> about.append(one.toStringUtf8())
                .append('\n'));
        return new Span(
                hex(span, 1),
                hex(span, 2),
                hex(span, 4),
                text(span, 5).toStringUtf8(),
                span.getField(7).getFixed64List().get(0),
                span.getField(8).getFixed64List().get(0),
                about.toString());
    }

    private static ByteString text(UnknownFieldSet message, int field) {
        List<ByteString> values = message.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? ByteString.EMPTY : values.get(0);
    }

    private static String hex(UnknownFieldSet message, int field) {
        return HexFormat.of().formatHex(text(message, field).toByteArray());
    }

    @Override
    public void close() {
        answers.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
