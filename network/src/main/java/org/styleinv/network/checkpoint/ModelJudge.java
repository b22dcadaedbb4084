package org.styleinv.network.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.PrecisionTrial;
import org.styleinv.network.Weights;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.MotionNoise;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/**
 * Whether a model folder is good as a whole. Every service and every command asks here before anything of a folder is used,
 * whichever part it wants itself: a mesh of which one service takes what another refuses would serve two models.
 */
public final class ModelJudge {
    private ModelJudge() {}

    /**
     * Checks that every file of a model and of its variants is what its record says: digest, shapes, types, finite weights.
     *
     * @return what was found good
     * @throws FileRefused in one sentence that names the file and what is wrong
     */
    public static List<String> verify(ModelFolder model) throws IOException {
        List<String> good = new ArrayList<>();
        for (String file : model.files()) {
            model.verify(file);
            good.add(file.replace(".safetensors", ""));
        }
        for (String variant : model.variants()) {
            model.verifyVariant(variant);
            good.add("variant " + variant);
        }
        return good;
    }

    /** The digests alone: for what was judged before and may have been damaged since. */
    public static void checkDigests(ModelFolder model) throws IOException {
        for (String file : model.files()) {
            model.checkDigest(file);
        }
        for (String variant : model.variants()) {
            model.checkVariantDigest(variant);
        }
    }

    /**
     * As {@link #verify}, and then has each network make something: finite weights may still overflow. One network at a
     * time is in memory.
     *
     * @throws FileRefused in one sentence that names the network and what is wrong
     */
    public static List<String> judge(ModelFolder model) throws IOException {
        List<String> good = verify(model);
        if (model.architecture() != null) {
            try (NDManager manager = ComputeDevice.manager()) {
                demandPrecision(model, manager);
                paint(model, manager);
                invert(model, manager);
                move(model, manager);
            }
        }
        return good;
    }

    /**
     * Tries that a device has what the model's convolutions compute in.
     *
     * @throws FileRefused in one sentence, where it does not
     */
    public static void demandPrecision(ModelFolder model, NDManager manager) throws IOException {
        try {
            PrecisionTrial.demand(model.precision(), manager);
        } catch (IllegalStateException e) {
            throw new FileRefused(model.folder() + " cannot be served here: " + e.getMessage(), e);
        }
    }

    /** The networks that a running mesh has, of those that it uses; none where the folder cannot be read now. */
    public static Set<String> networks(Path folder) {
        try {
            return networks(ModelFolder.open(folder));
        } catch (IOException e) {
            return Set.of();
        }
    }

    private static Set<String> networks(ModelFolder model) {
        Set<String> networks = new TreeSet<>(model.files());
        networks.retainAll(ModelFolder.RUNNING);
        return networks;
    }

    /**
     * As {@link #judge(ModelFolder)}, for a model that is to take a running one's place.
     *
     * @param running the networks of the one that runs: none may be missing, whichever service looks
     */
    public static void judge(ModelFolder model, Set<String> running) throws IOException {
        Set<String> missing = new TreeSet<>(running);
        missing.removeAll(networks(model));
        if (!missing.isEmpty()) {
            throw new FileRefused(model.folder() + " has no " + String.join(" and no ", missing)
                    + ", but the model that runs has: publish a whole model, or restart every service");
        }
        judge(model);
    }

    private static void paint(ModelFolder model, NDManager manager) throws IOException {
        Generator generator = new Generator(model.architecture().generator());
        int width = generator.config().zDim();
        NDArray w; // the variants have the mapping of the base
        try (Weights weights = model.loadGenerator(manager);
                NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, weights, model.precision());
            NDArray z = scope.create(MotionNoise.anchor(0, 0, width), new Shape(1, width));
            w = generator.mapping().truncate(pass, generator.mapping().forward(pass, z), 1);
            finite(model, "generator", "a pixel", generator.synthesis().forward(pass, w, Noise.CONST));
            w.detach();
            w.attach(manager);
        }
        for (String variant : model.variants()) {
            try (Weights weights = model.loadVariant(manager, variant);
                    NDManager scope = manager.newSubManager()) {
                Pass pass = Pass.inference(scope, weights, model.precision());
                finite(
                        model,
                        "variant " + variant,
                        "a pixel",
                        generator.synthesis().forward(pass, w, Noise.CONST));
            }
        }
    }

    private static NDArray black(ModelFolder model, NDManager scope) {
        int side = model.architecture().generator().synthesis().resolution();
        return scope.create(new float[3 * side * side], new Shape(1, 3, side, side));
    }

    private static void invert(ModelFolder model, NDManager manager) throws IOException {
        if (model.architecture().encoder() != null) {
            InversionEncoder encoder = new InversionEncoder(model.architecture().encoder());
            try (Weights weights = model.loadEncoder(manager);
                    NDManager scope = manager.newSubManager()) {
                NDArray w0 = encoder.forward(Pass.inference(scope, weights), black(model, scope));
                finite(model, "encoder", "a latent", w0);
            }
        }
    }

    private static void move(ModelFolder model, NDManager manager) throws IOException {
        if (model.architecture().motion() != null) {
            StyleInV motion = new StyleInV(model.architecture().motion());
            int width = motion.config().style().wDim();
            try (Weights weights = model.loadMotion(manager);
                    NDManager scope = manager.newSubManager()) {
                Pass pass = Pass.inference(scope, weights, model.precision());
                NDArray w0 = scope.create(new float[width], new Shape(1, width));
                float[] code = motion.style().segment(pass, 0, 0).code(1);
                NDArray styles = motion.style().styles(pass, w0, List.of(code));
                finite(
                        model,
                        "motion",
                        "a latent",
                        motion.encode(pass, motion.prefix(pass, black(model, scope)), styles, w0));
            }
        }
    }

    private static void finite(ModelFolder model, String network, String what, NDArray made) throws FileRefused {
        for (float value : made.toFloatArray()) {
            if (!Float.isFinite(value)) {
                throw new FileRefused(
                        model.folder() + ": its " + network + " makes " + value + " in place of " + what
                                + (model.precision() == Precision.FLOAT32
                                        ? "; its training diverged"
                                        : " in " + model.precision().text()
                                                + ": serve it in float32 (`styleinv model precision`), if its training has not diverged"));
            }
        }
    }
}
