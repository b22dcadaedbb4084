package org.styleinv.network.face;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BlazeFaceTest {
    /** What the ONNX file that the weights are from gives for this picture, computed in float64 by another program. */
    @Test
    void seesWhatItsPublishedGraphSees() {
        byte[] rgb = new byte[3 * BlazeFace.SIDE * BlazeFace.SIDE];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % BlazeFace.SIDE;
            int y = i / 3 / BlazeFace.SIDE;
            rgb[i] = (byte) (x * 3 + y * 5 * (i % 3 + 1) + (x * y >> 5));
        }
        BlazeFace.Seen seen = BlazeFace.shipped().see(rgb);
        int fine = 512;
        near(-4.191861430004475, seen.scores()[0]);
        near(-4.376012992061455, seen.scores()[fine / 2]);
        near(-4.246490260272041, seen.scores()[fine - 1]);
        near(-8.64772944744432, seen.scores()[fine]);
        near(-4.253730745736875, seen.scores()[fine + 192]);
        near(-60.09439930748368, seen.scores()[BlazeFace.BOXES - 1]);
        near(0.35023277320167023, seen.boxes()[0][0]);
        near(-0.4431421432640526, seen.boxes()[fine / 2][0]);
        near(-1.3479433083602868, seen.boxes()[fine - 1][15]);
        near(-0.34533903065007043, seen.boxes()[fine][0]);
        near(-8.296729409600522, seen.boxes()[BlazeFace.BOXES - 1][15]);
        near(950.2100030085295, norm(seen.boxes(), 0, fine));
        near(2754.0132600821116, norm(seen.boxes(), fine, BlazeFace.BOXES));
    }

    private static double norm(float[][] boxes, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            for (float value : boxes[i]) {
                sum += (double) value * value;
            }
        }
        return Math.sqrt(sum);
    }

    private static void near(double wanted, double got) {
        assertEquals(wanted, got, 1e-4 * Math.max(1, Math.abs(wanted)));
    }
}
