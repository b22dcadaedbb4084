package org.styleinv.trainer.evaluate.metric;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Sliced Wasserstein distance of patches of two sets of pictures, over the levels of their Laplacian pyramids: what is seen of
 * detail at each size, by no network. Karras et al. 2018, section 5; but both sets are normalised by the first one's
 * colours, so that contrast that is lost counts, too.
 */
public final class SlicedWasserstein {
    private static final int COARSEST = 16; // pixels a side of the last level, as published
    private static final int PATCH = 7; // pixels a side, as published
    private static final int PATCHES = 128; // of each picture, as published
    private static final int DIRECTIONS = 128; // as published, of one of its four rounds
    private static final double[] BINOMIAL = {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};

    private SlicedWasserstein() {}

    /**
     * The mean over all levels; 0 for equal distributions of patches.
     *
     * @param real planar RGB {@code [3][side][side]}
     * @param made as many, of the same size
     * @param seed of patches and directions
     */
    public static double between(List<float[]> real, List<float[]> made, long seed) {
        if (real.size() != made.size() || real.isEmpty()) {
            throw new IllegalArgumentException(
                    "as many pictures are wanted of both kinds, got " + real.size() + " and " + made.size());
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<float[]> a = real;
        List<float[]> b = made;
        double sum = 0;
        int levels = 0;
        for (int side = side(real.get(0)); ; side /= 2) {
            boolean last = side / 2 < COARSEST;
            int of = side;
            double[][] left = patches(last ? a : details(a, of), side, random);
            double[][] right = patches(last ? b : details(b, of), side, random);
            normalise(left, right);
            sum += sliced(left, right, random);
            levels++;
            if (last) {
                return sum / levels;
            }
            a = a.stream().map(picture -> halved(picture, of)).toList();
            b = b.stream().map(picture -> halved(picture, of)).toList();
        }
    }

    private static int side(float[] picture) {
        return (int) Math.round(Math.sqrt(picture.length / 3.0));
    }

    /** What halving a picture loses. */
    private static List<float[]> details(List<float[]> pictures, int side) {
        return pictures.stream()
                .map(picture -> {
                    float[] coarse = doubled(halved(picture, side), side / 2);
                    float[] detail = picture.clone();
                    for (int i = 0; i < detail.length; i++) {
                        detail[i] -= coarse[i];
                    }
                    return detail;
                })
                .collect(Collectors.toList());
    }

    private static float[] halved(float[] picture, int side) {
        float[] smooth = smooth(picture, side);
        int half = side / 2;
        float[] halved = new float[3 * half * half];
        for (int i = 0; i < halved.length; i++) {
            int row = i / half; // of all three planes
            halved[i] = smooth[(row / half * side + row % half * 2) * side + i % half * 2];
        }
        return halved;
    }

    private static float[] doubled(float[] picture, int side) {
        int twice = 2 * side;
        float[] doubled = new float[3 * twice * twice];
        for (int i = 0; i < picture.length; i++) {
            int row = i / side;
            doubled[(row / side * twice + row % side * 2) * twice + i % side * 2] = 4 * picture[i];
        }
        return smooth(doubled, twice);
    }

    /** By a binomial filter of 5 x 5, mirrored at the edges. */
    private static float[] smooth(float[] picture, int side) {
        float[] rows = new float[picture.length];
        for (int i = 0; i < picture.length; i++) {
            double sum = 0;
            for (int k = -2; k <= 2; k++) {
                sum += BINOMIAL[k + 2] * picture[i - i % side + mirrored(i % side + k, side)];
            }
            rows[i] = (float) sum;
        }
        float[] smooth = new float[picture.length];
        for (int i = 0; i < picture.length; i++) {
            int plane = i / side / side;
            int y = i / side % side;
            double sum = 0;
            for (int k = -2; k <= 2; k++) {
                sum += BINOMIAL[k + 2] * rows[(plane * side + mirrored(y + k, side)) * side + i % side];
            }
            smooth[i] = (float) sum;
        }
        return smooth;
    }

    private static int mirrored(int at, int side) {
        return at < 0 ? -at : at >= side ? 2 * side - 2 - at : at;
    }

    private static double[][] patches(List<float[]> pictures, int side, SplittableRandom random) {
        int size = Math.min(PATCH, side);
        double[][] patches = new double[pictures.size() * PATCHES][3 * size * size];
        for (int p = 0; p < patches.length; p++) {
            float[] picture = pictures.get(p / PATCHES);
            int left = random.nextInt(side - size + 1);
            int top = random.nextInt(side - size + 1);
            for (int i = 0; i < patches[p].length; i++) {
                int row = i / size; // of all three planes
                patches[p][i] = picture[(row / size * side + top + row % size) * side + left + i % size];
            }
        }
        return patches;
    }

    /** By mean and deviation of each colour of {@code left}. */
    private static void normalise(double[][] left, double[][] right) {
        int colour = left[0].length / 3;
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            double squares = 0;
            for (double[] patch : left) {
                for (int i = c * colour; i < (c + 1) * colour; i++) {
                    sum += patch[i];
                    squares += patch[i] * patch[i];
                }
            }
            double count = (double) left.length * colour;
            double mean = sum / count;
            double deviation = Math.sqrt(Math.max(1e-12, squares / count - mean * mean));
            for (double[][] side : new double[][][] {left, right}) {
                for (double[] patch : side) {
                    for (int i = c * colour; i < (c + 1) * colour; i++) {
                        patch[i] = (patch[i] - mean) / deviation;
                    }
                }
            }
        }
    }

    private static double sliced(double[][] left, double[][] right, SplittableRandom random) {
        double sum = 0;
        for (int d = 0; d < DIRECTIONS; d++) {
            double[] direction = direction(left[0].length, random);
            double[] a = projected(left, direction);
            double[] b = projected(right, direction);
            for (int i = 0; i < a.length; i++) {
                sum += Math.abs(a[i] - b[i]) / a.length;
            }
        }
        return sum / DIRECTIONS;
    }

    private static double[] direction(int width, SplittableRandom random) {
        double[] direction = new double[width];
        Arrays.setAll(direction, i -> random.nextGaussian());
        double length = Math.sqrt(Arrays.stream(direction).map(x -> x * x).sum());
        Arrays.setAll(direction, i -> direction[i] / length);
        return direction;
    }

    private static double[] projected(double[][] patches, double[] direction) {
        double[] projected = new double[patches.length];
        for (int p = 0; p < patches.length; p++) {
            double sum = 0;
            for (int i = 0; i < direction.length; i++) {
                sum += patches[p][i] * direction[i];
            }
            projected[p] = sum;
        }
        Arrays.sort(projected);
        return projected;
    }
}
