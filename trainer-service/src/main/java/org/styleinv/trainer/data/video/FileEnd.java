package org.styleinv.trainer.data.video;

import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entries_count;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Whether a file goes on as long as it says. Two things say so, both by time stamps: the index, which names the last packet
 * of the picture track, and the length of the whole, which the longest of all its tracks must reach. Numbers of frames
 * say nothing: edit lists hide some, and headers guess.
 */
final class FileEnd {
    /** A clock of milliseconds, and sound whose last packet is cut short. */
    private static final double ROUNDING = 0.02;

    private final AVFormatContext file;
    private final AVStream stream;
    private final double indexEnd; // seconds, NaN where there is no index
    private final double claimedEnd; // seconds, NaN where nothing is claimed
    private double reached = Double.NEGATIVE_INFINITY; // end of the last packet of all tracks
    private double pictures = Double.NEGATIVE_INFINITY; // decoding time of the last packet of the picture track
    private double longestGap;

    /** Looks at what {@code file} says before its packets are read. */
    FileEnd(AVFormatContext file, AVStream stream) {
        this.file = file;
        this.stream = stream;
        int entries = avformat_index_get_entries_count(stream);
        indexEnd = entries > 0
                ? seconds(avformat_index_get_entry(stream, entries - 1).timestamp(), stream)
                : Double.NaN;
        // an MP4 file says how long each packet is shown, and longer tracks than those that are read may follow
        boolean claims = file.duration() > 0
                && file.duration_estimation_method() == avformat.AVFMT_DURATION_FROM_STREAM
                && !(file.iformat().name().getString().startsWith("mov") && entries > 0);
        claimedEnd = claims ? file.duration() / 1e6 : Double.NaN; // Matroska counts from 0, others begin there
    }

    private static double seconds(long stamp, AVStream stream) {
        return stamp == avutil.AV_NOPTS_VALUE ? Double.NaN : stamp * avutil.av_q2d(stream.time_base());
    }

    /** Notes a packet of any track. */
    void see(AVPacket packet) {
        AVStream track = file.streams(packet.stream_index());
        double decoded = seconds(packet.dts() == avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts(), track);
        double shown = seconds(packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts(), track);
        if (!Double.isNaN(shown)) {
            reached = Math.max(reached, shown + packet.duration() * avutil.av_q2d(track.time_base()));
        }
        if (packet.stream_index() == stream.index() && !Double.isNaN(decoded)) {
            if (pictures > Double.NEGATIVE_INFINITY) {
                longestGap = Math.max(longestGap, decoded - pictures);
            }
            pictures = Math.max(pictures, decoded);
        }
    }

    /** Where the packets that were read end, in seconds; 0 before the first. */
    double reached() {
        return Math.max(0, reached);
    }

    /** @throws IOException if the packets end before the file's time */
    void check(Path path) throws IOException {
        if (file.iformat().name().getString().equals("gif") && !GifEnd.isReached(path)) {
            throw new IOException(String.format(
                    Locale.ROOT, "ends at %.2f s without its end mark: it is truncated or damaged", reached()));
        }
        if (pictures == Double.NEGATIVE_INFINITY) {
            return; // a format without time stamps
        }
        if (pictures < indexEnd - ROUNDING) {
            throw new IOException(truncated(pictures, indexEnd));
        }
        double frame = Math.max(longestGap, 1 / Math.max(1, avutil.av_q2d(stream.avg_frame_rate())));
        if (reached < claimedEnd - 1.5 * frame - ROUNDING) {
            throw new IOException(truncated(reached, claimedEnd));
        }
    }

    private static String truncated(double got, double claimed) {
        return String.format(
                Locale.ROOT, "ends after %.2f of %.2f s: it is truncated or damaged", Math.max(0, got), claimed);
    }
}
