package org.styleinv.trainer.data.imported;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;
import org.styleinv.trainer.data.frame.Opened;
import org.styleinv.trainer.data.frame.Picture;
import org.styleinv.trainer.data.rendered.Face;
import org.styleinv.trainer.data.rendered.FaceMotion;
import org.styleinv.trainer.data.rendered.FaceRenderer;
import org.styleinv.trainer.data.rendered.Pose;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.data.rendered.Sketched;
import org.styleinv.trainer.data.rendered.Videos;

/** Drawn faces, whose eyes and mouth are known, come in aligned: dots painted on them land where the geometry says. */
class AlignedImportTest {
    private static final int SIZE = 128; // of the aligned frames
    private static final int FRAMES = 4;
    private static final Color[] DOTS = {Color.MAGENTA, Color.CYAN, Color.GREEN}; // left eye, right eye, mouth

    @TempDir
    Path dir;

    /** The camera turns, zooms and moves the face; each frame is aligned by itself, as far as a track goes unsmoothed. */
    @ParameterizedTest
    @CsvSource({"0, 1, 0, 0", "25, 0.8, 40, 20", "-40, 1.2, 30, -10", "90, 0.6, 60, 60"})
    void eyesAndMouthLandWhereTheGeometrySays(double degrees, double scale, double dx, double dy) throws IOException {
        var camera = AffineTransform.getTranslateInstance(dx, dy);
        camera.rotate(Math.toRadians(degrees), 350, 350);
        camera.scale(scale, scale);
        camera.translate(230 / scale, 230 / scale); // with room around, or dots would be mirrored
        double[][] points = film(camera);
        var settings = new ImportedVideos.Settings(SIZE, 0, 0, Alignment.TRACK, 0, Opened.WHITE, Drawn.COLOUR);
        assertEquals(
                List.of(),
                ImportedVideos.run(dir.resolve("from"), dir.resolve("to"), settings, Progress.NONE)
                        .problems());
        for (int i = 0; i < FRAMES; i++) {
            double[][] expected = geometry(points[i]);
            for (int k = 0; k < 3; k++) {
                double[] seen = dot(frame(i), DOTS[k]);
                assertEquals(expected[k][0], seen[0], 0.7, "x of dot " + k + " in frame " + i);
                assertEquals(expected[k][1], seen[1], 0.7, "y of dot " + k + " in frame " + i);
            }
        }
    }

    /** One square a clip: the head moves as it did, so the eyes' middle over all frames is where the geometry says. */
    @Test
    void aClipKeepsItsMotion() throws IOException {
        double[][] points =
                film(new AffineTransform(Math.cos(0.3), Math.sin(0.3), -Math.sin(0.3), Math.cos(0.3), 250, 200));
        var settings = new ImportedVideos.Settings(SIZE, 0, 0, Alignment.CLIP, 0, Opened.WHITE, Drawn.COLOUR);
        assertEquals(
                List.of(),
                ImportedVideos.run(dir.resolve("from"), dir.resolve("to"), settings, Progress.NONE)
                        .problems());
        double[] first = dot(frame(0), DOTS[0]);
        double[] last = dot(frame(FRAMES - 1), DOTS[0]);
        double moved = Math.hypot(last[0] - first[0], last[1] - first[1]);
        double before = Math.hypot(points[FRAMES - 1][0] - points[0][0], points[FRAMES - 1][1] - points[0][1]);
        assertTrue(before > 2 && moved > 1, "moved " + before + " before and " + moved + " after");
        assertEquals(geometry(points[FRAMES / 2])[0][0], dot(frame(FRAMES / 2), DOTS[0])[0], 4);
    }

    @Test
    void whatRenderWritesIsWhatAlignReads() throws IOException {
        RenderedFaces.render(dir.resolve("from"), 1, 8, 64, 30, 5, Progress.NONE);
        var settings = new ImportedVideos.Settings(32, 15, 0, Alignment.TRACK, 0.1, Opened.WHITE, Drawn.COLOUR);
        assertEquals(
                List.of(),
                ImportedVideos.run(dir.resolve("from"), dir.resolve("to"), settings, Progress.NONE)
                        .problems());
        assertTrue(Files.exists(dir.resolve("to/clip-000000.mp4/000003.png")));
        assertTrue(Files.readString(dir.resolve("to/dataset.json")).contains("\"align\":\"track\""));
    }

    @Test
    void aVideoWithoutLandmarksIsNamed() throws IOException {
        Videos.write(dir.resolve("from/a.mp4"), 3, 64);
        Videos.write(dir.resolve("from/b.mp4"), 3, 64);
        Files.writeString(
                dir.resolve("from/b.json"), "{\"landmarks\": [[[20, 30], [40, 30], [30, 40], [25, 50], [35, 50]]]}");
        ImportedVideos.Result result = ImportedVideos.run(
                dir.resolve("from"),
                dir.resolve("to"),
                new ImportedVideos.Settings(32, 0, 0, Alignment.CLIP, 0, Opened.WHITE, Drawn.COLOUR),
                Progress.NONE);
        String problems = result.problems().toString();
        assertTrue(problems.contains("a.mp4: has no landmarks"), problems);
        assertTrue(problems.contains("b.mp4: has landmarks of 1 frames, but more"), problems);
    }

