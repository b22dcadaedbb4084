package org.styleinv.mesh.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("org.styleinv.mesh.bench.ThreadShares#known")
class ThreadSharesTest {
    private static volatile double sink;

    @Test
    void whoWorksIsNamedWithItsShare() throws Exception {
        var shares = new ThreadShares();
        CountDownLatch worked = new CountDownLatch(2);
        CountDownLatch seen = new CountDownLatch(1);
        for (int i = 1; i <= 2; i++) {
            Thread worker = new Thread(
                    () -> {
                        long end = System.nanoTime() + 300_000_000;
                        while (System.nanoTime() < end) {
                            sink = Math.sin(sink + 1);
                        }
                        worked.countDown();
                        try {
                            seen.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "busy (one)-" + i);
            worker.setDaemon(true);
            shares.during(worker::start);
        }
        shares.during(worked::await);
        seen.countDown();
        Map<String, Object> all = shares.shares();
        assertTrue(all.get("busy (one)") instanceof Double share && share > 0.3, all::toString);
        double sum = all.values().stream().mapToDouble(share -> (Double) share).sum();
        assertEquals(1, sum, 0.01, all::toString);
        assertTrue(
                shares.cores() > 0
                        && shares.cores() <= 2.0 * Runtime.getRuntime().availableProcessors(),
                () -> "" + shares.cores());
    }
}
