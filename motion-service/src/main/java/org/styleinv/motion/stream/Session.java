package org.styleinv.motion.stream;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.motion.stream.Places.Place;
import org.styleinv.proto.Latent;
import org.styleinv.telemetry.trace.Spans;

/**
 * One stream: asks for latents up to a window beyond what the client accepted (gRPC took it), sends them out, puts what comes back in
 * order and hands it on once, while the client can take it. What does not come back is sent out again.
 *
 * <p>Its states and their transitions are those of {@link SessionState}. A stream without a clock (as fast as possible) has nothing to catch up
 * with, so once behind it stays so.
 *
 * @param <T> what the client receives, {@code Frame} or {@code Latent}
 */
public final class Session<T> implements Animator.Source {
    /** When a session asks again and when it gives up. */
    record Patience(long resendNanos, long stallNanos, long latentLifeMs) {}

    /** Where a session's latents go and what it needs of its environment. */
    interface Environment {
        /** What is told of its frames. */
        StreamTrace trace();

        /** Sends a latent out; what becomes of it arrives some time, or never. */
        void send(Latent latent);

        /** Calls back after a while. */
        void schedule(Runnable task, long nanos);

        /** Whether frames are read from a partition. */
        boolean reads(int partition);

        /** Whether the client may be gone: nothing is heard of it. */
        boolean silent();

        /** So many latents without an answer are not wanted any more, or not now. */
        void forget(int unanswered);

        /** The stream is over; {@code unanswered} latents may still be in work. Called once. */
        void over(int unanswered);

        /** An answer came to a latent that was sent once, so long after; {@code frame} is what is told of it. */
        void answered(long nanos, Spans frame);

        /** The client took its first frame. */
        void first(Spans frame);

        /** The client took another frame, which it would have taken so much earlier. */
        void gap(long nanos, Spans frame);

        /** Something may be made now. */
        void wake();

        void resent(int latents);

        void repeated();
    }

