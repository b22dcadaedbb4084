package org.styleinv.motion.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.FixedBatch;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Directions;
import org.styleinv.network.motion.MotionNoise;
import org.styleinv.network.motion.MotionSegment;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.serving.ModelLoader;

/** The motion model on libtorch. A stream keeps its first frame's features and the motion between two anchors. */
public final class NetworkMotion implements MotionModel {
    private static final Script CAT = Script.of("xs: List[Tensor] -> Tensor", "return torch.cat(xs, 0)");

    private static final class NetworkScene implements Scene {
        private final NDManager scope;
        private final NDArray features; // [1, c, r/2, r/2]
        private final NDArray w0; // [1, wDim]
        private final long motionSeed;
        private final String model;
        private final Edits edits;
        private @Nullable MotionSegment segment; // the last one used; streams run from anchor to anchor
        private Map<Step, float[]> keys = Map.of(); // of the last latent asked for

        NetworkScene(NDManager scope, NDArray features, NDArray w0, long motionSeed, String model, Edits edits) {
            this.scope = scope;
            this.features = features;
            this.w0 = w0;
            this.motionSeed = motionSeed;
            this.model = model;
            this.edits = edits;
        }

        @Override
        public String model() {
            return model;
        }
    }

    private final NDManager manager;
    private final StyleInV network;
    private final Weights weights;
    private final Precision precision;
    private final String digest;
    private final int resolution;
    private final Directions directions;
    private final FixedBatch batches;

    NetworkMotion(
            NDManager manager,
            StyleInV network,
            Weights weights,
            Precision precision,
            String digest,
            int resolution,
            Directions directions) {
        this.manager = manager;
        this.network = network;
        this.weights = weights;
        this.precision = precision;
        this.digest = digest;
        this.resolution = resolution;
        this.directions = directions;
        FixedBatch least = FixedBatch.of(manager.getDevice(), resolution, precision);
        Scene scene = begin(MotionNoise.anchor(0, 0, wDim()), MotionNoise.anchor(0, 1, 3 * resolution * resolution), 0);
        batches = least.tried(row -> new Step(scene, row, 1), this::trial);
        end(scene);
    }

    private float[] trial(List<Step> steps) {
        try (NDManager scope = manager.newSubManager()) {
            return values(Pass.inference(scope, weights, precision), steps);
        }
    }

    /** Loads a model folder's motion; a missing or damaged one is refused in one sentence. */
    public static MotionModel load(Path folder) {
        return ModelLoader.first("motion-service", folder, NetworkMotion::open);
    }

    /** As {@link #load}, saying only what is wrong with the folder. */
    static MotionModel open(Path folder) throws IOException {
        return ModelLoader.open(folder, (model, manager) -> {
            if (model.architecture().motion() == null) {
                throw new IOException(folder + " has no motion: that stage of its training was not run");
            }
            var network = new StyleInV(model.architecture().motion());
            return new NetworkMotion(
                    manager,
                    network,
                    model.loadMotion(manager).constant(network, model.precision()),
                    model.precision(),
                    model.digest(),
                    model.architecture().generator().synthesis().resolution(),
                    model.directions());
        });
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public int wDim() {
        return network.config().style().wDim();
    }

    @Override
    public int resolution() {
        return resolution;
    }

    @Override
    public Directions directions() {
        return directions;
    }

    @Override
    public Scene begin(float[] w0, float[] x0, long motionSeed, Edits edits) {
        edits.demand(directions);
        int size = 3 * resolution * resolution;
        if (x0.length != size) {
            throw new IllegalArgumentException(
                    "the first frame has " + x0.length + " values, but the motion model expects " + size
                            + "; have encoder, decoder and motion the same model?");
        }
        NDManager scope = manager.newSubManager();
        try (NDManager temporary = scope.newSubManager()) {
            NDArray image = temporary.create(x0, new Shape(1, 3, resolution, resolution));
            NDArray features = network.prefix(Pass.inference(temporary, weights, precision), image);
            features.detach();
            features.attach(scope);
            return new NetworkScene(
                    scope, features, scope.create(w0, new Shape(1, w0.length)), motionSeed, digest, edits);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    @Override
    public List<float[]> latents(List<Step> steps) {
        Map<Step, float[]> keys = keys(steps);
        List<float[]> latents = new ArrayList<>(steps.size());
        for (Step step : steps) {
            NetworkScene scene = (NetworkScene) step.scene();
            Step before = step.before();
            Step after = step.after();
            float[] first = Objects.requireNonNull(keys.get(before));
            float[] second = Objects.requireNonNull(keys.get(after));
            scene.keys = before.equals(after) ? Map.of(before, first) : Map.of(before, first, after, second);
            float way = (float) ((step.index() - before.index()) / (double) step.stride());
            latents.add(scene.edits.applied(between(first, second, way), step.index(), directions));
        }
        return latents;
    }

    /** The network's latents that some steps stand on; those of each scene's last step are not made again. */
    private Map<Step, float[]> keys(List<Step> steps) {
        Map<Step, float[]> keys = new HashMap<>();
        Set<Step> missing = new LinkedHashSet<>();
        for (Step step : steps) {
            keys.putAll(((NetworkScene) step.scene()).keys);
            missing.add(step.before());
            missing.add(step.after());
        }
        missing.removeAll(keys.keySet());
        for (FixedBatch.Part<Step> part : batches.parts(List.copyOf(missing))) {
            try (NDManager scope = manager.newSubManager()) {
                float[] values = values(Pass.inference(scope, weights, precision), part.rows()); // [n, wDim]
                for (int i = 0; i < part.count(); i++) {
                    keys.put(part.rows().get(i), Arrays.copyOfRange(values, i * wDim(), (i + 1) * wDim()));
                }
            }
        }
        return keys;
    }

    /** Straight from one latent to another, {@code way} of it in [0, 1). */
    private static float[] between(float[] from, float[] to, float way) {
        float[] latent = from.clone();
        for (int i = 0; way > 0 && i < latent.length; i++) {
            latent[i] += way * (to[i] - from[i]);
        }
        return latent;
    }

    private float[] values(Pass pass, List<Step> steps) {
        List<NDArray> features = new ArrayList<>();
        List<NDArray> w0s = new ArrayList<>();
        List<float[]> codes = new ArrayList<>();
        for (Step step : steps) {
            NetworkScene scene = (NetworkScene) step.scene();
            features.add(scene.features);
            w0s.add(scene.w0);
            codes.add(code(pass, scene, step));
        }
        NDArray w0 =
                steps.size() == 1 ? w0s.get(0) : CAT.callWithList(pass, w0s).get(0); // [n, wDim]
        NDArray prefix = steps.size() == 1
                ? features.get(0)
                : CAT.callWithList(pass, features).get(0);
        NDArray styles = network.style().styles(pass, w0, codes);
        return network.encode(pass, prefix, styles, w0).toFloatArray(); // [n, wDim]
    }

    private float[] code(Pass pass, NetworkScene scene, Step step) {
        FrameTime time = FrameTime.of(
                step.index(), step.timeStep(), network.config().style().anchorDistance());
        if (scene.segment == null || scene.segment.anchor() != time.anchor()) {
            scene.segment = network.style().segment(pass, scene.motionSeed, time.anchor());
        }
        return scene.segment.code(time.offset());
    }

    @Override
    public void end(Scene scene) {
        ((NetworkScene) scene).scope.close();
    }

    /** Arrays and scopes that live as long as the model, for tests. */
    int arrays() {
        return manager.getManagedArrays().size()
                + weights.manager().getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }
}
