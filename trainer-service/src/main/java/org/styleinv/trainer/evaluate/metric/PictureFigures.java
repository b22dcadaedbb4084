package org.styleinv.trainer.evaluate.metric;

/** Figures of single pictures: planar RGB values {@code [3][h][w]} in [-1, 1]. */
public final class PictureFigures {
    private static final int BINS = 4;

    private PictureFigures() {}

    /** Peak signal to noise ratio in decibels; the peak-to-peak range is 2. Infinite for equal pictures. */
    public static double psnr(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double d = (double) a[i] - b[i];
            sum += d * d;
        }
        return 10 * Math.log10(4 * a.length / sum);
    }

    /** Mean absolute difference, as a share of the range: 0 for equal pictures, 1 for black and white. */
    public static double difference(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((double) a[i] - b[i]);
        }
        return sum / a.length / 2;
    }

    /**
     * Half the L1 distance of two pictures' colour histograms (4 bins a channel, counts spread linearly over neighbouring
     * bins), in [0, 1]. Skin, hair, shirt and background move it; the pose hardly does. It stands in for ArcFace's
     * identity where no file of it is at hand.
     */
    public static double colourDistance(float[] a, float[] b) {
        double[] left = histogram(a);
        double[] right = histogram(b);
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += Math.abs(left[i] - right[i]);
        }
        return sum / 2;
    }

    private static double[] histogram(float[] image) {
        int pixels = image.length / 3;
        double[] bins = new double[BINS * BINS * BINS];
        for (int p = 0; p < pixels; p++) {
            for (int corner = 0; corner < 8; corner++) {
                double weight = 1;
                int bin = 0;
                for (int c = 0; c < 3; c++) {
                    double at = Math.max(0, Math.min(1, image[c * pixels + p] * 0.5 + 0.5)) * (BINS - 1);
                    int low = Math.min(BINS - 2, (int) at);
                    int up = corner >> c & 1;
                    weight *= up == 1 ? at - low : 1 - (at - low);
                    bin = bin * BINS + low + up;
                }
                bins[bin] += weight / pixels;
            }
        }
        return bins;
    }
}