    private final String id;
    private final CheckedRequest request;
    private final MotionModel.Scene scene;
    private final String model;
    private int replyPartition;
    private final Patience patience;
    private final ServerCallStreamObserver<T> client;
    private final Environment environment;
    private final Places<T> places;
    private final Pace pace;
    private final int halfWindow; // the other half is with the decoders meanwhile
    private SessionState state = new SessionState.Running();
    private long lastProgress = System.nanoTime();

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
        this.patience = patience;
        this.client = client;
        this.environment = environment;
        places = new Places<>(request.total(), window);
        pace = new Pace(request);
        halfWindow = window / 2;
    }

    String id() {
        return id;
    }

    CheckedRequest request() {
        return request;
    }

    StreamTrace trace() {
        return environment.trace();
    }

    MotionModel.Scene scene() {
        return scene;
    }

    @Override
    public synchronized List<Step> next(int chunk, int most) {
        int wanted = pace.realTime() ? chunk : Math.max(chunk, Math.min(most, halfWindow));
        List<Step> steps = new ArrayList<>();
        int keys = 0;
        if (!places.room(wanted)) {
            return steps;
        }
        while (state.runs() && keys < wanted && places.room(1)) {
            Step step = request.step(scene, places.open());
            steps.add(step);
            keys += step.isKey() ? 1 : 0;
        }
        return steps;
    }

    @Override
    public synchronized void made(List<Step> steps, List<float[]> latents, Animator.Batch batch) {
        for (int i = 0; i < steps.size() && !state.isOver(); i++) {
            long place = request.place(steps.get(i).index());
            if (!MotionModel.finite(
                    latents.get(i))) { // other replicas have the same model, so clients must not ask them
                fail(Status.INVALID_ARGUMENT.withDescription("stream " + id + ": the latent of frame "
                        + steps.get(i).index() + " is not finite, because its first frame is nothing that the model "
                        + "knows: give another w0, image or seed"));
                return;
            }
            Place<T> one = Objects.requireNonNull(places.at(place)); // it was opened
            one.latent = request.latent(id, model, place, latents.get(i));
            trace().made(steps.get(i).index(), place, batch);
            if (state.runs()) {
                send(one);
            }
        }
    }

    private void send(Place<T> one) {
        one.lastSent = System.nanoTime();
        one.sent++;
        one.replyPartition = replyPartition;
        environment.send(Objects.requireNonNull(one.latent).toBuilder()
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
        Place<T> one = places.at(place);
        if (state.isOver() || places.isAccepted(place) || one != null && one.answer != null) {
            environment.repeated();
            return "";
        }
        if (one == null || one.sent == 0) {
            return "frame " + index + " of stream \"" + id + "\" was not asked for";
        }
        String complaint = judge.apply(one.latent);
        if (complaint.isEmpty()) {
            one.answer = answer;
            Spans frame = trace().arrived(index);
            if (one.sent == 1) { // of several it is not known which was answered
                environment.answered(System.nanoTime() - one.lastSent, frame);
            }
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
        while (!state.isOver() && client.isReady() && places.nextIsThere() && !early()) {
            T next = places.accept();
            Spans frame = trace().taken(request.index(places.accepted() - 1));
            long now = System.nanoTime();
            if (places.accepted() == 1) {
                environment.first(frame);
            } else {
                environment.gap(now - lastProgress, frame);
            }
            client.onNext(next); // who has a frame finds it counted
            lastProgress = now;
            moved = true;
        }
        if (!state.isOver() && places.allAccepted()) {
            end(client -> client.onCompleted());
        } else if (moved) {
            environment.wake();
        }
    }

    /** In real time, whether the next frame must wait; then a call at its time is arranged. */
    private boolean early() {
        long left = pace.left(places.accepted(), System.nanoTime());
        if (left <= 0) {
            return false;
        }
        state = state.caughtUp();
        if (pace.arrange()) {
            environment.schedule(this::onTime, left);
        }
        return true;
    }

    private synchronized void onTime() {
        pace.called();
        pump();
    }

    /** Whether the next frame of a live stream, which the client would take, is overdue by so much. */
    synchronized boolean late(long nanos) {
        return live() && places.accepted() > 0 && waits() && pace.left(places.accepted(), System.nanoTime()) < -nanos;
    }

    /** Whether the client would take a frame that is not there. */
    private boolean waits() {
        return client.isReady() && !places.nextIsThere();
    }

    /** Whether somebody watches it in real time, so that its being late is this replica's doing. */
    synchronized boolean live() {
        return state instanceof SessionState.Running && pace.realTime();
    }

    /** Sends again what should have come back, and gives up on what never does. Called now and then. */
    synchronized void tick() {
        if (state.isOver()) {
            return;
        }
        long now = System.nanoTime();
        if (environment.silent()) {
            if (state.runs()) { // nothing is made or painted for a client that may be gone
                state = state.silent(now);
                environment.forget(places.unanswered().size());
            }
            return;
        }
        boolean heardAgain = state instanceof SessionState.Paused;
        if (state instanceof SessionState.Paused paused) {
            lastProgress += now - paused.since(); // that time does not count
        }
        state = state.heard();
        sendAgain(now, heardAgain);
        if (heardAgain) {
            environment.wake();
        }
        if (!waits()) {
            lastProgress = now;
        } else if (now - lastProgress > patience.stallNanos()) {
            fail(Status.UNAVAILABLE.withDescription(stalled(now)));
        }
    }

    private void sendAgain(long now, boolean all) {
        int again = 0;
        for (Place<T> one : places.unanswered()) { // an answer may come while it is sent
            long wait = patience.resendNanos() << Math.max(0, Math.min(one.sent - 1, 2));
            boolean stranded = one.replyPartition != replyPartition && !environment.reads(one.replyPartition);
            if (one.unanswered() && (all || stranded || now - one.lastSent > wait)) {
                send(one);
                again++;
            }
        }
        if (again > 0) {
            environment.resent(again);
        }
    }

    private String stalled(long now) {
        Place<T> next = places.next();
        long index = request.index(places.accepted());
        return "stream " + id + ": nothing for " + TimeUnit.NANOSECONDS.toSeconds(now - lastProgress) + " s, frame "
                + index
                + (next == null || next.sent == 0
                        ? " was never made; is motion-service overloaded?"
                        : " of variant \"" + request.looks().at(index).variant() + "\" was asked for " + next.sent
                                + " times; is decoder-service up and reading Kafka?");
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

    @Override
    public String toString() {
        return id;
    }

    private void end(Consumer<ServerCallStreamObserver<T>> farewell) {
        if (state.isOver()) {
            return;
        }
        state = new SessionState.Over();
        int unanswered = places.unanswered().size();
        places.clear();
        trace().over();
        farewell.accept(client);
        environment.over(unanswered);
    }
}
