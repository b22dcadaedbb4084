package org.styleinv.trainer.data.frame;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PixelBudgetTest {
    @Test
    void aPictureThatNoMemoryHoldsIsNamedBeforeItIsDecoded() throws IOException {
        var budget = new PixelBudget(1_000_000);
        IOException refused = assertThrows(IOException.class, () -> budget.hold(1001, 1001));
        assertTrue(refused.getMessage().contains("1001 x 1001 pixels, too large"), refused.getMessage());
        for (long[] size : new long[][] {{0, 5}, {-5, Integer.MIN_VALUE}}) {
            IOException none = assertThrows(IOException.class, () -> budget.hold(size[0], size[1]));
            assertTrue(none.getMessage().contains("no size"), none.getMessage());
        }
        IOException vast = assertThrows(IOException.class, () -> budget.hold(Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertTrue(vast.getMessage().endsWith("make it smaller"), vast.getMessage()); // no memory would help
        budget.hold(990, 990).close();
        budget.holdAll().close();
        budget.hold(700, 700).close();
    }
}
