package org.styleinv.motion.stream;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.Latent;

/**
 * One stream: asks for latents up to a window beyond what the client accepted, sends them out, puts what comes back in
 * order and hands it on once, while the client can take it. What does not come back is sent out again.
 *
 * <pre>
 * running ──nothing heard of the client──▶ paused ──heard again──▶ behind ──caught up with the clock──▶ running
 *
 * running, paused, behind ──last frame taken, client left, failed, or waited too long for a frame──▶ over
 * </pre>
 *
 * Only where it runs, or is behind, latents are made and sent. One that is behind does not count as late, for that is its client's
 * doing; without a clock (as fast as possible) it stays there. Over is over: what comes then is dropped.
 *
 * @param <T> what the client receives, {@code Frame} or {@code Latent}
 */
public final class Session<T> implements Animator.Source {
    /** When a session asks again and when it gives up. */
    record Patience(long resendNanos, long stallNanos, long latentLifeMs) {}

    /** Where a session's latents go and what it needs of its environment. */
    interface Environment {
        /** Sends a latent out; what becomes of it arrives some time, or never. */
        void send(Latent latent);

        /** Calls back after a while. */
        void schedule(Runnable task, long nanos);

        /** Whether frames are read from a partition. */
        boolean reads(int partition);

        /** Whether the client may be gone: nothing is heard of it. */
        boolean silent();

        /** So many latents that were sent are not wanted any more, or not now. */
        void forget(int unanswered);

        /** The stream is over; {@code unanswered} latents may still be in work. Called once. */
        void over(int unanswered);

        /** Something may be made now. */
        void wake();

        void resent(int latents);

        void repeated();
    }

    private static final class Pending<T> {
        private Latent latent;
        private int replyPartition; // that it was last sent with
        private T answer;
        private long lastSent;
        private int sent;
    }

    private final String id;
    private final CheckedRequest request;
    private final MotionModel.Scene scene;
    private final String model;
    private int replyPartition;
    private final int window;
    private final Patience patience;
    private final ServerCallStreamObserver<T> client;
    private final Environment environment;
    private final Map<Long, Pending<T>> pending = new HashMap<>();
    private long made; // places given to the engine
    private long accepted; // places the client has taken
    private long lastProgress = System.nanoTime();
    private long clockStart; // of a stream in real time, when its first frame is sent
    private boolean timed; // a call at the next frame's time is on its way
    private boolean paused; // the client is silent
    private boolean behind; // it was, and has not yet caught up with the clock
    private long lastTick = lastProgress;
    private boolean over;

    Session(
            String id,
            int replyPartition,
            CheckedRequest request,
            MotionModel.Scene scene,
            String model,
            int window,
            Patience patience,
            ServerCallStreamObserver<T> client,
            Environment environment) {
        this.id = id;
        this.replyPartition = replyPartition;
        this.request = request;
        this.scene = scene;
        this.model = model;
        this.window = window;
        this.patience = patience;
        this.client = client;
        this.environment = environment;
    }

    String id() {
        return id;
    }

    MotionModel.Scene scene() {
        return scene;
    }

    @Override
    public synchronized List<Step> next(int most) {
        List<Step> steps = new ArrayList<>();
        while (!over && !paused && steps.size() < most && made < request.total() && made - accepted < window) {
            pending.put(made, new Pending<>());
            steps.add(new Step(scene, request.index(made), request.timeStep()));
            made++;
        }
        return steps;
    }

    @Override
    public synchronized void made(List<Step> steps, List<float[]> latents) {
        for (int i = 0; i < steps.size() && !over; i++) {
            long place = request.place(steps.get(i).index());
            if (!MotionModel.finite(
                    latents.get(i))) { // other replicas have the same model, so clients must not ask them
                fail(Status.INVALID_ARGUMENT.withDescription("stream " + id + ": the latent of frame "
                        + steps.get(i).index() + " is not finite, because its first frame is nothing that the model "
                        + "knows: give another w0, image or seed"));
                return;
            }
            Pending<T> one = pending.get(place);
            one.latent = request.latent(id, model, place, latents.get(i));
            if (!paused) {
                send(one);
            }
        }
    }

    private void send(Pending<T> one) {
        one.lastSent = System.nanoTime();
        one.sent++;
        one.replyPartition = replyPartition;
        environment.send(one.latent.toBuilder()
                .setReplyPartition(replyPartition)
                .setDeadlineMs(System.currentTimeMillis() + patience.latentLifeMs())
                .build());
    }

    /**
     * An answer to the latent of an index came; a second one is dropped. It counts only for a latent that was sent.
     *
     * @param judge says of the latent why this is no answer to it, empty if it is one
     * @return why the answer does not count, empty if it does, or did before
     */
    synchronized String arrive(long index, T answer, Function<Latent, String> judge) {
        long place = request.place(index);
        Pending<T> one = pending.get(place);
        if (over || place >= 0 && place < accepted || one != null && one.answer != null) {
            environment.repeated();
            return "";
        }
        if (one == null || one.sent == 0) {
            return "frame " + index + " of stream \"" + id + "\" was not asked for";
        }
        String complaint = judge.apply(one.latent);
        if (complaint.isEmpty()) {
            one.answer = answer;
            pump();
        }
        return complaint;
    }

