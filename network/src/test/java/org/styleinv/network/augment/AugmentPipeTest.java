package org.styleinv.network.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;

/** The pipe as mathematics; its numbers are held by the parity fixtures. */
class AugmentPipeTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private static AugmentPipe.Draws draws(long seed) {
        Random random = new Random(seed);
        return new AugmentPipe.Draws() {
            @Override
            public boolean happens(double probability) {
                return random.nextDouble() < probability;
            }

            @Override
            public double uniform() {
                return random.nextDouble();
            }

            @Override
            public double normal() {
                return random.nextGaussian();
            }
        };
    }

    private NDArray picture(int n, int channels, int size) {
        Random random = new Random(1);
        float[] values = new float[n * channels * size * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.max(-1, Math.min(1, 0.5 * random.nextGaussian()));
        }
        return manager.create(values, new Shape(n, channels, size, size));
    }

    private Pass pass() {
        return Pass.inference(manager, new Weights(manager));
    }

    @Test
    void leavesPicturesAloneAtProbabilityZero() {
        NDArray x = picture(2, 3, 24);
        NDArray y = new AugmentPipe(EnumSet.allOf(AugmentPipe.Step.class)).apply(pass(), x, 0, draws(1));
        assertArrayEquals(x.toFloatArray(), y.toFloatArray(), 1e-4f);
    }

    /** Pictures that nothing happens to are as they were, to the bit, and what happens to one does not hang on its batch mates. */
    @Test
    void movesOnlyThePicturesThatChanceMoves() {
        NDArray x = picture(8, 3, 24);
        AugmentPipe pipe = new AugmentPipe(EnumSet.range(AugmentPipe.Step.XFLIP, AugmentPipe.Step.XFRAC));
        List<AugmentPipe.Draws> draws = java.util.stream.LongStream.range(0, 8)
                .mapToObj(AugmentPipeTest::draws)
                .toList();
        NDArray y = pipe.apply(pass(), x, 0.1, draws);
        int same = 0;
        for (int i = 0; i < 8; i++) {
            NDArray one = x.get(i + ":" + (i + 1));
            float[] alone = pipe.apply(pass(), one, 0.1, List.of(draws(i))).toFloatArray();
            assertArrayEquals(alone, y.get(i + ":" + (i + 1)).toFloatArray(), 1e-6f);
            same += java.util.Arrays.equals(one.toFloatArray(), alone) ? 1 : 0;
        }
        assertTrue(same > 0 && same < 8, same + " of 8 as they were");
    }

    @Test
    void treatsTheFramesOfAClipAlike() {
        NDArray frame = picture(2, 3, 24);
        NDArray clip = frame.concat(frame, 1);
        NDArray y = new AugmentPipe(AugmentPipe.BGC).apply(pass(), clip, 1, draws(2));
        assertArrayEquals(y.get(":, :3").toFloatArray(), y.get(":, 3:").toFloatArray());
        assertTrue(y.get(":, :3").sub(frame).abs().max().getFloat() > 0.1);
    }

    @Test
    void equalDrawsGiveEqualPictures() {
        NDArray x = picture(3, 3, 24);
        AugmentPipe pipe = new AugmentPipe(EnumSet.allOf(AugmentPipe.Step.class));
        assertArrayEquals(
                pipe.apply(pass(), x, 0.7, draws(3)).toFloatArray(),
                pipe.apply(pass(), x, 0.7, draws(3)).toFloatArray());
    }

    @Test
    void wantsFramesOfThreeColours() {
        AugmentPipe pipe = new AugmentPipe(AugmentPipe.BGC);
        NDArray x = picture(1, 4, 16);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> pipe.apply(pass(), x, 1, draws(1)))
                .getMessage()
                .contains("got 4 channels"));
    }

    /** The gradient of R1 by a weight, through pipe and a critic that bends, against the change of R1 itself. */
    @Test
    void r1IsDifferentiatedThroughIt() {
        double step = 1e-2;
        double exact = r1(0.8)[1];
        double slope = (r1(0.8 + step)[0] - r1(0.8 - step)[0]) / (2 * step);
        assertTrue(Math.abs(exact) > 1e-3, "the slope is " + exact);
        assertEquals(slope, exact, 2e-3 * Math.abs(slope));
    }

    /** R1 of {@code logit = sum tanh(a pipe(x))}, and its derivative by a. */
    private double[] r1(double a) {
        Pass pass = Pass.training(manager, new Weights(manager));
        NDArray x = picture(2, 6, 12);
        x.setRequiresGradient(true);
        NDArray weight = manager.create((float) a);
        weight.setRequiresGradient(true);
        EnumSet<AugmentPipe.Step> steps = EnumSet.allOf(AugmentPipe.Step.class);
        steps.remove(AugmentPipe.Step.IMGFILTER); // its filters are wider than this picture
        NDArray y = new AugmentPipe(steps).apply(pass, x, 0.9, draws(4));
        NDArray logits = y.mul(weight).tanh().sum(new int[] {1, 2, 3});
        NDArray penalty = Losses.r1(pass, logits, x, 1);
        return new double[] {
            penalty.getFloat(),
            Autograd.gradients(pass, penalty, List.of(weight)).get(0).getFloat()
        };
    }
}
