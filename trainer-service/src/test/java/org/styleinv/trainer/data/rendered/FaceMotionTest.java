package org.styleinv.trainer.data.rendered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaceMotionTest {
    private final FaceMotion motion = new FaceMotion(7, 30);

    @Test
    void aPoseDependsOnSeedAndIndexAlone() {
        assertEquals(motion.at(1_000_000_007L), new FaceMotion(7, 30).at(1_000_000_007L));
    }

    @Test
    void neverComesBackToAPose() {
        var poses = new HashSet<Pose>();
        IntStream.range(0, 2000).forEach(i -> poses.add(motion.at(i)));
        assertEquals(2000, poses.size());
    }

    @Test
    void staysWithinItsRanges() {
        for (int i = 0; i < 5000; i++) {
            Pose pose = motion.at(i);
            assertTrue(Math.abs(pose.x()) <= 0.0625 && Math.abs(pose.y()) <= 0.0625, pose.toString());
            assertTrue(
                    Math.abs(pose.scale() - 1) < 0.0500001 && Math.abs(pose.roll()) <= Math.toRadians(8),
                    pose.toString());
            assertTrue(
                    Math.abs(pose.turn()) <= 1 && Math.abs(pose.gazeX()) <= 1 && Math.abs(pose.gazeY()) <= 1,
                    pose.toString());
            assertTrue(
                    pose.blink() >= 0 && pose.blink() <= 1 && pose.mouth() >= 0 && pose.mouth() <= 1, pose.toString());
        }
    }

    @Test
    void headMovesWithoutJumps() {
        for (int i = 0; i < 2000; i++) {
            Pose before = motion.at(i);
            Pose after = motion.at(i + 1);
            assertTrue(Math.abs(after.x() - before.x()) < 0.012, "x jumps after frame " + i); // 0.8 pixels at 64 x 64
            assertTrue(Math.abs(after.roll() - before.roll()) < 0.03, "roll jumps after frame " + i);
        }
    }

    @Test
    void blinksForAFifthOfASecondAtIrregularTimes() {
        var starts = new ArrayList<Integer>();
        int length = 0;
        for (int i = 0; i < 1800; i++) { // a minute
            if (motion.at(i).blink() > 0) {
                length++;
            } else if (length > 0) {
                assertTrue(
                        length >= 5 && length <= 12, "a blink of " + length + " frames"); // 12: one ends as one starts
                starts.add(i - length);
                length = 0;
            }
        }
        assertTrue(starts.size() >= 15 && starts.size() <= 30, starts.size() + " blinks a minute");
        var gaps = new HashSet<Integer>();
        IntStream.range(1, starts.size()).forEach(k -> gaps.add(starts.get(k) - starts.get(k - 1)));
        assertTrue(gaps.size() > starts.size() / 2, "gaps between blinks repeat: " + gaps);
    }

    @Test
    void talksAndPauses() {
        long open =
                IntStream.range(0, 3000).filter(i -> motion.at(i).mouth() > 0.3).count();
        long shut =
                IntStream.range(0, 3000).filter(i -> motion.at(i).mouth() == 0).count();
        assertTrue(open > 600 && shut > 300, open + " frames open, " + shut + " shut of 3000");
    }

    @Test
    void anotherFrameRateShowsTheSameMotion() {
        assertEquals(new FaceMotion(7, 30).at(60), new FaceMotion(7, 60).at(120));
    }
}
