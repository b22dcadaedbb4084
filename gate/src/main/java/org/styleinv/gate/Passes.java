package org.styleinv.gate;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is open and was let in by a token: once a second each token is shown again, and where it does not let in any more, what it
 * opened ends. A thread of its own from the first one on.
 */
final class Passes {
    private static final Logger LOG = Logger.getLogger(Passes.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Gatekeeper keeper;
    private final Set<Pass> open = ConcurrentHashMap.newKeySet();
    private @Nullable Thread thread; // guarded by this; null before the first
    private volatile boolean closed;

    Passes(Gatekeeper keeper) {
        this.keeper = keeper;
    }

    /** What one token has opened. */
    private final class Pass implements Gatekeeper.Held {
        private final @Nullable String header;
        private final Role role;
        private final Consumer<Denied> gone;

        Pass(@Nullable String header, Role role, Consumer<Denied> gone) {
            this.header = header;
            this.role = role;
            this.gone = gone;
        }

        void look() {
            try {
                keeper.admit(header, role);
            } catch (Denied denied) {
                if (open.remove(this)) {
                    end(denied);
                }
            }
        }

        private void end(Denied denied) {
            try {
                gone.accept(new Denied(
                        denied.kind(),
                        denied.getMessage() + ", though it was good when this began: show one that is good, and go on",
                        0));
            } catch (RuntimeException e) { // the others' turn comes all the same
                LOG.infof("what a token had opened could not be ended cause=\"%s\"", e.getMessage());
            }
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }

    Gatekeeper.Held hold(@Nullable String header, Role role, Consumer<Denied> gone) {
        Pass pass = new Pass(header, role, gone);
        open.add(pass);
        watch();
        return pass;
    }

    private synchronized void watch() {
        if (thread == null && !closed) {
            thread = new Thread(
                    () -> {
                        while (!closed) {
                            LockSupport.parkNanos(LOOK_NANOS);
                            look();
                        }
                    },
                    "styleinv-passes");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Ends what nobody would be let in to any more. */
    void look() {
        open.forEach(Pass::look);
    }

    synchronized void close() {
        closed = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
