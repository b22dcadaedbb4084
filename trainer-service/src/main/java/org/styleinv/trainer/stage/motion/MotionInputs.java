package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.Draws;

/** What a step of stage 3 is given: by chance and a data set in a run, by stored numbers where the step is checked. */
interface MotionInputs {
    /**
     * @param frames whose inversions are the first identities, {@code [m, 3, r, r]}, m from 0
     * @param identities z of the others, {@code [n - m, zDim]}
     * @param ts {@code [n, t]}
     * @param z motion noise {@code [n, anchors, zDim]}
     * @param firstNoise of the generator that paints the first frames
     * @param noise of the generator that paints the others
     */
    record Start(NDArray frames, NDArray identities, NDArray ts, NDArray z, Noise firstNoise, Noise noise) {}

    /** For generated clips. */
    Start start(NDManager scope, Draws draws);

    /** Real clips. */
    Clip real(NDManager scope, Draws draws);
}
