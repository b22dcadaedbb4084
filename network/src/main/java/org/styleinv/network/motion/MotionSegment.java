package org.styleinv.network.motion;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * One stream's motion between two neighbouring anchors, ready to be asked for any time in between. It is exact for
 * ever: the angle of each wave at the left anchor is reduced in integers, and times count from that anchor.
 */
public final class MotionSegment {
    private static final int BITS = 192;
    /** {@code 2^192 / (2 pi)}, rounded down. */
    private static final BigInteger TURNS_PER_RADIAN = new BigDecimal(
                    "0.15915494309189533576888376337251436203445964574045644874766734405889679763422653509011338027662530859560728427")
            .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(BITS)))
            .toBigInteger();

    private final long anchor;
    private final int distance;
    private final double[] rate; // [F] radians a frame
    private final double[] start; // [F] radians at the left anchor
    private final double[] waves; // [2F] at the left anchor
    private final double[] slope; // [2F] change of what is taken away and added, from anchor to anchor
    private final float[] aligned; // [2F] at the left anchor

    /**
     * @param anchor index of the left anchor
     * @param distance frames from anchor to anchor
     * @param rate of each wave, radians a frame; products of two floats
     * @param phase of each wave, radians
     * @param left aligned code of the left anchor: cosines' part behind the sines'
     * @param right of the right one
     */
    MotionSegment(long anchor, int distance, double[] rate, float[] phase, float[] left, float[] right) {
        this.anchor = anchor;
        this.distance = distance;
        this.rate = rate;
        this.aligned = left;
        start = new double[rate.length];
        for (int i = 0; i < rate.length; i++) {
            start[i] = angle(rate[i], Math.multiplyExact(anchor, distance)) + phase[i];
        }
        waves = waves(0);
        double[] end = waves(distance);
        slope = new double[left.length];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = (double) right[i] - left[i] - (end[i] - waves[i]);
        }
    }

    /** Index of the left anchor. */
    public long anchor() {
        return anchor;
    }

    /**
     * The motion code. It costs the same for every time and has an absolute error under 1e-12 before the final rounding,
     * whatever the anchor.
     *
     * @param offset frames since the left anchor, in [0, distance)
     * @return {@code v_t [2F]}: all sines, then all cosines
     */
    public float[] code(double offset) {
        double[] values = waves(offset);
        double a = offset / distance;
        float[] code = new float[values.length];
        for (int i = 0; i < code.length; i++) {
            code[i] = (float) (values[i] - waves[i] + aligned[i] + a * slope[i]);
        }
        return code;
    }

    private double[] waves(double offset) {
        double[] values = new double[2 * rate.length];
        for (int i = 0; i < rate.length; i++) {
            double angle = rate[i] * offset + start[i];
            values[i] = StrictMath.sin(angle); // strict: the same bits on every machine
            values[rate.length + i] = StrictMath.cos(angle);
        }
        return values;
    }

    /**
     * {@code rate * time} modulo 2 pi, to double precision: the product is taken exactly (a double has 53 bits, a long
     * 63) and turned into turns by 192 bits of 1/(2 pi), so that even its integer part of up to 2^64 turns leaves an
     * error under 2^-64 turns.
     */
    static double angle(double rate, long time) {
        if (rate == 0 || time == 0) {
            return 0;
        }
        int exponent = Math.getExponent(rate) - 52; // rate = mantissa * 2^exponent
        BigInteger mantissa = BigInteger.valueOf((long) Math.scalb(rate, -exponent));
        BigInteger turns =
                mantissa.multiply(BigInteger.valueOf(time)).multiply(TURNS_PER_RADIAN); // * 2^(exponent - 192)
        int bits = BITS - exponent;
        BigInteger fraction = turns.mod(BigInteger.ONE.shiftLeft(bits)); // of a turn, * 2^-bits
        double turn = fraction.shiftRight(bits - 62).longValue() * 0x1p-62;
        return turn * (2 * Math.PI);
    }
}
