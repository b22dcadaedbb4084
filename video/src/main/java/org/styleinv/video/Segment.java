package org.styleinv.video;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.styleinv.video.provenance.MovieMark;
import org.styleinv.video.provenance.Origin;

/**
 * A part of a longer video: H.264 in fragments of MP4, as HLS plays them behind one {@link #header}. It begins with a key
 * frame and knows nothing of the parts before it, so whoever encodes the same frames as the same part gets the same bytes.
 *
 * <p>ffmpeg writes every part as if it were the first. Afterwards the two numbers that tell its place are put in: the
 * sequence number of each fragment ({@code mfhd}) and the time of its first frame ({@code tfdt}); ISO/IEC 14496-12, 8.8.
 */
public final class Segment implements AutoCloseable {
    private static final int MOST_FRAGMENTS = 1000; // of one part; more than it can have
    private static final int RATE_LIMIT = 1001000; // of a fraction's parts, as FFmpegFrameRecorder has it

    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    private final VideoWriter writer;
    private final double fps;

    /** @param enlarge into how many pixels a side each pixel goes */
    public Segment(int width, int height, double fps, int enlarge) throws IOException {
        this.fps = fps;
        writer = new VideoWriter(made, VideoForm.SEGMENT, width, height, fps, enlarge);
    }

    /** What stands before all parts of a video of these frames, and says how they came to be. */
    public static byte[] header(int width, int height, double fps, int enlarge, Origin origin) throws IOException {
        try (var part = new Segment(width, height, fps, enlarge)) {
            part.write(new byte[3 * width * height]);
            ByteBuffer all = part.end();
            var header = new ByteArrayOutputStream();
            header.write(all.array(), 0, fragments(all));
            header.writeBytes(MovieMark.box(origin));
            return header.toByteArray();
        }
    }

    /** Appends a frame, see {@link VideoWriter#write}. */
    public void write(byte[] rgb) throws IOException {
        writer.write(rgb);
    }

    /**
     * Ends the part.
     *
     * @param number     of the part, from 0
     * @param firstFrame how many frames there are in the parts before it
     */
    public byte[] finish(long number, long firstFrame) throws IOException {
        ByteBuffer all = end();
        long start = firstFrame * ticks(all);
        int fragment = 0;
        var media = new ByteArrayOutputStream();
        for (int at = fragments(all); at < all.limit(); at += all.getInt(at)) {
            boolean isFragment = is(all, at, "moof");
            if (isFragment) {
                place(all, at, number * MOST_FRAGMENTS + ++fragment, start);
            }
            if (isFragment || is(all, at, "mdat")) { // an index of the file comes last, and goes
                media.write(all.array(), at, all.getInt(at));
            }
        }
        return media.toByteArray();
    }

    @Override
    public void close() throws IOException {
        writer.abandon();
        writer.close();
    }

    private ByteBuffer end() throws IOException {
        writer.close();
        return ByteBuffer.wrap(made.toByteArray());
    }

    /** Where the fragments begin. */
    private static int fragments(ByteBuffer all) {
        return find(all, 0, all.limit(), "moof");
    }

    /** Units of the video's clock that a frame takes; ffmpeg's clock divides a second so that it is whole. */
    private long ticks(ByteBuffer all) {
        int moov = find(all, 0, all.limit(), "moov");
        int trak = inside(all, moov, "trak");
        int mdhd = inside(all, inside(all, trak, "mdia"), "mdhd");
        long scale = all.getInt(mdhd + (all.get(mdhd + 8) == 0 ? 20 : 28)) & 0xffffffffL;
        try (AVRational rate = avutil.av_d2q(fps, RATE_LIMIT)) {
            return Math.multiplyExact(scale, rate.den()) / rate.num();
        }
    }

    private static void place(ByteBuffer all, int moof, long sequence, long start) {
        all.putInt(inside(all, moof, "mfhd") + 12, (int) sequence);
        int tfdt = inside(all, inside(all, moof, "traf"), "tfdt");
        if (all.get(tfdt + 8) != 1) {
            throw new IllegalStateException("ffmpeg writes times of 32 bits, a long video wants 64");
        }
        all.putLong(tfdt + 12, all.getLong(tfdt + 12) + start);
    }

    private static int inside(ByteBuffer all, int box, String type) {
        return find(all, box + 8, box + all.getInt(box), type);
    }

    private static int find(ByteBuffer all, int from, int to, String type) {
        for (int at = from; at + 8 <= to; at += all.getInt(at)) {
            if (is(all, at, type)) {
                return at;
            }
            if (all.getInt(at) < 8) {
                break;
            }
        }
        throw new IllegalStateException("ffmpeg wrote an MP4 without a box " + type);
    }

    private static boolean is(ByteBuffer all, int box, String type) {
        return all.getInt(box + 4)
                == ByteBuffer.wrap(type.getBytes(StandardCharsets.US_ASCII)).getInt();
    }
}
