package org.styleinv.studio.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.grpc.Status;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.upstream.Meter;

/** What the studio gets wrong is in its log, as its problem says; what a client or the mesh did is not. */
class LiveSessionTest {
    private static final Logger LOGGER = Logger.getLogger(LiveSession.class.getName());

    private final List<Problem> told = new ArrayList<>();
    private final List<LogRecord> logged = new ArrayList<>();
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.INFO.intValue()) {
                logged.add(line);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(log);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void listenNoMore() {
        LOGGER.removeHandler(log);
        LOGGER.setUseParentHandlers(true);
    }

    /** A session whose mesh throws, and whose page takes one frame of credit. */
    private void shownBy(Supplier<RuntimeException> mesh) {
        var page = new LiveSession.Page() {
            @Override
            public void frame(Buffer message) {}

            @Override
            public void ended(long nextIndex) {}

            @Override
            public void problem(Problem problem) {
                told.add(problem);
            }
        };
        var session = new LiveSession(
                page,
                request -> {
                    throw mesh.get();
                },
                Meter.NONE,
                Runnable::run);
        session.start(Stretch.of(new Query(Map.of("seed", List.of("1")))), () -> {});
        session.credit(1);
    }

    @Test
    void aFaultOfItsOwnIsThereWithItsTrace() {
        var fault = new IllegalStateException("a fault");
        shownBy(() -> fault);
        assertEquals(500, told.get(0).status());
        assertEquals(1, logged.size());
        assertSame(fault, logged.get(0).getThrown());
    }

    @Test
    void aRefusalOfTheMeshIsForThePageAlone() {
        shownBy(Status.RESOURCE_EXHAUSTED::asRuntimeException);
        assertEquals(1, told.size());
        assertEquals(List.of(), logged);
    }
}
