package org.styleinv.network.parity;

import java.util.function.Function;
import org.styleinv.network.parity.fixture.Npz;

/**
 * The StyleGAN2 generator once more, in double precision and plain loops, from the papers' equations: a reference that shares
 * nothing with the networks it judges. Pictures are {@code [channel][y][x]}; one sample at a time.
 */
final class PlainGenerator {
    private static final double[] TAPS = {1 / 8.0, 3 / 8.0, 3 / 8.0, 1 / 8.0};
    private static final double CLAMP = 256;

    private final Function<String, Npz.Array> weights;

    PlainGenerator(Function<String, Npz.Array> weights) {
        this.weights = weights;
    }

    private double[] values(String name) {
        return weights.apply(name).values();
    }

    private static double lrelu(double x) {
        return (x > 0 ? x : 0.2 * x) * Math.sqrt(2);
    }

    /** {@code W x m/sqrt(in) + m b}. */
    private double[] fullyConnected(String name, double[] x, double multiplier) {
        double[] w = values(name + ".weight");
        double[] b = values(name + ".bias");
        double[] y = new double[b.length];
        for (int o = 0; o < y.length; o++) {
            for (int i = 0; i < x.length; i++) {
                y[o] += w[o * x.length + i] * multiplier / Math.sqrt(x.length) * x[i];
            }
            y[o] += b[o] * multiplier;
        }
        return y;
    }

    double[] map(double[] z, int layers) {
        double square = 0;
        for (double value : z) {
            square += value * value / z.length;
        }
        double[] x = new double[z.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = z[i] / Math.sqrt(square + 1e-8);
        }
        for (int layer = 0; layer < layers; layer++) {
            x = fullyConnected("mapping.fc" + layer, x, 0.01);
            for (int i = 0; i < x.length; i++) {
                x[i] = lrelu(x[i]);
            }
        }
        return x;
    }

    /** @param ws {@code [numWs][wDim]} */
    double[][][] paint(double[][] ws, int resolution, boolean noise) {
        double[] constant = values("synthesis.b4.const");
        double[][][] x = new double[constant.length / 16][4][4];
        for (int i = 0; i < constant.length; i++) {
            x[i / 16][i / 4 % 4][i % 4] = constant[i];
        }
        double[][][] image = null;
        int layer = 0;
        for (int r = 4; r <= resolution; r *= 2) {
            String block = "synthesis.b" + r;
            if (r > 4) {
                x = layer(block + ".conv0", x, ws[layer++], true, noise);
            }
            x = layer(block + ".conv1", x, ws[layer++], false, noise);
            double[][][] colours = colours(block + ".torgb", x, ws[layer]);
            image = image == null ? colours : add(filter(spread(image, 2, 1), 4), colours);
        }
        return image;
    }

    private double[][][] layer(String name, double[][][] x, double[] w, boolean up, boolean noise) {
        double[] s = fullyConnected(name + ".affine", w, 1);
        Npz.Array weight = weights.apply(name + ".weight");
        int out = weight.side(0);
        double[] k = modulated(weight, s, true);
        // As defined: a true convolution of the upsampled picture, else correlation.
        double[][][] y = convolve(up ? filter(spread(x, 3, 2), 4) : padded(x, 1), k, out, 3, up);
        double[] bias = values(name + ".bias");
        double strength = noise ? values(name + ".noise_strength")[0] : 0;
        double[] map = values(name + ".noise_const");
        for (int c = 0; c < out; c++) {
            for (int i = 0; i < y[c].length; i++) {
                for (int j = 0; j < y[c].length; j++) {
                    double value = lrelu(y[c][i][j] + strength * map[i * y[c].length + j] + bias[c]);
                    y[c][i][j] = Math.max(-CLAMP, Math.min(CLAMP, value));
                }
            }
        }
        return y;
    }

    private double[][][] colours(String name, double[][][] x, double[] w) {
        double[] s = fullyConnected(name + ".affine", w, 1);
        for (int i = 0; i < s.length; i++) {
            s[i] /= Math.sqrt(s.length);
        }
        double[][][] y = convolve(x, modulated(weights.apply(name + ".weight"), s, false), 3, 1, false);
        double[] bias = values(name + ".bias");
        for (int c = 0; c < 3; c++) {
            for (double[] row : y[c]) {
                for (int j = 0; j < row.length; j++) {
                    row[j] = Math.max(-CLAMP, Math.min(CLAMP, row[j] + bias[c]));
                }
            }
        }
        return y;
    }

    /** Equations 1 to 3 of StyleGAN2. */
    private static double[] modulated(Npz.Array weight, double[] s, boolean demodulate) {
        double[] k = weight.values().clone();
        int perOut = k.length / weight.side(0);
        int area = perOut / s.length;
        for (int o = 0; o < weight.side(0); o++) {
            double square = 1e-8;
            for (int i = 0; i < perOut; i++) {
                k[o * perOut + i] *= s[i / area];
                square += k[o * perOut + i] * k[o * perOut + i];
            }
            for (int i = 0; demodulate && i < perOut; i++) {
                k[o * perOut + i] /= Math.sqrt(square);
            }
        }
        return k;
    }

    private static double[][][] convolve(double[][][] x, double[] k, int out, int size, boolean flip) {
        int side = x[0].length - size + 1;
        double[][][] y = new double[out][side][side];
        for (int o = 0; o < out; o++) {
            for (int c = 0; c < x.length; c++) {
                for (int a = 0; a < size; a++) {
                    for (int b = 0; b < size; b++) {
                        int tap = flip ? (size - 1 - a) * size + size - 1 - b : a * size + b;
                        double weight = k[(o * x.length + c) * size * size + tap];
                        for (int i = 0; i < side; i++) {
                            for (int j = 0; j < side; j++) {
                                y[o][i][j] += weight * x[c][i + a][j + b];
                            }
                        }
                    }
                }
            }
        }
        return y;
    }

    /** Zeros behind each pixel and around all of them. */
    private static double[][][] spread(double[][][] x, int before, int after) {
        int side = 2 * x[0].length + before + after;
        double[][][] y = new double[x.length][side][side];
        for (int c = 0; c < x.length; c++) {
            for (int i = 0; i < x[c].length; i++) {
                for (int j = 0; j < x[c].length; j++) {
                    y[c][2 * i + before][2 * j + before] = x[c][i][j];
                }
            }
        }
        return y;
    }

    private static double[][][] padded(double[][][] x, int pad) {
        int side = x[0].length + 2 * pad;
        double[][][] y = new double[x.length][side][side];
        for (int c = 0; c < x.length; c++) {
            for (int i = 0; i < x[c].length; i++) {
                System.arraycopy(x[c][i], 0, y[c][i + pad], pad, x[c].length);
            }
        }
        return y;
    }

    private static double[][][] filter(double[][][] x, double gain) {
        int side = x[0].length - 3;
        double[][][] y = new double[x.length][side][side];
        for (int c = 0; c < x.length; c++) {
            for (int i = 0; i < side; i++) {
                for (int j = 0; j < side; j++) {
                    for (int t = 0; t < 16; t++) {
                        y[c][i][j] += gain * TAPS[t / 4] * TAPS[t % 4] * x[c][i + t / 4][j + t % 4];
                    }
                }
            }
        }
        return y;
    }

    private static double[][][] add(double[][][] a, double[][][] b) {
        for (int c = 0; c < a.length; c++) {
            for (int i = 0; i < a[c].length; i++) {
                for (int j = 0; j < a[c].length; j++) {
                    a[c][i][j] += b[c][i][j];
                }
            }
        }
        return a;
    }
}
