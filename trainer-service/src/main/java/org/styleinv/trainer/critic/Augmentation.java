package org.styleinv.trainer.critic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.augment.AugmentPipe;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.device.Share;

/**
 * Augmentation of all that a discriminator sees, with a probability that follows how sure it is of real pictures: where it
 * has learnt them by heart more is augmented. Training GANs with Limited Data (Karras et al. 2020), section 3.
 */
public final class Augmentation {
    /** Published names, in lower case. */
    public enum Mode {
        NOAUG,
        ADA,
        FIXED
    }

    /**
     * @param p probability of each transformation, in [0, 1]: what it starts from, and stays at where it is fixed
     * @param target of the mean sign of the logits of real pictures, which p is steered to
     * @param speedKimg thousands of items after which p has gone from 0 to 1, at the fastest
     * @param steps that may happen
     */
    public record Config(Mode mode, double p, double target, double speedKimg, Set<AugmentPipe.Step> steps) {
        public static final double TARGET = 0.6;
        public static final double SPEED_KIMG = 500;
        /** Where the discriminator comes from another run. */
        public static final double RESUMED_SPEED_KIMG = 100;

        public static final Config NONE = new Config(Mode.NOAUG, 0, TARGET, SPEED_KIMG, Set.of());

        public Config {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("p must be from 0 to 1, got " + p);
            }
            if (!(target > 0 && target < 1)) {
                throw new IllegalArgumentException("target must be between 0 and 1, got " + target);
            }
        }
    }

    /** Name of the probability among a step's figures. */
    public static final String P = "ada_p";

    private static final int INTERVAL = 4; // steps between two adaptations

    private final Config config;
    private final AugmentPipe pipe;
    private final NDArray p;
    private final NDArray signs; // sum and count since the last adaptation: whole numbers, exact in float32
    private final NDArray count;

    Augmentation(NDManager root, Config config) {
        this.config = config;
        pipe = new AugmentPipe(config.steps);
        p = root.create((float) config.p);
        signs = root.create(0f);
        count = root.create(0f);
    }

    /**
     * {@code x [n, 3*frames, r, r]}, augmented where this is on, differentiable if the pass is.
     *
     * @param draws for each of n
     */
    NDArray apply(Pass pass, NDArray x, List<Draws> draws) {
        return config.mode == Mode.NOAUG ? x : pipe.apply(pass, x, p.getFloat(), draws);
    }

    /** Takes a discriminator's figures of {@code items} real pictures into account. */
    void judged(Map<String, Double> figures, int items) {
        if (config.mode == Mode.ADA) {
            add(signs, Math.rint(Share.figure(figures, Scores.SIGNS) * items)); // a sum of signs is a whole number
            add(count, items);
        }
    }

    /** Ends a step that showed {@code items} pictures, or clips: from time to time p follows. Adds p to the figures. */
    void adapt(long step, int items, Map<String, Double> figures) {
        if (config.mode == Mode.ADA && (step + 1) % INTERVAL == 0 && count.getFloat() > 0) {
            double side = Math.signum((double) signs.getFloat() / count.getFloat() - config.target);
            add(p, Math.max(-p.getFloat(), side * items * INTERVAL / (config.speedKimg * 1000)));
            Weights.overwrite(signs, 0);
            Weights.overwrite(count, 0);
        }
        if (config.mode != Mode.NOAUG) {
            figures.put(P, (double) p.getFloat());
        }
    }

    private static void add(NDArray sum, double value) {
        Weights.overwrite(sum, (float) (sum.getFloat() + value));
    }

    /** What a resumed run needs; nothing where p does not change. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        if (config.mode == Mode.ADA) {
            state.put("ada.p", p);
            state.put("ada.signs", signs);
            state.put("ada.count", count);
        }
        return state;
    }
}
