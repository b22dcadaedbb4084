package org.styleinv.trainer.state;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.MotionNoise;

/**
 * Lets a discriminator of a higher resolution begin with what a lower one has learned. Its fresh blocks pass a picture on as the
 * learned ones are used to see it: halved, and read by their {@code fromrgb}; they learn to see more from there. Were they
 * random, the learned blocks would see features that they do not know, and the critic would be at chance for long.
 */
public final class Growth {
    private static final int COLOURS = 2000; // that the features are fitted on
    private static final double SLOPE = 0.2;

    private Growth() {}

    /**
     * Fills the fresh blocks of {@code into}, which has the other arrays of {@code from} already.
     *
     * @param resolution of {@code from}, pixels
     * @param grown resolution of {@code into}, pixels, a power of two times the other
     * @return the part of the features' energy that the fresh blocks do not bring to the learned ones, 0 to 1
     */
    public static double begin(Weights from, int resolution, Weights into, int grown) {
        float[] read = from.get("b" + resolution + ".fromrgb.weight").toFloatArray(); // [c, 3, 1, 1]
        float[] bias = from.get("b" + resolution + ".fromrgb.bias").toFloatArray();
        int features = bias.length;
        int few = (int) into.get("b" + grown + ".fromrgb.bias").size();
        Fit fit = new Fit(answers(read, bias), Math.min(few, features));

        float[] weight = new float[3 * few];
        float[] offset = new float[few];
        for (int i = 0; i < fit.chosen.length; i++) {
            System.arraycopy(read, 3 * fit.chosen[i], weight, 3 * i, 3);
            offset[i] = bias[fit.chosen[i]];
        }
        into.put("b" + grown + ".fromrgb.weight", weight, few, 3, 1, 1);
        into.put("b" + grown + ".fromrgb.bias", offset, few);
        for (int r = grown; r > resolution; r /= 2) {
            Transfer.zero(into, "b" + r + ".conv1.weight");
            Transfer.zero(into, "b" + r + ".conv1.bias");
            Shape shape = into.get("b" + r + ".skip.weight").getShape(); // [out, in, 1, 1]
            int out = (int) shape.get(0);
            int in = (int) shape.get(1);
            double scale = Math.sqrt(2) * Math.sqrt(in); // of the block's gain, and of the equalised learning rate
            float[] skip = new float[out * in];
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < Math.min(in, fit.chosen.length); i++) {
                    double mixed = r == 2 * resolution ? fit.coefficients[o][i] : o == i ? 1 : 0;
                    skip[o * in + i] = (float) (mixed * scale);
                }
            }
            into.put("b" + r + ".skip.weight", skip, out, in, 1, 1);
        }
        return fit.lost;
    }

    /** What {@code fromrgb} answers to colours of the whole cube: {@code [features][COLOURS]}. */
    private static double[][] answers(float[] weight, float[] bias) {
        float[] draws = MotionNoise.anchor(0, 1, 3 * COLOURS);
        double[][] answers = new double[bias.length][COLOURS];
        for (int k = 0; k < COLOURS; k++) {
            for (int f = 0; f < bias.length; f++) {
                double sum = bias[f];
                for (int c = 0; c < 3; c++) {
                    sum += weight[3 * f + c] / Math.sqrt(3) * Math.tanh(draws[3 * k + c]);
                }
                answers[f][k] = sum < 0 ? SLOPE * sum : sum;
            }
        }
        return answers;
    }

    /** The few of some vectors of which all can be mixed best: Gram-Schmidt with pivots. */
    private static final class Fit {
        private final int[] chosen;
        private final double[][] coefficients; // [vectors][chosen]
        private final double lost;

        Fit(double[][] vectors, int few) {
            double[][] rest = Arrays.stream(vectors).map(double[]::clone).toArray(double[][]::new);
            double energy =
                    Arrays.stream(vectors).mapToDouble(row -> dot(row, row)).sum();
            double[][] along = new double[vectors.length][few]; // of each vector along each direction
            chosen = new int[few];
            for (int k = 0; k < few; k++) {
                int most = 0;
                for (int f = 1; f < rest.length; f++) {
                    most = dot(rest[f], rest[f]) > dot(rest[most], rest[most]) ? f : most;
                }
                chosen[k] = most;
                double length = Math.sqrt(Math.max(dot(rest[most], rest[most]), Double.MIN_NORMAL));
                double[] direction =
                        Arrays.stream(rest[most]).map(value -> value / length).toArray();
                for (int f = 0; f < rest.length; f++) {
                    along[f][k] = dot(rest[f], direction);
                    for (int i = 0; i < direction.length; i++) {
                        rest[f][i] -= along[f][k] * direction[i];
                    }
                }
            }
            lost = Arrays.stream(rest).mapToDouble(row -> dot(row, row)).sum() / Math.max(energy, Double.MIN_NORMAL);
            coefficients = new double[vectors.length][few];
            for (int f = 0; f < vectors.length; f++) {
                for (int k = few - 1; k >= 0; k--) { // the chosen ones are triangular along the directions
                    double left = along[f][k];
                    for (int later = k + 1; later < few; later++) {
                        left -= coefficients[f][later] * along[chosen[later]][k];
                    }
                    double pivot = along[chosen[k]][k];
                    coefficients[f][k] = Math.abs(pivot) < 1e-9 ? 0 : left / pivot;
                }
            }
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }
    }
}