    /** The partition that its frames are asked for on. */
    synchronized int replyPartition() {
        return replyPartition;
    }

    /** Frames come back on another partition from now on; those under way come on the old one while that is read. */
    synchronized void move(int partition) {
        replyPartition = partition;
    }

    /** Hands on what is next while the client can take it. */
    synchronized void pump() {
        boolean moved = false;
        while (!over && client.isReady()) {
            Pending<T> next = pending.get(accepted);
            if (next == null || next.answer == null || early()) {
                break;
            }
            pending.remove(accepted);
            accepted++;
            client.onNext(next.answer);
            lastProgress = System.nanoTime();
            moved = true;
        }
        if (!over && accepted == request.total()) {
            end(client -> client.onCompleted());
        } else if (moved) {
            environment.wake();
        }
    }

    /** In real time, whether the next frame must wait; then a call at its time is arranged. */
    private boolean early() {
        if (!request.realTime()) {
            return false;
        }
        long now = System.nanoTime();
        if (accepted == 0) {
            clockStart = now;
        }
        long left = due() - now;
        if (left <= 0) {
            return false;
        }
        behind = false;
        if (!timed) {
            timed = true;
            environment.schedule(this::onTime, left);
        }
        return true;
    }

    private synchronized void onTime() {
        timed = false;
        pump();
    }

    /** Whether the next frame of a live stream, which the client would take, is overdue by so much. */
    synchronized boolean late(long nanos) {
        Pending<T> next = pending.get(accepted);
        return live()
                && accepted > 0
                && client.isReady()
                && (next == null || next.answer == null)
                && System.nanoTime() - due() > nanos;
    }

    /** Whether somebody watches it in real time, so that its being late is this replica's doing. */
    synchronized boolean live() {
        return !over && !paused && !behind && request.realTime();
    }

    private long due() {
        return clockStart + (long) (accepted / request.fps() * 1e9);
    }

    /** Sends again what should have come back, and gives up on what never does. Called now and then. */
    synchronized void tick() {
        if (over) {
            return;
        }
        long now = System.nanoTime();
        long turn = now - lastTick;
        lastTick = now;
        if (environment.silent()) {
            lastProgress += turn; // this time does not count
            pause();
            return;
        }
        boolean heardAgain = paused;
        paused = false;
        behind |= heardAgain;
        int again = 0;
        for (Pending<T> one : List.copyOf(pending.values())) { // an answer may come while it is sent
            if (one.latent != null && one.answer == null) {
                long wait = patience.resendNanos() << Math.max(0, Math.min(one.sent - 1, 2));
                boolean stranded = one.replyPartition != replyPartition && !environment.reads(one.replyPartition);
                if (heardAgain || stranded || now - one.lastSent > wait) {
                    send(one);
                    again++;
                }
            }
        }
        if (heardAgain) {
            environment.wake();
        }
        if (again > 0) {
            environment.resent(again);
        }
        Pending<T> next = pending.get(accepted);
        boolean waiting = client.isReady() && (next == null || next.answer == null);
        if (!waiting) {
            lastProgress = now;
        } else if (now - lastProgress > patience.stallNanos()) {
            String sentence = "stream " + id + ": nothing for " + TimeUnit.NANOSECONDS.toSeconds(now - lastProgress)
                    + " s, frame " + request.index(accepted)
                    + (next == null || next.sent == 0
                            ? " was never made; is motion-service overloaded?"
                            : " of variant \""
                                    + request.looks()
                                            .at(request.index(accepted))
                                            .variant() + "\" was asked for " + next.sent
                                    + " times; is decoder-service up and reading Kafka?");
            fail(Status.UNAVAILABLE.withDescription(sentence));
        }
    }

    /** Nothing is made or painted for a client that may be gone; what it was to have is sent for again when it is heard. */
    private void pause() {
        if (!paused) {
            paused = true;
            environment.forget(unanswered());
        }
    }

    private int unanswered() {
        int unanswered = 0;
        for (Pending<T> one : pending.values()) {
            unanswered += one.latent != null && one.answer == null ? 1 : 0;
        }
        return unanswered;
    }

    @Override
    public void failed(Throwable cause) {
        fail(Status.INTERNAL.withDescription("stream " + id + ": the motion model failed: " + cause.getMessage()));
    }

    /** Ends the stream with a status. */
    synchronized void fail(Status status) {
        end(client -> client.onError(status.asRuntimeException()));
    }

    /** The client left: nothing more is made or sent. */
    synchronized void leave() {
        end(client -> {});
    }

    private void end(Consumer<ServerCallStreamObserver<T>> farewell) {
        if (over) {
            return;
        }
        over = true;
        int unanswered = unanswered();
        pending.clear();
        farewell.accept(client);
        environment.over(unanswered);
    }
}
