package org.styleinv.motion.request;

import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.styleinv.door.trace.TraceDoor;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.Edits;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.LayerShift;
import org.styleinv.proto.Mix;

/** First frames on their way into the engine: checks a request, asks the other services what it shows, and frees it again. */
public final class FirstFrames {
    private static final Logger LOG = Logger.getLogger(FirstFrames.class);

    private static final long LOOK_MS = 200;

    private final MotionModel model;
    private final Animator animator;
    private final PeerServices peers;

    /**
     * A first frame: its latent, and its pixels as the network gives them.
     *
     * @param request with the layers of another face, if it has some
     */
    public record Still(float[] w0, float[] x0, CheckedRequest request) {}

    /** @param model answers about itself only */
    public FirstFrames(MotionModel model, Animator animator, PeerServices peers) {
        this.model = model;
        this.animator = animator;
        this.peers = peers;
    }

    /**
     * What a request asks for.
     *
     * @throws IllegalArgumentException naming the field, what it got and what it wants
     */
    public CheckedRequest check(GenerateRequest request) {
        CheckedRequest checked = CheckedRequest.of(request);
        if (request.hasW0() && request.getW0().getValuesCount() != model.wDim()) {
            throw new IllegalArgumentException(
                    "w0 has " + request.getW0().getValuesCount() + " values, but the model expects " + model.wDim());
        }
        checked.edits().demand(model.directions());
        if (request.hasMix()) {
            check(request.getMix());
        }
        return checked;
    }

    private void check(Mix mix) {
        if (mix.hasW0() && mix.getW0().getValuesCount() != model.wDim()) {
            throw new IllegalArgumentException(
                    "mix.w0 has " + mix.getW0().getValuesCount() + " values, but the model expects " + model.wDim());
        }
        if (mix.getFromResolution() > model.resolution()) {
            throw new IllegalArgumentException("mix.from_resolution must be 8, 16 ... up to " + model.resolution()
                    + " pixels, got " + mix.getFromResolution());
        }
    }

    /** The first frame of a request; failures are the statuses a client should see. */
    public Still still(GenerateRequest request, CheckedRequest checked) {
        float[] w0 =
                TraceDoor.part(request.hasImage() ? "inversion" : "first latent", () -> peers.w0(request, checked));
        float[] x0 = TraceDoor.part("first frame", () -> peers.x0("w0", w0));
        if (!request.hasMix()) {
            return new Still(w0, x0, checked);
        }
        Mix mix = request.getMix();
        float[] other = peers.w0(mix, checked);
        peers.x0("mix.w0", other); // refused here, where it has no picture
        LayerShift.Builder shift = LayerShift.newBuilder().setFromResolution(mix.getFromResolution());
        for (int i = 0; i < w0.length; i++) {
            shift.addW(other[i] - w0[i]);
        }
        return new Still(w0, x0, checked.with(shift.build()));
    }

    /**
     * Whether the first frame of a request, and the first latent from there, can be made at all; INVALID_ARGUMENT if not.
     * For who gives no answer later, as a broadcast.
     */
    public void demandFinite(GenerateRequest request, CheckedRequest checked) throws InterruptedException {
        Still still = still(request, checked);
        float[] latent = inEngine(
                motion -> {
                    MotionModel.Scene scene =
                            motion.begin(still.w0(), still.x0(), checked.motionSeed(), checked.edits());
                    try {
                        return motion.latents(List.of(checked.step(scene, 0))).get(0);
                    } finally {
                        motion.end(scene);
                    }
                },
                new AtomicBoolean());
        if (!MotionModel.finite(latent)) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("the latent of frame " + checked.index(0)
                            + " is not finite, because the first frame is nothing that the model knows: give another w0, "
                            + "image or seed")
                    .asRuntimeException();
        }
    }

    /** Gives a first frame to the engine; UNAVAILABLE where that hangs. */
    public MotionModel.Scene begin(Still still) throws InterruptedException {
        var left = new AtomicBoolean();
        return inEngine(
                motion -> {
                    MotionModel.Scene scene = motion.begin(
                            still.w0(),
                            still.x0(),
                            still.request().motionSeed(),
                            still.request().edits());
                    if (left.get()) {
                        motion.end(scene);
                        throw new RejectedExecutionException("the stream was given up");
                    }
                    return scene;
                },
                left);
    }

    private <T> T inEngine(Function<MotionModel, T> body, AtomicBoolean left) throws InterruptedException {
        CompletableFuture<T> call = animator.call(body);
        try {
            return await(call, left);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            if (cause instanceof RejectedExecutionException) {
                throw Status.UNAVAILABLE.withDescription(cause.getMessage()).asRuntimeException();
            }
            if (cause instanceof Edits.UnknownDirection) { // the model was replaced by one that lacks it
                throw Status.INVALID_ARGUMENT
                        .withDescription(cause.getMessage())
                        .asRuntimeException();
            }
            LOG.error("a first frame did not get into the engine", cause);
            throw Status.INTERNAL
                    .withDescription("the motion model failed: " + cause.getMessage())
                    .asRuntimeException();
        }
    }

    private <T> T await(CompletableFuture<T> call, AtomicBoolean left) throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return call.get(LOOK_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                Optional<String> why = animator.able().because();
                if (why.isPresent()) {
                    left.set(true);
                    if (call.cancel(false)) {
                        throw Status.UNAVAILABLE.withDescription(why.get()).asRuntimeException();
                    }
                }
            }
        }
    }

    /** Frees what the engine keeps of a first frame. */
    public void end(MotionModel.Scene scene) {
        animator.call(motion -> {
            motion.end(scene);
            return null;
        });
    }
}
