package org.styleinv.mesh.fault.blow;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.styleinv.decoder.work.BatchPainter;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.Viewer;
import org.styleinv.mesh.process.Debugger;
import org.styleinv.motion.engine.ReplaceableMotion;
import org.styleinv.proto.wire.Topics;

/**
 * The engine's thread of one process stands still in the middle of a batch, as in a call into a GPU that does not return,
 * and all its other threads live: it polls, answers, and is a member of its group. It must say itself that it is unwell, and
 * viewers must be served by others before the engine moves again.
 */
public final class HungEngine {
    private static final Duration HUNG = Duration.ofSeconds(25);
    private static final Duration LIMIT = Duration.ofSeconds(20); // for the complaint, and then for the viewers
    private static final Duration CATCH = Duration.ofSeconds(60);
    private static final int SEEN = 5; // frames that a viewer sees while it hangs
    private static final long LOOK_MS = 5;
    private static final long ASK_MS = 200;

    private final String service;
    private final List<String> processes;
    private final String thread;
    private final String batch;

    private HungEngine(String service, List<String> processes, String thread, String batch) {
        this.service = service;
        this.processes = processes;
        this.thread = thread;
        this.batch = batch;
    }

    /** Of whichever decoder paints first: which of them viewers are painted by is Kafka's choice. */
    public static HungEngine ofDecoder() {
        return new HungEngine(
                "decoder", List.of("decoder", "decoder-2"), "decoder-engine", at(BatchPainter.class, "begin"));
    }

    public static HungEngine ofMotion() {
        return new HungEngine("motion", List.of("motion"), "motion-engine", at(ReplaceableMotion.class, "latents"));
    }

    public Fault fault() {
        return new Fault(
                "hung engine of " + service + " " + HUNG.toSeconds() + " s",
                Topics.BASE,
                Set.of(),
                Set.copyOf(processes),
                1,
                this::strike);
    }

    private void strike(Fault.Stage stage) throws IOException, InterruptedException {
        List<Debugger> debuggers = new ArrayList<>();
        try {
            for (String process : processes) {
                debuggers.add(stage.fleet().attach(process));
            }
            String held = processes.get(hold(debuggers));
            long end = System.nanoTime() + HUNG.toNanos();
            List<Viewer> there = stage.viewers().stream()
                    .filter(viewer -> viewer.seen() > 0) // who has only just come has its own column
                    .toList();
            stage.broken().addAll(look(held, thread, () -> stage.fleet().complaint(held), there, LIMIT));
            TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
        } finally {
            debuggers.forEach(Debugger::close);
        }
    }

    /** A place in the code as stacks show it; what is not there could never be found. */
    private static String at(Class<?> type, String method) {
        if (Arrays.stream(type.getDeclaredMethods())
                .noneMatch(one -> one.getName().equals(method))) {
            throw new IllegalStateException(type + " has no " + method);
        }
        return type.getSimpleName() + "." + method;
    }

    /** Stops the first engine that is met at a batch; between two it could not be told from one with nothing to do. */
    private int hold(List<Debugger> debuggers) throws InterruptedException {
        long end = System.nanoTime() + CATCH.toNanos();
        while (System.nanoTime() < end) {
            for (int i = 0; i < debuggers.size(); i++) {
                if (debuggers.get(i).hold(thread, batch)) {
                    return i;
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        throw new IllegalStateException(
                "no " + thread + " of " + processes + " was at a batch in " + CATCH.toSeconds() + " s");
    }

    /** What a process says of itself. */
    interface Complaint {
        String now() throws InterruptedException;
    }

    /**
     * What is wrong while an engine hangs: the process must complain of it, and then, when what was painted before is long
     * seen, each viewer must see frames; both before the limit, from now.
     */
    static List<Violation> look(
            String process, String thread, Complaint complaint, List<Viewer> viewers, Duration limit)
            throws InterruptedException {
        List<Violation> broken = new ArrayList<>();
        long end = System.nanoTime() + limit.toNanos();
        String said = complaint.now();
        while (!said.contains(thread) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(ASK_MS);
            said = complaint.now();
        }
        if (!said.contains(thread)) {
            broken.add(new Violation(
                    Rule.HEALTH,
                    process,
                    thread + " hangs, and after " + limit.toSeconds() + " s readiness "
                            + (said.isEmpty() ? "is green" : "says only " + said)));
        }
        List<Integer> enough =
                viewers.stream().map(viewer -> viewer.seen() + SEEN).toList();
        for (int i = 0; i < viewers.size(); i++) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            Viewer viewer = viewers.get(i);
            if (!viewer.await(enough.get(i), left)) {
                broken.add(new Violation(
                        Rule.STALL,
                        viewer.name(),
                        "saw " + (viewer.seen() - enough.get(i) + SEEN) + " frames and not " + SEEN
                                + " in the last seconds of the " + limit.toSeconds() + " s in which the engine of "
                                + process + " hung"));
            }
        }
        return broken;
    }
}
