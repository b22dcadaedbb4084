package org.styleinv.trainer.evaluate.film;

/**
 * How the head of a clip is held, frame by frame, against frame 0: a shift, a tilt and a scale, found by registering each
 * frame's brightness to frame 0's (inverse compositional Lucas-Kanade; Baker and Matthews 2004). A pixel counts the more the
 * more it changes over the clip, so that a still background does not hold the head.
 *
 * <p>A position is the complex number {@code x + iy} in pixels from the middle; frame n shows at {@code s z + t} what frame 0
 * shows at {@code z}.
 */
final class HeadTrack {
    static final int SIDE = 64;
    private static final double OUTLIER = 0.3; // an error of this size counts half: what moves by itself

    private static final int ITERATIONS = 12;

    private final int side;
    private final float[][] greys;
    private final double[][] poses; // [frames][scale's real part, its imaginary part, tx, ty]

    private HeadTrack(int side, float[][] greys, double[][] poses) {
        this.side = side;
        this.greys = greys;
        this.poses = poses;
    }

    static HeadTrack of(Film film) {
        int side = Math.min(SIDE, film.resolution());
        float[][] greys = film.greys(side);
        double[] weights = weights(greys);
        double[][] poses = new double[greys.length][];
        poses[0] = new double[] {1, 0, 0, 0};
        var template = new Template(greys[0], side, weights);
        for (int n = 1; n < greys.length; n++) {
            poses[n] = template.register(greys[n], poses[n - 1]);
        }
        return new HeadTrack(side, greys, poses);
    }

    int side() {
        return side;
    }

    int length() {
        return poses.length;
    }

    /** Degrees, clockwise, against frame 0. */
    double tilt(int frame) {
        return Math.toDegrees(Math.atan2(poses[frame][1], poses[frame][0]));
    }

    /** Shift to the right, as a share of the side. */
    double x(int frame) {
        return poses[frame][2] / side;
    }

    /** Shift downwards, likewise. */
    double y(int frame) {
        return poses[frame][3] / side;
    }

    /** The frame's brightness where frame 0 has its own: the head stands still, what moves in it moves. */
    float[] steadied(int frame) {
        float[] steady = new float[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                steady[y * side + x] = (float) sample(greys[frame], side, poses[frame], x, y);
            }
        }
        return steady;
    }

    /** The root of each pixel's standard deviation over time. */
    private static double[] weights(float[][] greys) {
        double[] weights = new double[greys[0].length];
        for (int p = 0; p < weights.length; p++) {
            double sum = 0;
            double squares = 0;
            for (float[] grey : greys) {
                sum += grey[p];
                squares += grey[p] * grey[p];
            }
            double mean = sum / greys.length;
            double deviation = Math.sqrt(Math.max(0, squares / greys.length - mean * mean));
            weights[p] = Math.sqrt(deviation); // else a mouth that speaks would hold the head
        }
        return weights;
    }

    private static double sample(float[] grey, int side, double[] pose, int column, int row) {
        double middle = (side - 1) / 2.0;
        double u = column - middle;
        double v = row - middle;
        double x = clamp(pose[0] * u - pose[1] * v + pose[2] + middle, side);
        double y = clamp(pose[1] * u + pose[0] * v + pose[3] + middle, side);
        int left = Math.min(side - 2, (int) x);
        int top = Math.min(side - 2, (int) y);
        double fx = x - left;
        double fy = y - top;
        int at = top * side + left;
        return (1 - fy) * ((1 - fx) * grey[at] + fx * grey[at + 1])
                + fy * ((1 - fx) * grey[at + side] + fx * grey[at + side + 1]);
    }

    private static double clamp(double value, int side) {
        return Math.max(0, Math.min(side - 1, value));
    }

    /** Frame 0 and what does not change from one registration to the next. */
    private static final class Template {
        private final float[] grey;
        private final int side;
        private final double[] weights;
        private final double[][] slopes; // [pixels][4]: of brightness by scale, turn, x, y

        Template(float[] grey, int side, double[] weights) {
            this.grey = grey;
            this.side = side;
            this.weights = weights;
            slopes = new double[grey.length][];
            double middle = (side - 1) / 2.0;
            for (int y = 1; y < side - 1; y++) {
                for (int x = 1; x < side - 1; x++) {
                    int p = y * side + x;
                    double gx = (grey[p + 1] - grey[p - 1]) / 2.0;
                    double gy = (grey[p + side] - grey[p - side]) / 2.0;
                    double u = (x - middle) / middle; // in halves of the picture, so that all four are of one size
                    double v = (y - middle) / middle;
                    slopes[p] = new double[] {gx * u + gy * v, gy * u - gx * v, gx, gy};
                }
            }
        }

        double[] register(float[] other, double[] start) {
            double[] pose = start.clone();
            double middle = (side - 1) / 2.0;
            for (int i = 0; i < ITERATIONS; i++) {
                double[] right = new double[4];
                double[][] hessian = new double[4][4];
                for (int p = 0; p < grey.length; p++) {
                    if (slopes[p] != null && weights[p] > 0) {
                        double error = sample(other, side, pose, p % side, p / side) - grey[p];
                        double weight = weights[p] / (1 + error * error / OUTLIER / OUTLIER);
                        for (int k = 0; k < 4; k++) {
                            right[k] += weight * slopes[p][k] * error;
                            for (int j = 0; j < 4; j++) {
                                hessian[k][j] += weight * slopes[p][k] * slopes[p][j];
                            }
                        }
                    }
                }
                for (int k = 0; k < 4; k++) {
                    hessian[k][k] +=
                            1e-3 + 1e-2 * hessian[k][k]; // a still, or a picture without edges, stays where it is
                }
                double[] step = solve(hessian, right);
                pose = compose(pose, 1 + step[0] / middle, step[1] / middle, step[2], step[3]);
                if (Math.abs(step[0]) + Math.abs(step[1]) + Math.abs(step[2]) + Math.abs(step[3]) < 1e-3) {
                    break;
                }
            }
            return pose;
        }

        /** {@code pose} after the inverse of {@code z -> (re + i im) z + (tx + i ty)}. */
        private static double[] compose(double[] pose, double re, double im, double tx, double ty) {
            double norm = re * re + im * im;
            double sRe = (pose[0] * re + pose[1] * im) / norm;
            double sIm = (pose[1] * re - pose[0] * im) / norm;
            return new double[] {sRe, sIm, pose[2] - (sRe * tx - sIm * ty), pose[3] - (sIm * tx + sRe * ty)};
        }
    }

    /** Solves a symmetric positive system by Gauss's elimination. */
    private static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        double[][] a = new double[n][];
        for (int i = 0; i < n; i++) {
            a[i] = matrix[i].clone();
        }
        double[] b = right.clone();
        for (int i = 0; i < n; i++) {
            for (int k = i + 1; k < n; k++) {
                double f = a[k][i] / a[i][i];
                for (int j = i; j < n; j++) {
                    a[k][j] -= f * a[i][j];
                }
                b[k] -= f * b[i];
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                b[i] -= a[i][k] * b[k];
            }
            b[i] /= a[i][i];
        }
        return b;
    }
}
