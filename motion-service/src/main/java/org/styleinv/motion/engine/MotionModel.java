package org.styleinv.motion.engine;

import java.util.List;
import org.styleinv.network.checkpoint.Directions;
import org.styleinv.network.serving.ModelSwap;
import org.styleinv.network.serving.ServedModel;

/**
 * A loaded motion model: first frame and time to latent. It takes and returns plain Java and owns every array of the
 * engine, so all calls come from one thread.
 */
public interface MotionModel extends ServedModel {
    /** A stream's first frame inside the engine, with what does not depend on time. */
    interface Scene {
        /** Digest of the model that it is in. */
        String model();
    }

    /**
     * One timestamp of a stream: trained time {@code index * timeStep}, exactly.
     *
     * @param timeStep trained frames per frame, above 0
     * @param stride the network makes the latents of its multiples, those of other indices lie straight between their
     *     neighbours'; 1 for all of the network's
     */
    record Step(Scene scene, long index, double timeStep, int stride) {
        public Step(Scene scene, long index, double timeStep) {
            this(scene, index, timeStep, 1);
        }

        /** Whether the network makes its latent. */
        public boolean isKey() {
            return index % stride == 0;
        }

        /** The last key up to it. */
        Step before() {
            return at(index - index % stride);
        }

        /** The first key from it on; where no number is as large as its index, the last one. */
        Step after() {
            Step before = before();
            return isKey() || before.index > Long.MAX_VALUE - stride ? before : at(before.index + stride);
        }

        private Step at(long other) {
            return new Step(scene, other, timeStep, stride);
        }
    }

    /** Digest of the model. */
    String digest();

    /** Width of w. */
    int wDim();

    /** What its latents can be changed along. */
    default Directions directions() {
        return Directions.NONE;
    }

    /** Side of the first frame, pixels. */
    int resolution();

    @Override
    default ModelSwap.Size size() {
        return new ModelSwap.Size(wDim(), resolution());
    }

    /**
     * Takes in a first frame.
     *
     * @param x0 synthesis of w0 as the network gives it: planes R, G, B in about [-1, 1]
     * @param edits what is added to each latent; the motion is that without
     * @throws Edits.UnknownDirection if the model lacks one of them
     */
    Scene begin(float[] w0, float[] x0, long motionSeed, Edits edits);

    /** The same without edits. */
    default Scene begin(float[] w0, float[] x0, long motionSeed) {
        return begin(w0, x0, motionSeed, Edits.NONE);
    }

    /** The latents at some times of some streams. On a CPU each is the same to the last bit whatever it is made with. */
    List<float[]> latents(List<Step> steps);

    /** Frees a scene. */
    void end(Scene scene);

    /** Whether each value is a number that decoders take. */
    public static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
