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
    private static final int LONGEST = 100_000;

    public TrainingRecord {
        for (String text : new String[] {data, commit, licence}) {
            if (text == null || text.length() > LONGEST) {
                throw new IllegalArgumentException(
                        "data, commit and licence are texts of at most " + LONGEST + " characters");
            }
        }
        if (!(fps >= 0 && fps <= 1000)) {
            throw new IllegalArgumentException("fps must be from 0 to 1000, got " + fps);
        }
        kimg = Map.copyOf(kimg);
        metrics = Map.copyOf(metrics);
        checkFinite("kimg", kimg);
        checkFinite("metrics", metrics);
    }

    private static void checkFinite(String of, Map<String, Double> figures) {
        figures.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(of + ": " + name + " must be a finite number, got " + value);
            }
        });
    }
}
