package org.styleinv.trainer.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.Weights;

class MantissasTest {
    @ParameterizedTest
    @CsvSource({
        "1.0, 10, 1.0",
        "1.0004883, 10, 1.0009766",
        "1.0004882, 10, 1.0",
        "-1.0004883, 10, -1.0009766",
        "1.9999999, 10, 2.0",
        "0.0, 1, 0.0",
        "3.4028235E38, 10, 3.4028235E38",
        "0.1, 23, 0.1"
    })
    void goToTheNearest(float value, int bits, float rounded) {
        assertEquals(rounded, Mantissas.rounded(value, bits));
    }

    @Test
    void anErrorIsAtMostHalfOfTheLastBitAndASecondTimeChangesNothing() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            float value = (float) random.nextGaussian();
            float rounded = Mantissas.rounded(value, 13);
            assertEquals(value, rounded, Math.abs(value) * Math.scalb(1.0, -14));
            assertEquals(rounded, Mantissas.rounded(rounded, 13));
        }
    }

    @Test
    void whatItWasGivenStays() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Weights weights = new Weights(manager)) {
            weights.put("a", new float[] {0.1f, 0.2f}, 2);
            assertArrayEquals(
                    new float[] {0.125f, 0.25f},
                    Mantissas.rounded(manager, weights, 1).get("a").toFloatArray(),
                    0.07f);
            assertArrayEquals(new float[] {0.1f, 0.2f}, weights.get("a").toFloatArray());
            assertEquals(Mantissas.WHOLE, Mantissas.bits(weights));
            assertEquals(12, Mantissas.bits(Mantissas.rounded(manager, weights, 12)), 1);
        }
    }
}
