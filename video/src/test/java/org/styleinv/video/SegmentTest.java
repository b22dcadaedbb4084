package org.styleinv.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.video.provenance.Origin;

/** Parts of a video, made one by one. */
class SegmentTest {
    private static final Origin ORIGIN = Origin.generated("5eed", "seed=7");
    private static final int SIDE = 32;
    private static final int FRAMES = 6;

    private static byte[] frame(long index) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i % SIDE * 3 + index * 5);
        }
        return rgb;
    }

    private static byte[] part(long number, double fps) throws IOException {
        try (var segment = new Segment(SIDE, SIDE, fps, 2)) {
            for (int i = 0; i < FRAMES; i++) {
                segment.write(frame(number * FRAMES + i));
            }
            return segment.finish(number, number * FRAMES);
        }
    }

    private static List<Long> times(byte[] video) throws IOException {
        List<Long> times = new ArrayList<>();
        try (var grabber = new FFmpegFrameGrabber(new ByteArrayInputStream(video), 0)) {
            grabber.setFormat("mp4");
            grabber.start();
            for (Frame frame = grabber.grabImage(); frame != null; frame = grabber.grabImage()) {
                assertEquals(2 * SIDE, frame.imageWidth);
                times.add(grabber.getTimestamp());
            }
        }
        return times;
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(doubles = {25, 2, 12.5})
    void partsPlayOneAfterAnother(double fps) throws IOException {
        byte[] header = Segment.header(SIDE, SIDE, fps, 2, ORIGIN);
        assertEquals(
                LongStream.range(0, 3 * FRAMES)
                        .map(i -> Math.round(i * 1e6 / fps))
                        .boxed()
                        .toList(),
                times(join(header, part(0, fps), part(1, fps), part(2, fps))));
    }

    @Test
    void aPartKnowsItsTimeWithoutThoseBefore() throws IOException {
        byte[] header = Segment.header(SIDE, SIDE, 25, 2, ORIGIN);
        byte[] near = part(0, 25);
        byte[] far = part(1_000_000, 25);
        assertFalse(Arrays.equals(near, far));
        assertEquals(1_000_000L * FRAMES * 40_000, times(join(header, far)).get(0));
    }

    @Test
    void theSameFramesGiveTheSameBytes() throws IOException {
        assertArrayEquals(part(7, 25), part(7, 25));
        assertArrayEquals(Segment.header(SIDE, SIDE, 25, 2, ORIGIN), Segment.header(SIDE, SIDE, 25, 2, ORIGIN));
    }

    /** As VideoWriter writes it for a pipe, there and then: what is written early does not wait for what comes. */
    @ParameterizedTest
    @ValueSource(strings = {"STREAM", "WEBM_STREAM"})
    void aStreamIsOnItsWayFrameByFrame(String form) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var writer = new VideoWriter(out, VideoForm.valueOf(form), SIDE, SIDE, 25, 2)) {
            int before = out.size();
            for (int i = 0; i < 10; i++) {
                writer.write(frame(i));
                if (i > 0) { // a fragment ends when the next frame comes
                    assertFalse(out.size() == before, "frame " + i + " is held back");
                }
                before = out.size();
            }
        }
        try (var grabber = new FFmpegFrameGrabber(new ByteArrayInputStream(out.toByteArray()), 0)) {
            grabber.start();
            for (int i = 0; i < 10; i++) {
                assertEquals(2 * SIDE, grabber.grabImage().imageWidth);
            }
            assertNull(grabber.grabImage());
        }
    }
}
