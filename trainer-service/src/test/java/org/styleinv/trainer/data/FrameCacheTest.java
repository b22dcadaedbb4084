package org.styleinv.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.trainer.data.rendered.Videos;

class FrameCacheTest {
    private static final Progress NOTHING_IS_DECODED = (done, total) -> {
        throw new IllegalStateException("a video is decoded again");
    };

    @TempDir
    Path dir;

    private Path data;
    private Path cache;

    @BeforeEach
    void videos() throws IOException {
        data = dir.resolve("data");
        cache = dir.resolve("cache");
        Videos.write(data.resolve("a.mp4"), 8, 64);
        Videos.write(data.resolve("b.mp4"), 3, 64);
        Files.writeString(data.resolve("c.mp4"), "this is no video");
    }

    @Test
    void theNextRunReadsTheSameWithoutDecoding() throws IOException {
        try (VideoDataset first = open(1, Progress.NONE);
                VideoDataset again = open(1, NOTHING_IS_DECODED);
                VideoDataset plain = VideoDataset.open(data, 32, 1, Progress.NONE)) {
            assertEquals(plain.problems(), again.problems());
            assertEquals(plain.remarks(), again.remarks());
            assertEquals(2, again.clips());
            assertEquals(30, again.fps(0));
            for (int clip = 0; clip < 2; clip++) {
                assertEquals(plain.file(clip), again.file(clip));
                for (int i = 0; i < plain.frames(clip); i++) {
                    assertArrayEquals(frame(plain, clip, i), frame(again, clip, i));
                    assertArrayEquals(frame(plain, clip, i), frame(first, clip, i));
                }
            }
        }
    }

    /** Stages want clips of different lengths, and share what was decoded. */
    @Test
    void aRunThatNeedsLongerVideosSharesIt() throws IOException {
        open(1, Progress.NONE).close();
        try (VideoDataset longer = open(5, NOTHING_IS_DECODED)) {
            assertEquals(1, longer.clips());
            assertEquals(8, longer.frames(0));
            assertEquals(
                    List.of("b.mp4", "c.mp4"),
                    longer.problems().stream()
                            .map(problem -> problem.file().getFileName().toString())
                            .toList());
        }
        assertThrows(IOException.class, () -> open(9, NOTHING_IS_DECODED));
        open(1, NOTHING_IS_DECODED).close(); // and it is still there
    }

    @Test
    void aVideoThatChangedIsDecodedAgain() throws IOException {
        open(1, Progress.NONE).close();
        Files.setLastModifiedTime(data.resolve("b.mp4"), FileTime.fromMillis(1000));
        assertThrows(IllegalStateException.class, () -> open(1, NOTHING_IS_DECODED));
        open(1, Progress.NONE).close();
        open(1, NOTHING_IS_DECODED).close();
    }

    @Test
    void framesThatWereCutShortAreDecodedAgain() throws IOException {
        open(1, Progress.NONE).close();
        Path frames = frames().get(0);
        Files.write(frames, new byte[100]);
        try (VideoDataset again = open(1, Progress.NONE)) {
            assertEquals(11, again.totalFrames());
        }
        open(1, NOTHING_IS_DECODED).close();
    }

    @Test
    void aFailureLeavesNoFramesBehind() throws IOException {
        assertThrows(IllegalStateException.class, () -> open(1, NOTHING_IS_DECODED));
        assertEquals(List.of(), frames());
        assertTrue(Files.exists(cache));
    }

    @Test
    void anIndexThatIsNullIsMadeAgain() throws IOException {
        open(1, Progress.NONE).close();
        Files.writeString(index(), "null");
        try (VideoDataset again = open(1, Progress.NONE)) {
            assertEquals(11, again.totalFrames());
        }
        open(1, NOTHING_IS_DECODED).close();
    }

    private Path index() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void whatCannotBeKeptTakesNoRoom() throws IOException {
        open(1, Progress.NONE).close();
        Path index = index();
        Files.delete(index);
        Files.delete(frames().get(0));
        Progress inTheWay = (done, all) -> {
            if (done == all) {
                index.resolve("occupied").toFile().mkdirs();
            }
        };
        assertThrows(IOException.class, () -> open(1, inTheWay));
        try (Stream<Path> files = Files.list(cache)) {
            assertEquals(List.of(index), files.toList());
        }
    }

    private VideoDataset open(int minFrames, Progress progress) throws IOException {
        return VideoDataset.open(data, 32, minFrames, Optional.of(cache), progress);
    }

    private List<Path> frames() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".rgb")).toList();
        }
    }

    private static float[] frame(VideoDataset data, int clip, int index) {
        var values = new float[3 * 32 * 32];
        data.read(clip, index, false, values, 0);
        return values;
    }
}
