package org.styleinv.studio.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.StatusRuntimeException;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.PreDestroy;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.styleinv.gate.Denied;
import org.styleinv.gate.Gatekeeper;
import org.styleinv.gate.Role;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;

/**
 * Numbered frames against a page's credits.
 *
 * <p>The page sends text, each message an object with one member:
 *
 * <pre>
 * {"start": {"seed": 7, "first_index": 0, "pace": "fast"}}   parameters as /v1/streams.mjpeg has them
 * {"credit": 8}       eight more frames may come; at most 256 are remembered
 * {"seek": 1000000}   go on there
 * {"stop": true}
 * </pre>
 *
 * <p>It gets binary messages, a frame's index in 8 bytes (big-endian) and its JPEG, and text: {@code {"started": {"model":
 * ..}}}, {@code {"sought": 1000000}} before the first frame from there, {@code {"ended": {"next_index": ..}}} and {@code
 * {"problem": {..}}}, as RFC 9457 has it.
 */
@WebSocket(path = "/v1/live")
public class LiveSocket {
    private static final Logger LOG = Logger.getLogger(LiveSocket.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration LAST_WORD = Duration.ofSeconds(1);
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_ALLOWED = 1008; // RFC 6455, "policy violation"
    private static final int TRY_AGAIN_LATER = 1013; // RFC 6455's registry
    private static final ThreadFactory THREADS = task -> {
        var thread = new Thread(task, "studio-live");
        thread.setDaemon(true);
        return thread;
    };

    private final Mesh mesh;
    private final ObjectMapper json;
    private final int most;
    private final Gatekeeper keeper;
    private final Map<String, LiveSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, Gatekeeper.Held> tokens = new ConcurrentHashMap<>(); // by the same ids
    private final ExecutorService pumps = Executors.newCachedThreadPool(THREADS); // one for each socket that has credit
    private final ExecutorService watch = Executors.newSingleThreadExecutor(THREADS);

    LiveSocket(Mesh mesh, ObjectMapper json, StudioConfig config, Gatekeeper keeper) {
        this.keeper = keeper;
        this.mesh = mesh;
        this.json = json;
        most = config.maxSockets();
        watch.execute(this::look);
    }

    private void look() {
        while (!watch.isShutdown()) {
            sessions.values().forEach(LiveSession::look);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @PreDestroy
    void close() {
        watch.shutdownNow();
        pumps.shutdownNow();
    }

    /** How many pages are connected. */
    int connected() {
        return sessions.size();
    }

    @OnOpen
    void open(WebSocketConnection connection) {
        String token = connection.handshakeRequest().header(HttpHeaders.AUTHORIZATION);
        Meter meter;
        try {
            meter = new Meter(keeper.admit(token, Role.GENERATE));
        } catch (Denied denied) { // it was good a moment ago
            expired(connection, denied);
            return;
        }
        sessions.put(connection.id(), new LiveSession(new Connected(connection), mesh::live, meter, pumps));
        if (sessions.size() > most) { // several came at once past LiveAdmission
            sessions.remove(connection.id());
            connection.closeAndAwait(new CloseReason(TRY_AGAIN_LATER, "no room for more than " + most + " pages"));
            return;
        }
        tokens.put(connection.id(), keeper.hold(token, Role.GENERATE, denied -> expired(connection, denied)));
    }

    /** Tells the page why, and closes, whether or not it still reads. */
    private void expired(WebSocketConnection connection, Denied denied) {
        left(connection);
        new Connected(connection)
                .said(
                        "problem",
                        Problem.of(UNAUTHORIZED, String.valueOf(denied.getMessage()))
                                .members())
                .ifNoItem()
                .after(LAST_WORD)
                .fail()
                .onItemOrFailure()
                .transformToUni((told, failure) ->
                        connection.close(new CloseReason(NOT_ALLOWED, "the token is not good any more")))
                .subscribe()
                .with(closed -> {}, failure -> LOG.debugf(failure, "a page has left"));
    }

    @OnClose
    void left(WebSocketConnection connection) {
        Gatekeeper.Held token = tokens.remove(connection.id());
        if (token != null) {
            token.close();
        }
        LiveSession session = sessions.remove(connection.id());
        if (session != null) {
            session.stop();
        }
    }

    @OnError
    void failed(WebSocketConnection connection, Throwable failure) {
        LOG.debugf(failure, "a socket failed");
        left(connection);
        connection.closeAndAwait();
    }

    @OnTextMessage
    void told(String message, WebSocketConnection connection) {
        LiveSession session = sessions.get(connection.id());
        if (session == null) {
            return;
        }
        var page = new Connected(connection);
        try {
            obey(message, session, page);
        } catch (Problem e) {
            page.problem(e);
        } catch (StatusRuntimeException e) {
            page.problem(Problem.of(e));
        } catch (IllegalArgumentException e) { // the checks of the wire
            page.problem(Problem.bad(e));
        }
    }

    private void obey(String message, LiveSession session, Connected page) {
        Map.Entry<String, JsonNode> order = order(message);
        JsonNode value = order.getValue();
        switch (order.getKey()) {
            case "start" -> {
                Query query = new Query(parameters(value));
                Stretch stretch = Stretch.of(query);
                Optional<String> model = query.text("model");
                query.end();
                String digest = mesh.served().demand(model, stretch.video().looks());
                session.start(stretch, () -> page.text("started", Map.of("model", digest)));
            }
            case "credit" -> session.credit(number("credit", value));
            case "seek" -> {
                long index = number("seek", value);
                session.seek(index, () -> page.text("sought", index));
            }
            case "stop" -> session.stop();
            default -> throw wrong(message);
        }
    }

    private Map.Entry<String, JsonNode> order(String message) {
        try {
            JsonNode order = json.readTree(message);
            if (order != null && order.isObject() && order.size() == 1) {
                return order.properties().iterator().next();
            }
        } catch (JsonProcessingException e) {
            // told below
        }
        throw wrong(message);
    }

    private static Problem wrong(String message) {
        return Problem.bad(
                "a message is {\"start\": {..}}, {\"credit\": N}, {\"seek\": INDEX} or {\"stop\": true}, got "
                        + StatusText.of(message));
    }

    private static long number(String name, JsonNode value) {
        if (!value.canConvertToExactIntegral() || !value.canConvertToLong()) {
            throw Problem.bad(name + " wants an integer, got " + StatusText.of(value.toString()));
        }
        return value.longValue();
    }

    private static Map<String, List<String>> parameters(JsonNode start) {
        if (!start.isObject()) {
            throw Problem.bad(
                    "start wants an object of parameters, as {\"seed\": 7}, got " + StatusText.of(start.toString()));
        }
        Map<String, List<String>> parameters = new HashMap<>();
        start.properties().forEach(one -> {
            if (one.getValue().isContainerNode() || one.getValue().isNull()) {
                throw Problem.bad(one.getKey() + " wants a number or a text, got "
                        + StatusText.of(one.getValue().toString()));
            }
            parameters.put(one.getKey(), List.of(one.getValue().asText()));
        });
        return parameters;
    }

    /** A page at the other end of its socket. */
    private final class Connected implements LiveSession.Page {
        private final WebSocketConnection connection;

        Connected(WebSocketConnection connection) {
            this.connection = connection;
        }

        @Override
        public void frame(Buffer message) {
            connection.sendBinaryAndAwait(message);
        }

        @Override
        public void ended(long nextIndex) {
            text("ended", Map.of("next_index", nextIndex));
        }

        @Override
        public void problem(Problem problem) {
            text("problem", problem.members());
        }

        void text(String name, Object value) {
            said(name, value).await().indefinitely();
        }

        Uni<Void> said(String name, Object value) {
            try {
                return connection.sendText(json.writeValueAsString(Map.of(name, value)));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("numbers and texts are JSON", e);
            }
        }
    }
}