    /** Pupils are nearly black, and nothing else is; a highlight moves their middle by less than a pixel of 64. */
    @Test
    void theTruthIsWhereTheEyesAreDrawn() {
        for (long seed = 0; seed < 4; seed++) {
            Pose pose = new Pose(0.04, -0.03, 1.04, 0.12, -0.8, 0, 0, 0, 0.2, 0.5);
            Face face = Face.of(seed);
            double[] truth = Sketched.landmarks(face, pose);
            BufferedImage image = FaceRenderer.render(face, pose, 512);
            double middle = 512 * (truth[0] + truth[2]) / 2;
            double[][] sums = new double[2][3];
            for (int i = 0; i < 512 * 512; i++) {
                var colour = new Color(image.getRGB(i % 512, i / 512));
                if (colour.getRed() < 22 && colour.getGreen() < 20 && colour.getBlue() < 26) {
                    double[] sum = sums[i % 512 < middle ? 0 : 1];
                    sum[0] += i % 512 + 0.5;
                    sum[1] += i / 512 + 0.5;
                    sum[2]++;
                }
            }
            for (int eye = 0; eye < 2; eye++) {
                assertEquals(truth[2 * eye], sums[eye][0] / sums[eye][2] / 512, 1 / 64.0, "eye " + eye);
                assertEquals(truth[2 * eye + 1], sums[eye][1] / sums[eye][2] / 512, 1 / 64.0, "eye " + eye);
            }
        }
    }

    /** Where eyes and mouth belong in the cut, written down once more: from their distances alone. */
    private static double[][] geometry(double[] p) {
        double eyes = Math.hypot(p[2] - p[0], p[3] - p[1]);
        double mouthX = (p[6] + p[8]) / 2 - (p[0] + p[2]) / 2;
        double mouthY = (p[7] + p[9]) / 2 - (p[1] + p[3]) / 2;
        double down = Math.hypot(mouthX, mouthY);
        double side = Math.max(4 * eyes, 3.6 * down);
        // upright means: along the eyes and across the line to the mouth are weighed by their lengths
        double along = Math.atan2(p[3] - p[1], p[2] - p[0]);
        double across = Math.atan2(-mouthX, mouthY);
        double angle = Math.atan2(
                eyes * Math.sin(along) + down * Math.sin(across), eyes * Math.cos(along) + down * Math.cos(across));
        double[][] places = new double[3][];
        double[][] from = {
            {(p[0] - p[2]) / 2, (p[1] - p[3]) / 2}, {(p[2] - p[0]) / 2, (p[3] - p[1]) / 2}, {mouthX, mouthY}
        };
        for (int k = 0; k < 3; k++) {
            double x = from[k][0] - 0.1 * mouthX;
            double y = from[k][1] - 0.1 * mouthY;
            places[k] = new double[] {
                SIZE * (0.5 + (x * Math.cos(angle) + y * Math.sin(angle)) / side),
                SIZE * (0.5 + (y * Math.cos(angle) - x * Math.sin(angle)) / side)
            };
        }
        return places;
    }

    /** Films a face with dots on it and writes landmarks beside; returns them, ten numbers a frame. */
    private double[][] film(AffineTransform camera) throws IOException {
        Files.createDirectories(dir.resolve("from/a"));
        double[][] all = new double[FRAMES][];
        for (int i = 0; i < FRAMES; i++) {
            Pose pose = new FaceMotion(7, 30).at(5L * i);
            double[] points = Arrays.stream(Sketched.landmarks(Face.of(9), pose))
                    .map(share -> 240 * share)
                    .toArray();
            BufferedImage face = FaceRenderer.render(Face.of(9), pose, 240);
            var frame = new BufferedImage(700, 700, BufferedImage.TYPE_INT_RGB);
            Graphics2D g = frame.createGraphics();
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            g.drawImage(face, camera, null);
            g.transform(camera);
            double[][] dots = {
                {points[0], points[1]},
                {points[2], points[3]},
                {(points[6] + points[8]) / 2, (points[7] + points[9]) / 2}
            };
            for (int k = 0; k < 3; k++) {
                g.setColor(DOTS[k]);
                g.fill(new Ellipse2D.Double(dots[k][0] - 9, dots[k][1] - 9, 18, 18));
            }
            g.dispose();
            ImageIO.write(frame, "png", dir.resolve("from/a/" + i + ".png").toFile());
            camera.transform(points, 0, points, 0, 5);
            all[i] = points;
        }
        String json = Arrays.stream(all)
                .map(points -> IntStream.range(0, 5)
                        .mapToObj(k -> String.format(Locale.ROOT, "[%f, %f]", points[2 * k], points[2 * k + 1]))
                        .collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(",", "{\"landmarks\": [", "]}"));
        Files.writeString(dir.resolve("from/a.json"), json);
        return all;
    }

    private Picture frame(int index) throws IOException {
        return Picture.read(dir.resolve(String.format(Locale.ROOT, "to/a/%06d.png", index)));
    }

    /** The middle of the pixels that are of a colour, in pixels from the left and upper edge. */
    private static double[] dot(Picture picture, Color colour) {
        double x = 0;
        double y = 0;
        int count = 0;
        for (int i = 0; i < SIZE * SIZE; i++) {
            int off = Math.abs((picture.rgb()[3 * i] & 255) - colour.getRed())
                    + Math.abs((picture.rgb()[3 * i + 1] & 255) - colour.getGreen())
                    + Math.abs((picture.rgb()[3 * i + 2] & 255) - colour.getBlue());
            if (off < 120) {
                x += i % SIZE + 0.5;
                y += i / SIZE + 0.5;
                count++;
            }
        }
        assertTrue(count > 15, "there are " + count + " pixels of " + colour);
        return new double[] {x / count, y / count};
    }
}
