package org.styleinv.trainer.data.align;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.face.AlignedSquare;
import org.styleinv.network.face.FacePoints;
import org.styleinv.network.face.FacePoints.Point;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;

class AlignedSquareTest {
    private static final FacePoints UPRIGHT = face(40, 50, 60, 50, 50, 75);

    /** Eyes 20 apart, mouth 25 below: the side is 3.6 * 25 = 90, which is more than 4 * 20; the middle 2.5 below the eyes. */
    @Test
    void theSideIsTheLargerOfBothMeasures() {
        assertEquals(new AlignedSquare(50, 52.5, 45, 0), AlignedSquare.of(UPRIGHT));
        assertEquals(100, AlignedSquare.of(face(37.5, 50, 62.5, 50, 50, 75)).side(), 1e-9); // 4 * 25
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "30, 1", "-90, 2", "170, 0.3"})
    void aFaceThatIsTurnedAndScaledGivesTheSameCut(double degrees, double scale) {
        FacePoints turned = new FacePoints(
                turned(UPRIGHT.leftEye(), degrees, scale),
                turned(UPRIGHT.rightEye(), degrees, scale),
                turned(UPRIGHT.mouth(), degrees, scale));
        AlignedSquare square = AlignedSquare.of(turned);
        assertEquals(90 * scale, square.side(), 1e-9);
        near(AlignedSquare.of(UPRIGHT).place(UPRIGHT.leftEye()), square.place(turned.leftEye()));
        near(AlignedSquare.of(UPRIGHT).place(UPRIGHT.mouth()), square.place(turned.mouth()));
        near(new Point(0.5, (75 - 52.5 + 45) / 90), square.place(turned.mouth()));
    }

    @Test
    void aCutOfTheSamePixelsIsTheFrameItself() {
        byte[] rgb = noise(16, 12);
        byte[] cut = new AlignedSquare(7, 6, 4, 0).cut(rgb, 16, 12, 8);
        for (int y = 0; y < 8; y++) {
            assertArrayEquals(
                    Arrays.copyOfRange(rgb, 3 * ((y + 2) * 16 + 3), 3 * ((y + 2) * 16 + 11)),
                    Arrays.copyOfRange(cut, 24 * y, 24 * y + 24));
        }
    }

    @Test
    void beyondTheFrameItIsMirrored() {
        byte[] rgb = noise(8, 8);
        byte[] cut = new AlignedSquare(0, 4, 4, 0).cut(rgb, 8, 8, 8); // the left half lies outside
        for (int c = 0; c < 3; c++) {
            assertEquals(rgb[3 * 8 + 3 * 2 + c], cut[3 * 8 + 3 * 2 + c]); // pixel -2 is pixel 2
            assertEquals(rgb[3 * 8 + 3 * 3 + c], cut[3 * 8 + 3 * 7 + c]);
        }
    }

    /** A checkerboard of single pixels must become grey, not bands of black and white. */
    @Test
    void reducingAverages() {
        byte[] rgb = new byte[3 * 128 * 128];
        for (int i = 0; i < 128 * 128; i++) {
            Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) ((i + i / 128) % 2 == 0 ? 0 : 255));
        }
        for (byte value : new AlignedSquare(64, 64, 30, 20).cut(rgb, 128, 128, 8)) {
            assertEquals(127, value & 255, 12);
        }
    }

    @Test
    void pointsThatAreNoFaceAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> AlignedSquare.of(face(5, 5, 5, 5, 5, 5)));
        assertThrows(IllegalArgumentException.class, () -> face(Double.NaN, 5, 5, 5, 5, 5));
        assertThrows(IllegalArgumentException.class, () -> FacePoints.of(List.of(new Point(1, 1))));
    }

    @Test
    void sixtyEightPointsGiveTheMiddlesOfEyesAndMouth() {
        List<Point> points = new ArrayList<>(Collections.nCopies(68, new Point(-1, -1)));
        for (int k = 0; k < 6; k++) {
            points.set(36 + k, new Point(39 + k % 2 * 2, 50));
            points.set(42 + k, new Point(60, 49 + k % 2 * 2));
        }
        points.set(48, new Point(45, 75));
        points.set(54, new Point(55, 75));
        assertEquals(UPRIGHT, FacePoints.of(points));
    }

    @Test
    void aTrackIsWithoutJitterAndKeepsAnEvenMotion() {
        var random = new Random(1);
        List<Optional<FacePoints>> still = new ArrayList<>();
        List<Optional<FacePoints>> even = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            still.add(Optional.of(moved(UPRIGHT, random.nextGaussian(), random.nextGaussian())));
            even.add(Optional.of(moved(UPRIGHT, 2 * i, -i)));
        }
        double raw = jitter(FaceTrack.squares(still, Alignment.TRACK, 0));
        double smooth = jitter(FaceTrack.squares(still, Alignment.TRACK, 6));
        assertEquals(0, smooth, 0.03 * raw, "jitter of " + raw + " pixels became one of " + smooth);
        List<AlignedSquare> track = FaceTrack.squares(even, Alignment.TRACK, 6);
        for (int i = 0; i < 90; i++) {
            assertEquals(50 + 2 * i, track.get(i).x(), 1e-9, "frame " + i);
            assertEquals(52.5 - i, track.get(i).y(), 1e-9, "frame " + i);
        }
    }

    @Test
    void aClipHasOneSquareThatOutliersDoNotMove() {
        List<Optional<FacePoints>> faces = new ArrayList<>(Collections.nCopies(9, Optional.of(UPRIGHT)));
        faces.set(3, Optional.of(moved(UPRIGHT, 500, 300)));
        faces.set(4, Optional.empty());
        List<AlignedSquare> squares = FaceTrack.squares(faces, Alignment.CLIP, 0);
        assertEquals(9, squares.size());
        assertEquals(Set.of(AlignedSquare.of(UPRIGHT)), new HashSet<>(squares));
    }

    @Test
    void framesWithoutAFaceAreBetweenTheirNeighbours() {
        Optional<FacePoints> none = Optional.empty();
        List<AlignedSquare> squares = FaceTrack.squares(
                List.of(none, Optional.of(UPRIGHT), none, none, Optional.of(moved(UPRIGHT, 30, 0)), none),
                Alignment.TRACK,
                0);
        assertArrayEquals(
                new double[] {50, 50, 60, 70, 80, 80},
                squares.stream().mapToDouble(AlignedSquare::x).toArray(),
                1e-9);
        var error = assertThrows(
                IllegalArgumentException.class, () -> FaceTrack.squares(List.of(none), Alignment.TRACK, 0));
        assertEquals("no frame has a face", error.getMessage());
    }

    /** Mean size of the second difference of the middles: what an eye sees as trembling. */
    private static double jitter(List<AlignedSquare> squares) {
        double sum = 0;
        for (int i = 1; i + 1 < squares.size(); i++) {
            sum += Math.abs(squares.get(i - 1).x()
                    - 2 * squares.get(i).x()
                    + squares.get(i + 1).x());
        }
        return sum / (squares.size() - 2);
    }

    private static FacePoints face(double ax, double ay, double bx, double by, double mx, double my) {
        return new FacePoints(new Point(ax, ay), new Point(bx, by), new Point(mx, my));
    }

    private static FacePoints moved(FacePoints face, double dx, double dy) {
        return face(
                face.leftEye().x() + dx,
                face.leftEye().y() + dy,
                face.rightEye().x() + dx,
                face.rightEye().y() + dy,
                face.mouth().x() + dx,
                face.mouth().y() + dy);
    }

    private static Point turned(Point point, double degrees, double scale) {
        double cos = scale * Math.cos(Math.toRadians(degrees));
        double sin = scale * Math.sin(Math.toRadians(degrees));
        return new Point(cos * point.x() - sin * point.y() + 17, sin * point.x() + cos * point.y() - 5);
    }

    private static void near(Point expected, Point actual) {
        assertEquals(expected.x(), actual.x(), 1e-9);
        assertEquals(expected.y(), actual.y(), 1e-9);
    }

    private static byte[] noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new Random(3).nextBytes(rgb);
        return rgb;
    }
}
