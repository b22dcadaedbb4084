package org.styleinv.studio.upstream;

import io.grpc.Status;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.function.Supplier;
import org.styleinv.gate.Caller;
import org.styleinv.gate.Denied;
import org.styleinv.gate.HttpGate;
import org.styleinv.proto.Frame;
import org.styleinv.studio.problem.Problem;

/**
 * Holds who asks the studio to the quotas of its token: the mesh behind knows the studio alone. What can be refused is, with 429
 * and the time to come again; an answer that has begun comes more slowly instead, for HTTP has no word for it then.
 */
public final class Meter {
    /** Of who is not counted: viewers of what is painted anyway. */
    public static final Meter NONE = new Meter(Caller.ANYBODY);

    private final Caller caller;

    public Meter(Caller caller) {
        this.caller = caller;
    }

    /** Of whoever a request came from. */
    public static Meter of(RoutingContext request) {
        return new Meter(HttpGate.caller(request));
    }

    private interface Demand {
        void ask() throws Denied;
    }

    private static void demand(Demand demand) {
        try {
            demand.ask();
        } catch (Denied denied) {
            throw Problem.busy(denied);
        }
    }

    /** Counts a picture that was sent. */
    public void upload() {
        demand(caller::upload);
    }

    /**
     * Starts a broadcast, if there is room for it.
     *
     * @param live  ids of what its tenant has live
     * @param start makes it live
     */
    public <T> T broadcast(String id, Supplier<? extends Collection<String>> live, Supplier<T> start) {
        try (Caller.Starting starting = caller.starting(id)) {
            demand(() -> starting.demand(live.get()));
            return start.get();
        }
    }

    /** Counts frames of what is served, before they are painted. */
    public void frames(int count, Served served) {
        long side = served.base().getResolution();
        demand(() -> caller.take(count, count * side * side));
    }

    /**
     * Waits until a frame may be sent, and counts it.
     *
     * @throws io.grpc.StatusRuntimeException CANCELLED, if the thread is interrupted as it waits
     */
    public void pace(Frame frame) {
        try {
            caller.pace((long) frame.getImage().getWidth() * frame.getImage().getHeight());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").withCause(e).asRuntimeException();
        }
    }
}
