package org.styleinv.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.Pace;
import org.styleinv.proto.wire.Pushback;

/**
 * One stream of frames, index after index from the request's first (downwards when time runs backwards). For one thread.
 *
 * <p>{@link #next} and {@link #hasNext} wait for a frame and throw {@link StatusRuntimeException} when the mesh refuses
 * the request, or no replica goes on with it within the client's patience.
 */
public final class FrameStream implements Iterator<Frame>, AutoCloseable {
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LAST_PAUSE_MS = 1000;

    private final List<ManagedChannel> channels;
    private final StreamClient.Settings settings;
    private final GenerateRequest request;
    private final int step; // indexes fall when time runs backwards
    private final long silenceMs;
    private Call call;
    private @Nullable Frame ahead;
    private long nextIndex;
    private long taken;
    private int replica;
    private int reconnections;
    private long deniedAt; // frames that had come when the token was last refused
    private boolean done;
    private Consumer<String> news = sentence -> {};

    FrameStream(List<ManagedChannel> channels, StreamClient.Settings settings, GenerateRequest request) {
        this.channels = channels;
        this.settings = settings;
        this.request = request;
        step = request.hasTimeStep() && request.getTimeStep() < 0 ? -1 : 1;
        silenceMs = Math.max(settings.silence().toMillis(), request.getPace() == Pace.REAL_TIME ? threeFramesMs() : 0);
        nextIndex = request.getFirstIndex();
        call = open();
    }

    /** Index of the frame that {@link #next} gives. */
    public long nextIndex() {
        return nextIndex;
    }

    /** Who hears, in a sentence, each time that frames stop coming and another server is looked for. */
    public void onInterruption(Consumer<String> news) {
        this.news = news;
    }

    /** How often the stream was taken up again after its server had gone. */
    public int reconnections() {
        return reconnections;
    }

    @Override
    public boolean hasNext() {
        if (ahead == null && !done) {
            ahead = await();
            done = ahead == null;
        }
        return ahead != null;
    }

    @Override
    public Frame next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the stream ended before frame " + nextIndex);
        }
        Frame frame = Objects.requireNonNull(ahead);
        ahead = null;
        nextIndex += step;
        taken++;
        call.askForOne();
        return frame;
    }

    /** Ends the stream; the server stops its work. */
    @Override
    public void close() {
        done = true;
        ahead = null;
        call.cancel("the client closed the stream");
    }

    /** The frame {@code nextIndex}, or null at the stream's end. */
    private @Nullable Frame await() {
        if (complete()) {
            return null;
        }
        Duration patience = taken == 0 ? settings.welcome() : settings.patience();
        long givenUp = System.nanoTime() + patience.toNanos();
        long pause = FIRST_PAUSE_MS;
        while (true) {
            Object event = call.poll(silenceMs);
            if (event instanceof Frame frame) {
                if (frame.getIndex() == nextIndex) {
                    return frame;
                }
                if (step * (frame.getIndex() - nextIndex) < 0) {
                    call.askForOne(); // seen before
                    continue;
                }
                event = Status.UNAVAILABLE.withDescription(
                        "frame " + nextIndex + " was left out, got " + frame.getIndex());
            }
            @Nullable Metadata trailers = event instanceof Failed failed ? failed.trailers() : null;
            Status status = event == null
                    ? Status.UNAVAILABLE.withDescription("the server has been silent for " + silenceMs / 1000 + " s")
                    : event == Call.END
                            ? Status.UNAVAILABLE.withDescription(
                                    "the server ended the stream before frame " + nextIndex)
                            : event instanceof Failed failed ? failed.status() : (Status) event;
            call.cancel("taken up elsewhere");
            long pushback = pushback(trailers);
            boolean late = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, pushback)) > givenUp;
            if (!passing(status) && !mayHaveAnother(status) && pushback < 0
                    || late) { // a server asked again too early would only refuse again
                done = true;
                throw status.asRuntimeException(trailers);
            }
            if (taken > 0 && pause == FIRST_PAUSE_MS) { // once each time
                news.accept("no frame " + nextIndex + " (" + status.getDescription()
                        + "); looking for a server that has it " + "for up to " + patience.toSeconds() + " s");
            }
            sleep(Math.max(pause, pushback));
            pause = Math.min(2 * pause, LAST_PAUSE_MS);
            replica = (replica + 1) % channels.size();
            reconnections++;
            call = open();
        }
    }

    private boolean complete() {
        return request.getFrameCount() > 0 && taken >= request.getFrameCount()
                || step < 0 && taken > 0 && nextIndex < 0;
    }

    private long threeFramesMs() {
        return (long) (3000 / (request.getFps() > 0 ? request.getFps() : 30));
    }

    /** Milliseconds after which a server without room wants to be asked again, -1 if it did not say. */
    private static long pushback(@Nullable Metadata trailers) {
        return trailers == null ? -1 : Pushback.millis(trailers).orElse(-1);
    }

    /** How an attempt ended other than well. */
    private record Failed(Status status, @Nullable Metadata trailers) {}

    /** Whether another attempt may fare better: the connection failed, not the request. */
    private static boolean passing(Status status) {
        String told = String.valueOf(status.getDescription());
        return switch (status.getCode()) {
            case UNAVAILABLE -> true;
            case INTERNAL -> told.startsWith("RST_STREAM"); // HTTP/2's, by a server that stops
            case CANCELLED -> true; // by a server that stops; this side cancels only what it no longer listens to
            case RESOURCE_EXHAUSTED -> told.contains("GOAWAY"); // of the connection
            default -> false;
        };
    }

    /** A stream ends with the token that it began with, and the file may hold the next one: asked once, then believed. */
    private boolean mayHaveAnother(Status status) {
        if (status.getCode() != Status.Code.UNAUTHENTICATED || taken == deniedAt) {
            return false;
        }
        deniedAt = taken;
        return true;
    }

    private Call open() {
        GenerateRequest.Builder rest = request.toBuilder().setFirstIndex(nextIndex);
        if (request.getFrameCount() > 0) {
            rest.setFrameCount(request.getFrameCount() - taken);
        }
        ManagedChannel channel = channels.get(replica);
        channel.resetConnectBackoff();
        var fresh = new Call(settings.window());
        MotionGrpc.newStub(channel).generateStream(rest.build(), fresh);
        return fresh;
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").withCause(e).asRuntimeException();
        }
    }

    /** One attempt: hands over what arrives, and holds no more than the window because no more is asked for. */
    private static final class Call implements ClientResponseObserver<GenerateRequest, Frame> {
        static final Object END = new Object();

        private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        private final int window;

        @SuppressWarnings("NullAway.Init") // before the call starts
        private ClientCallStreamObserver<GenerateRequest> stream;

        Call(int window) {
            this.window = window;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<GenerateRequest> requests) {
            stream = requests;
            requests.disableAutoRequestWithInitial(window);
        }

        @Override
        public void onNext(Frame frame) {
            events.add(frame);
        }

        @Override
        public void onError(Throwable failure) {
            events.add(new Failed(Status.fromThrowable(failure), Status.trailersFromThrowable(failure)));
        }

        @Override
        public void onCompleted() {
            events.add(END);
        }

        /** A frame, a {@link Failed}, {@link #END}, or null after {@code millis} of silence. */
        @Nullable
        Object poll(long millis) {
            try {
                return events.poll(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cancel("interrupted");
                throw Status.CANCELLED
                        .withDescription("interrupted")
                        .withCause(e)
                        .asRuntimeException();
            }
        }

        void askForOne() {
            stream.request(1);
        }

        void cancel(String reason) {
            stream.cancel(reason, null);
        }
    }
}
