package org.styleinv.mesh.process;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.StackFrame;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds one thread of another JVM still, from outside, while the rest of that process lives: what a call into a GPU that
 * never returns looks like. The process needs nothing but {@link #agent} on its command line.
 */
public final class Debugger implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

    private final VirtualMachine machine;
    private final String address;

    private Debugger(VirtualMachine machine, String address) {
        this.machine = machine;
        this.address = address;
    }

    /** Why this Java cannot do it; empty if it can. */
    public static Optional<String> trouble() {
        for (String module : List.of("jdk.jdi", "jdk.jdwp.agent")) {
            if (ModuleFinder.ofSystem().find(module).isEmpty()) {
                return Optional.of("this Java, " + System.getProperty("java.home") + ", has no module " + module
                        + ": run it with a whole JDK");
            }
        }
        return Optional.empty();
    }

    /** The option of a JVM that lets a debugger of this machine in at a port. */
    static String agent(int port) {
        return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=localhost:" + port;
    }

    /**
     * Enters a JVM that was started with {@link #agent}. Its door is shut for a moment after it begins to start, and again
     * after each debugger that leaves; this waits until it opens.
     *
     * @throws IOException if it stays shut for 10 s: what the last try was told
     */
    static Debugger attach(int port) throws IOException {
        AttachingConnector sockets = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(connector -> connector.name().equals("com.sun.jdi.SocketAttach"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this Java has no debugger that attaches by sockets"));
        Map<String, Connector.Argument> arguments = sockets.defaultArguments();
        set(arguments, "hostname", "localhost");
        set(arguments, "port", Integer.toString(port));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return new Debugger(sockets.attach(arguments), "localhost:" + port);
            } catch (IllegalConnectorArgumentsException e) {
                throw new IllegalArgumentException("no debugger can attach to port " + port + ": " + e.getMessage(), e);
            } catch (IOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }

    private static void set(Map<String, Connector.Argument> arguments, String name, String value) {
        Objects.requireNonNull(arguments.get(name), name).setValue(value);
    }

    /**
     * Suspends a thread if it is inside a method at this moment; otherwise it runs on and the answer is false. A thread that
     * is inside native code stops when that returns.
     *
     * @param method class, without its package, and method, as in {@code BatchPainter.begin}
     * @throws IllegalArgumentException if there is no such thread; it names those there are
     */
    public boolean hold(String thread, String method) {
        ThreadReference found = thread(thread);
        found.suspend();
        boolean inside = false;
        try {
            inside = found.frames().stream().anyMatch(frame -> name(frame).equals(method));
        } catch (IncompatibleThreadStateException e) {
            throw new IllegalStateException(thread + " of the process at " + address + " has ended", e);
        } finally {
            if (!inside) {
                found.resume();
            }
        }
        return inside;
    }

    private ThreadReference thread(String name) {
        List<ThreadReference> all = machine.allThreads();
        return all.stream()
                .filter(thread -> thread.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no thread is named \"" + name + "\" in the process at "
                        + address + ", there are: "
                        + all.stream().map(ThreadReference::name).sorted().toList()));
    }

    private static String name(StackFrame frame) {
        String type = frame.location().declaringType().name();
        return type.substring(type.lastIndexOf('.') + 1) + "."
                + frame.location().method().name();
    }

    /** Lets whatever was held run on, and leaves. */
    @Override
    public void close() {
        try {
            machine.dispose();
        } catch (VMDisconnectedException e) {
            // the process has ended, and nothing is held
        }
    }
}
