package org.styleinv.network.watermark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On frames that nobody marked, the bound holds. */
@Tag("thorough")
class FalseAlarmTest {
    private static final int KEYS = 25; // 4096 payloads each: 102,400 tries

    private static final List<MarkDetector> DETECTORS = new ArrayList<>();

    static {
        Random random = new Random(17);
        for (int i = 0; i < KEYS; i++) {
            byte[] secret = new byte[32];
            random.nextBytes(secret);
            DETECTORS.add(new MarkDetector(new MarkKey(secret)));
        }
    }

    /** The sum whose bound is 10 to the power of {@code -tens}. */
    private static double sum(int tens, double[] lengths) {
        double low = 0;
        double high = Arrays.stream(lengths).sum();
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            if (FalseAlarm.ln(middle, lengths) > -tens * Math.log(10)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Tries with keys that did not mark these frames, and how many of them seem rarer than 10^-1, 10^-2 ... 10^-6. */
    private static long[] rarer(List<Tiles.Frame> video) {
        long[] rarer = new long[7];
        double[] thresholds = new double[7];
        for (MarkDetector detector : DETECTORS) {
            MarkDetector.Look look = detector.look();
            video.forEach(frame -> look.at(frame.rgb(), frame.width(), frame.height()));
            if (thresholds[1] == 0) { // they are the same for every key
                double[] lengths = look.lengths(MarkDetector.AS_PAINTED);
                Arrays.setAll(thresholds, tens -> sum(tens, lengths));
            }
            for (float sum : look.sums(MarkDetector.AS_PAINTED)) {
                for (int tens = 1; tens < 7; tens++) {
                    rarer[tens] += sum >= thresholds[tens] ? 1 : 0;
                }
            }
        }
        return rarer;
    }

    private static void holds(long[] rarer) {
        for (int tens = 1; tens < 7; tens++) {
            double most = KEYS * Payload.COUNT * Math.pow(10, -tens);
            assertTrue(rarer[tens] <= most, "rarer than 10^-" + tens + ": " + rarer[tens] + ", at most " + most);
        }
    }

    @Test
    void keysThatMarkedNothingAreAsRareAsBoundedInAPicture() throws IOException {
        for (Tiles.Frame frame : List.of(Tiles.small().get(3), Tiles.large().get(40))) {
            holds(rarer(List.of(frame)));
        }
    }

    @Test
    void andInAVideoWhoseFramesAreAlike() throws IOException {
        List<Tiles.Frame> tiles = Tiles.small();
        holds(rarer(List.of(tiles.get(5), tiles.get(5), tiles.get(5), tiles.get(6))));
        holds(rarer(tiles));
    }

    @Test
    void isTheBoundOfKnownSums() {
        double[] one = {1};
        assertEquals(0, FalseAlarm.ln(-1, one));
        // the minimum over s is where I1/I0 = 1/2
        double s = 1.1593;
        double i0 = 1 + s * s / 4 + Math.pow(s, 4) / 64 + Math.pow(s, 6) / 2304 + Math.pow(s, 8) / 147456;
        assertEquals(Math.log(i0) - s / 2, FalseAlarm.ln(0.5, one), 1e-3);
    }
}
