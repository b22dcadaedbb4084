package org.styleinv.trainer.critic;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import java.util.Map;
import org.styleinv.trainer.data.Draws;

/**
 * What a discriminator said of a batch.
 *
 * @param sum of the logits
 * @param signSum of their signs
 */
record Scores(int count, double sum, double signSum) {
    /** Name of the mean sign of real pictures among a step's figures. */
    static final String SIGNS = "signs_real";

    /** @param logits {@code [n, 1]} */
    static Scores of(NDArray logits) {
        double sum = 0;
        double signSum = 0;
        float[] values = logits.toFloatArray();
        for (float value : values) {
            sum += value;
            signSum += Math.signum(value);
        }
        return new Scores(values.length, sum, signSum);
    }

    /** The mean logit, and of real pictures the mean sign that adaptive augmentation steers. */
    void addTo(Map<String, Double> figures, Draws.Shown shown) {
        figures.put("scores_" + shown.name().toLowerCase(Locale.ROOT), sum / count);
        if (shown == Draws.Shown.REAL) {
            figures.put(SIGNS, signSum / count);
        }
    }
}
