package org.styleinv.trainer.evaluate.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.trainer.evaluate.film.Drawn;
import org.styleinv.trainer.evaluate.film.Film;

/** Each defect that is planted in pictures makes the distance larger than other pictures of the same kind have it. */
class SlicedWassersteinTest {
    private static final int SIDE = 32;
    private static final int COUNT = 8;
    private static final List<float[]> REAL = faces(0);
    private static final List<float[]> OTHERS = faces(1000);
    private static final double HEALTHY = SlicedWasserstein.between(REAL, OTHERS, 1);

    private enum Defect implements UnaryOperator<float[]> {
        BLURRED,
        FADED,
        BRIGHT,
        GREY,
        NOISY,
        ONE_FACE;

        @Override
        public float[] apply(float[] good) {
            float[] bad = good.clone();
            int plane = bad.length / 3;
            float[] coarse = Film.small(good, SIDE, SIDE / 4);
            for (int i = 0; i < bad.length; i++) {
                int row = i / SIDE;
                bad[i] = switch (this) {
                    case BLURRED -> coarse[(row / SIDE * 8 + row % SIDE / 4) * 8 + i % SIDE / 4];
                    case FADED -> good[i] / 2;
                    case BRIGHT -> Math.min(1, good[i] + 0.6f);
                    case GREY -> (good[i % plane] + good[i % plane + plane] + good[i % plane + 2 * plane]) / 3;
                    case NOISY -> good[i] + (i * 7919 % 13 - 6) / 20f;
                    case ONE_FACE -> OTHERS.get(0)[i];
                };
            }
            return bad;
        }
    }

    private static List<float[]> faces(long from) {
        return IntStream.range(0, COUNT)
                .mapToObj(i -> Drawn.at(from + i, from + i, 0, SIDE))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    void aPlantedDefectIsSeen(Defect defect) {
        double bad = SlicedWasserstein.between(REAL, OTHERS.stream().map(defect).toList(), 1);
        assertTrue(bad > 1.3 * HEALTHY, defect + ": " + bad + ", healthy pictures " + HEALTHY);
    }

    @Test
    void picturesAreNearerToThemselvesThanToOthers() {
        assertTrue(SlicedWasserstein.between(REAL, REAL, 1) < HEALTHY);
        assertEquals(HEALTHY, SlicedWasserstein.between(REAL, OTHERS, 1), "the same again");
    }

    @Test
    void setsOfOneSizeAreWanted() {
        var refusal = assertThrows(
                IllegalArgumentException.class, () -> SlicedWasserstein.between(REAL, OTHERS.subList(1, COUNT), 1));
        assertTrue(refusal.getMessage().contains(COUNT + " and " + (COUNT - 1)), refusal.getMessage());
    }
}
