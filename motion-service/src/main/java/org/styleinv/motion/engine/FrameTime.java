package org.styleinv.motion.engine;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Where a timestamp lies between two motion anchors, exact for ever: the product of index and step is never rounded.
 *
 * @param anchor the one before it
 * @param offset trained frames since that anchor, in [0, anchor distance)
 */
record FrameTime(long anchor, double offset) {
    /**
     * @param index from 0
     * @param timeStep trained frames per frame, above 0
     * @param anchorDistance trained frames from anchor to anchor
     */
    static FrameTime of(long index, double timeStep, int anchorDistance) {
        if (timeStep == 1) {
            return new FrameTime(index / anchorDistance, index % anchorDistance);
        }
        BigDecimal time =
                new BigDecimal(timeStep).multiply(BigDecimal.valueOf(index)); // every double is a finite decimal
        BigDecimal[] parts = time.divideAndRemainder(BigDecimal.valueOf(anchorDistance));
        BigInteger anchor = parts[0].toBigIntegerExact();
        // A remainder within half an ulp below the distance would round up to it.
        double offset = Math.min(parts[1].doubleValue(), Math.nextDown((double) anchorDistance));
        return new FrameTime(anchor.longValueExact(), offset);
    }
}
