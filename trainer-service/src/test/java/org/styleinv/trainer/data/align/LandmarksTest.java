package org.styleinv.trainer.data.align;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.face.FacePoints;
import org.styleinv.network.face.FacePoints.Point;
import org.styleinv.trainer.data.find.Sources;

class LandmarksTest {
    private static final FacePoints FACE = new FacePoints(new Point(1, 2), new Point(3, 2.5), new Point(2, 5));

    @TempDir
    Path dir;

    @Test
    void readsFivePointsAFrameFromJson() throws IOException {
        Files.writeString(
                dir.resolve("a.json"),
                "{\"pose\": 1, \"landmarks\": [[[1, 2], [3, 2.5], [2, 3], [1.5, 5], [2.5, 5]], null]}");
        assertEquals(List.of(Optional.of(FACE), Optional.empty()), of("a.mp4"));
    }

    /** As OpenFace writes it: blanks after commas, other columns, a row a frame and face. */
    @Test
    void readsSixtyEightPointsARowFromCsv() throws IOException {
        String header = "frame, face_id, timestamp, confidence, success, "
                + IntStream.range(0, 68).mapToObj(k -> "x_" + k).collect(Collectors.joining(", ")) + ", "
                + IntStream.range(0, 68).mapToObj(k -> "y_" + k).collect(Collectors.joining(", "));
        Files.writeString(
                dir.resolve("a.mp4.csv"),
                header + "\n" + row("1, 0, 0.0, 0.98, 1", 10) + "\n" + row("1, 1, 0.0, 0.98, 1", 70) + "\n"
                        + row("2, 0, 0.033, 0.02, 0", 0) + "\n");
        List<Optional<FacePoints>> faces = of("a.mp4");
        assertEquals(2, faces.size());
        assertEquals(new Point(10 + 38.5, 20 + 38.5), faces.get(0).orElseThrow().leftEye());
        assertEquals(new Point(10 + 51, 20 + 51), faces.get(0).orElseThrow().mouth());
        assertTrue(faces.get(1).isEmpty());
    }

    @Test
    void landmarksOfAFolderOfPicturesLieInItOrBesideIt() throws IOException {
        Files.createDirectories(dir.resolve("a"));
        Files.writeString(
                dir.resolve("a.csv"),
                "x_0,x_1,x_2,x_3,x_4,y_0,y_1,y_2,y_3,y_4\n1,3,2,1.5,2.5,2,2.5,3,5,5\n,,,,,,,,,\n");
        assertEquals(List.of(Optional.of(FACE), Optional.empty()), of("a/0.png"));
        Files.writeString(dir.resolve("a/landmarks.json"), "{\"landmarks\": []}");
        assertEquals(List.of(), of("a/0.png"));
    }

    @Test
    void saysWhereItLooked() {
        IOException error = assertThrows(IOException.class, () -> of("a.mp4"));
        assertTrue(error.getMessage().contains("[a.mp4.json, a.json, a.mp4.csv, a.csv]"), error.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.json | no json | is not JSON",
                "a.json | {} | has no list \"landmarks\"",
                "a.json | {\"landmarks\": [[[1, 2]]]} | frame 0: a face has 5 or 68 landmarks, got 1",
                "a.json | {\"landmarks\": [null, [[1, \"x\"]]]} | frame 1 has [1,\"x\"] where a point",
                "a.csv | frame,x_0,y_0 | names 1 points",
            })
    void saysWhatIsWrongWithAFile(String name, String text, String sentence) throws IOException {
        Files.writeString(dir.resolve(name), text);
        IOException error = assertThrows(IOException.class, () -> of("a.mp4"));
        assertTrue(error.getMessage().contains(name) && error.getMessage().contains(sentence), error.getMessage());
    }

    /** Of the one video that there is: {@code file}, or its folder. */
    private List<Optional<FacePoints>> of(String file) throws IOException {
        Files.createDirectories(dir.resolve(file).getParent());
        Files.writeString(dir.resolve(file), "its ending says what it is");
        return Sources.with(dir, sources -> Landmarks.of(sources.videos().get(0)));
    }

    /** Point k of a face is at (x + k, 20 + k). */
    private static String row(String before, int x) {
        return before + ", "
                + IntStream.range(0, 68).mapToObj(k -> "" + (x + k)).collect(Collectors.joining(", ")) + ", "
                + IntStream.range(0, 68).mapToObj(k -> "" + (20 + k)).collect(Collectors.joining(", "));
    }
}
