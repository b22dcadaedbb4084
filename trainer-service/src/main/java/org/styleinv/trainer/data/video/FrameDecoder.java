package org.styleinv.trainer.data.video;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Decodes the picture track of a file that ffmpeg reads, and says so where the file is not whole. */
public final class FrameDecoder implements AutoCloseable {
    /** Rows and columns at the sides of a frame that are not shown. */
    public record Edges(int top, int bottom, int left, int right) {
        static final Edges NONE = new Edges(0, 0, 0, 0);
    }

    private final Path path;
    private final OneFile source;
    private final AVFormatContext file;
    private final AVStream stream;
    private final AVCodecContext decoder;
    private final AVPacket packet;
    private final AVFrame frame;
    private final FileEnd end;
    private boolean keySeen;
    private boolean drained;

    /** @throws IOException if there is no picture track that can be decoded */
    public FrameDecoder(Path path, long maxPixels) throws IOException {
        this.path = path;
        source = new OneFile(path);
        file = source.format();
        packet = av_packet_alloc();
        frame = av_frame_alloc();
        int index = av_find_best_stream(file, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (PointerPointer<?>) null, 0);
        if (index < 0 || (file.streams(index).disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0) {
            release(null);
            throw new IOException(
                    path + " holds no picture track that can be read: it is sound alone, or damaged, or cut off");
        }
        for (int i = 0; i < file.nb_stream_groups(); i++) {
            if (file.stream_groups(i).type() == avformat.AV_STREAM_GROUP_PARAMS_TILE_GRID) {
                release(null); // as telephones write HEIC; a tile alone would be a piece of the picture
                throw new IOException(
                        path + " is made of tiles, which are not put together here: save it as JPEG or PNG");
            }
        }
        stream = file.streams(index);
        int width = stream.codecpar().width();
        int height = stream.codecpar().height();
        if ((long) width * height > maxPixels) {
            release(null);
            throw new IOException(path + " has frames of " + width + " x " + height + " pixels, more than the "
                    + maxPixels / 1_000_000 + " million that fit into memory: scale it down first");
        }
        decoder = opened(stream, maxPixels);
        end = new FileEnd(file, stream);
    }

    /** What the container cuts off (MP4's clap, Matroska's crop), in pixels as they are stored. */
    public Edges edges() {
        AVCodecParameters track = stream.codecpar();
        AVPacketSideData said = av_packet_side_data_get(
                track.coded_side_data(), track.nb_coded_side_data(), avcodec.AV_PKT_DATA_FRAME_CROPPING);
        if (said == null || said.size() < 16) {
            return Edges.NONE;
        }
        int[] numbers = new int[4];
        new IntPointer(said.data()).get(numbers);
        return new Edges(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private AVCodecContext opened(AVStream stream, long maxPixels) throws IOException {
        AVCodec codec = codec(stream);
        AVCodecContext context = codec == null ? null : avcodec_alloc_context3(codec);
        if (context != null && avcodec_parameters_to_context(context, stream.codecpar()) >= 0) {
            context.pkt_timebase(stream.time_base());
            context.thread_count(1); // data sets decode file by file in parallel
            context.max_pixels(maxPixels);
            context.err_recognition(avcodec.AV_EF_CRCCHECK);
            if (avcodec_open2(context, codec, (PointerPointer<?>) null) >= 0) {
                return context;
            }
        }
        release(context);
        throw new IOException(
                path
                        + " has a picture track that ffmpeg cannot decode: it is damaged, or of a kind that wants to be converted, to H.264 say");
    }

    /** VP8 and VP9 keep alpha in a second stream of bits, which only libvpx reads. */
    private static AVCodec codec(AVStream stream) {
        int id = stream.codecpar().codec_id();
        if (av_dict_get(stream.metadata(), "alpha_mode", null, 0) != null) {
            AVCodec vpx =
                    switch (id) {
                        case avcodec.AV_CODEC_ID_VP8 -> avcodec_find_decoder_by_name("libvpx");
                        case avcodec.AV_CODEC_ID_VP9 -> avcodec_find_decoder_by_name("libvpx-vp9");
                        default -> null;
                    };
            if (vpx != null) {
                return vpx;
            }
        }
        return avcodec_find_decoder(id);
    }

    public AVStream stream() {
        return stream;
    }

    /** When {@code frame} begins to be shown, in seconds by the file's clock; NaN where nothing says. */
    public double time(AVFrame frame) {
        long stamp = frame.best_effort_timestamp();
        return stamp == avutil.AV_NOPTS_VALUE ? Double.NaN : stamp * avutil.av_q2d(stream.time_base());
    }

    /**
     * The next frame, valid until the next call; null after the last.
     *
     * @throws IOException if the file is damaged there, or ends before its time
     */
    public @Nullable AVFrame next() throws IOException {
        while (true) {
            int got = avcodec_receive_frame(decoder, frame);
            if (got >= 0) {
                check(frame);
                return frame;
            }
            if (got == avutil.AVERROR_EOF()) {
                end.check(path);
                return null;
            }
            if (got != avutil.AVERROR_EAGAIN()) {
                throw damaged("a frame cannot be decoded");
            }
            feed();
        }
    }

    private void check(AVFrame frame) throws IOException {
        if (frame.decode_error_flags() != 0 || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0) {
            throw damaged("a frame has errors");
        }
    }

    /** Gives the decoder the next packet of the picture track, or the end of the file. */
    private void feed() throws IOException {
        while (!drained) {
            int read = av_read_frame(file, packet);
            if (read == avutil.AVERROR_EAGAIN()) {
                continue;
            }
            if (read == avutil.AVERROR_EOF()) {
                drained = true;
                avcodec_send_packet(decoder, null);
                return;
            }
            if (read < 0) {
                throw damaged("nothing can be read behind it");
            }
            try {
                end.see(packet);
                if (packet.stream_index() == stream.index()) {
                    send();
                    return;
                }
            } finally {
                av_packet_unref(packet);
            }
        }
    }

    private void send() throws IOException {
        keySeen |= (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
        int sent = avcodec_send_packet(decoder, packet);
        // what was cut out of a broadcast may begin between two key frames, with some that nobody can decode
        if (keySeen && (sent < 0 || (packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0)) {
            throw damaged("a frame cannot be decoded");
        }
    }

    private IOException damaged(String what) {
        return new IOException(String.format(Locale.ROOT, "is damaged at %.2f s: %s", end.reached(), what));
    }

    @Override
    public void close() {
        release(decoder);
    }

    private void release(@Nullable AVCodecContext context) {
        av_packet_free(packet);
        av_frame_free(frame);
        if (context != null) {
            avcodec_free_context(context);
        }
        source.close();
    }
}
