package org.styleinv.network.face;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.face.FacePoints.Point;
import org.styleinv.network.picture.PictureReader;
import org.styleinv.network.picture.RgbPicture;

/** On a photograph of NASA's, which is in the public domain: Eileen Collins, 320 x 320. */
class FaceDetectorTest {
    private static RgbPicture photo;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream file = FaceDetectorTest.class.getResourceAsStream("astronaut.jpg")) {
            photo = PictureReader.read(file.readAllBytes(), 1 << 20);
        }
    }

    private static List<Face> detect(RgbPicture picture) {
        return FaceDetector.detect(picture.rgb(), picture.width(), picture.height());
    }

    /** A picture of one colour with the photograph in it, at some places, reduced to a size. */
    private static RgbPicture pasted(int width, int height, int size, int... places) {
        byte[] rgb = new byte[3 * width * height];
        java.util.Arrays.fill(rgb, (byte) 110);
        byte[] small = new AlignedSquare(160, 160, 160, 0).cut(photo.rgb(), 320, 320, size);
        for (int k = 0; k < places.length; k += 2) {
            for (int y = 0; y < size; y++) {
                System.arraycopy(small, 3 * size * y, rgb, 3 * ((places[k + 1] + y) * width + places[k]), 3 * size);
            }
        }
        return new RgbPicture(width, height, rgb);
    }

    private static void near(double x, double y, Point point, double within) {
        assertEquals(0, Math.hypot(point.x() - x, point.y() - y), within, point + ", not " + x + ", " + y);
    }

    @Test
    void findsEyesAndMouth() {
        List<Face> faces = detect(photo);
        assertEquals(1, faces.size(), faces.toString());
        FacePoints points = faces.get(0).points();
        assertTrue(faces.get(0).score() > 0.8, faces.toString());
        near(127, 64, points.leftEye(), 3);
        near(154, 65, points.rightEye(), 3);
        near(139, 94, points.mouth(), 3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-25, 25})
    void aFaceThatIsTurnedIsCutUpright(double degrees) {
        double turn = Math.toRadians(degrees);
        AlignedSquare square = new AlignedSquare(140, 80, 100 * Math.cos(turn), 100 * Math.sin(turn));
        List<Face> faces = FaceDetector.detect(square.cut(photo.rgb(), 320, 320, 256), 256, 256);
        assertEquals(1, faces.size(), faces.toString());
        FacePoints points = faces.get(0).points();
        for (Point[] pair : new Point[][] {
            {new Point(127, 64), points.leftEye()},
            {new Point(154, 65), points.rightEye()},
            {new Point(139, 94), points.mouth()}
        }) {
            Point wanted = square.place(pair[0]);
            near(256 * wanted.x(), 256 * wanted.y(), pair[1], 5);
        }
    }

    @Test
    void ofSeveralTheLargestComesFirst() {
        RgbPicture two = pasted(480, 480, 160, 10, 10, 250, 200);
        byte[] large = new AlignedSquare(160, 160, 160, 0).cut(photo.rgb(), 320, 320, 240);
        for (int y = 0; y < 240; y++) {
            System.arraycopy(large, 3 * 240 * y, two.rgb(), 3 * ((230 + y) * 480 + 220), 3 * 240);
        }
        List<Face> faces = detect(two);
        assertEquals(2, faces.size(), faces.toString());
        near(220 + 139 * 0.75, 230 + 94 * 0.75, faces.get(0).points().mouth(), 4);
        near(10 + 139 * 0.5, 10 + 94 * 0.5, faces.get(1).points().mouth(), 3);
    }

    /** Faces of 48 pixels are 8 and 4 of the 128 that the network sees of the whole: they are looked for in parts. */
    @ParameterizedTest
    @ValueSource(ints = {800, 1500})
    @Tag("thorough")
    void aSmallOneIsSeenInAPart(int width) {
        List<Face> faces = detect(pasted(width, 600, 240, 60, 300));
        assertEquals(1, faces.size(), faces.toString());
        near(60 + 139 * 0.75, 300 + 94 * 0.75, faces.get(0).points().mouth(), 4);
    }

    @Test
    void whereThereIsNoFaceNoneIsFound() {
        byte[] rgb = new byte[3 * 200 * 150];
        new SplittableRandom(1).nextBytes(rgb);
        assertEquals(List.of(), FaceDetector.detect(rgb, 200, 150));
        assertEquals(List.of(), FaceDetector.detect(new byte[3 * 64], 8, 8));
        byte[] rocket = new AlignedSquare(265, 90, 45, 0).cut(photo.rgb(), 320, 320, 128);
        assertEquals(List.of(), FaceDetector.detect(rocket, 128, 128));
    }
}
