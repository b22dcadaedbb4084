package org.styleinv.network.direction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.MotionNoise;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

class DirectionFinderTest {
    private static final int WIDTH = 8;

    private final NDManager manager = NDManager.newBaseManager();
    private final Generator generator =
            new Generator(new Generator.Config(WIDTH, 2, new SynthesisNetwork.Config(WIDTH, 16, 128, 16, false, 0)));
    private final Weights weights = generator.initialize(manager, 1);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void principalComponentsAreOrthogonalFallAndAddUpToAllOfTheVariance() {
        List<DirectionFinder.Found> found = new DirectionFinder(generator, weights, 500).principal(WIDTH);
        double sum = 0;
        for (int i = 0; i < WIDTH; i++) {
            sum += found.get(i).share();
            for (int j = 0; j < i; j++) {
                assertEquals(0, dot(found.get(i).vector(), found.get(j).vector()), 1e-4);
                assertTrue(found.get(i).share() <= found.get(j).share());
            }
        }
        assertEquals(1, sum, 1e-6);
    }

    /** By hand: the spread of w along each vector is the vector's length. */
    @Test
    void aVectorIsAStandardDeviationLong() {
        int samples = 300;
        var finder = new DirectionFinder(generator, weights, samples);
        for (DirectionFinder.Found one :
                List.of(finder.principal(3).get(2), finder.factorised(3).get(0))) {
            double length = Math.sqrt(dot(one.vector(), one.vector()));
            double sum = 0;
            double squares = 0;
            for (int seed = 0; seed < samples; seed++) {
                double along = dot(w(seed), one.vector()) / length;
                sum += along;
                squares += along * along;
            }
            double deviation = Math.sqrt((squares - sum * sum / samples) / (samples - 1));
            assertEquals(deviation, length, 1e-4 * deviation);
        }
    }

    /** Styles that answer to one axis of w alone. */
    @Test
    void factorisationFindsWhatTheStylesAnswerTo() {
        weights.names().stream()
                .filter(name -> name.startsWith("synthesis.") && name.endsWith(".affine.weight"))
                .forEach(name -> {
                    NDArray affine = weights.get(name);
                    float[] values = affine.toFloatArray();
                    for (int i = 0; i < values.length; i++) {
                        values[i] *= i % WIDTH == 5 ? 100 : 0.01f;
                    }
                    Weights.overwrite(affine, values);
                });
        float[] first = new DirectionFinder(generator, weights, 300)
                .factorised(1)
                .get(0)
                .vector();
        assertTrue(first[5] > 0, "signs are settled");
        for (int i = 0; i < WIDTH; i++) {
            assertEquals(i == 5 ? 1 : 0, first[i] / first[5], 1e-2, "component " + i);
        }
    }

    @Test
    void theSameSamplesGiveTheSameDirections() {
        float[] once =
                new DirectionFinder(generator, weights, 100).principal(1).get(0).vector();
        float[] again =
                new DirectionFinder(generator, weights, 100).principal(1).get(0).vector();
        assertArrayEquals(once, again);
    }

    @Test
    void moreDirectionsThanThereAreAreRefused() {
        var finder = new DirectionFinder(generator, weights, 100);
        String said = assertThrows(IllegalArgumentException.class, () -> finder.principal(WIDTH + 1))
                .getMessage();
        assertTrue(said.contains("from 1 to 8") && said.contains("got 9"), said);
        assertThrows(IllegalArgumentException.class, () -> finder.factorised(0));
        assertThrows(IllegalArgumentException.class, () -> new DirectionFinder(generator, weights, 1));
    }

    private float[] w(int seed) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray z = scope.create(MotionNoise.anchor(seed, 0, WIDTH), new Shape(1, WIDTH));
            return generator
                    .mapping()
                    .forward(Pass.inference(scope, weights), z)
                    .toFloatArray();
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
