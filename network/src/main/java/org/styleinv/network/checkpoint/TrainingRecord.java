package org.styleinv.network.checkpoint;

import java.util.Map;

/**
 * Where a model comes from.
 *
 * @param data what it was trained on, with its hash
 * @param fps frames a second of the training videos, 0 where there were none
 * @param seed of the training
 * @param commit of the code
 * @param kimg thousands of images seen, by stage: {@code generator}, {@code encoder}, {@code motion}
 * @param metrics by name, with their protocol in it: {@code fid50k}, {@code fvd16}
 * @param licence of the weights, as an SPDX expression
 */
public record TrainingRecord(
        String data,
        double fps,
        long seed,
        String commit,
        Map<String, Double> kimg,
        Map<String, Double> metrics,
        String licence) {
    public TrainingRecord {
        kimg = Map.copyOf(kimg);
        metrics = Map.copyOf(metrics);
    }
}
