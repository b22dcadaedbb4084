package org.styleinv.video;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** A picture as WebP, by libwebp in ffmpeg. */
public final class WebP {
    private static final String QUALITY = "90"; // 0 to 100

    static {
        Ffmpeg.load();
    }

    private WebP() {}

    /**
     * Compresses a picture; the same pixels give the same bytes.
     *
     * @param rgb {@code height} rows of {@code width} pixels, each red, green, blue
     */
    public static byte[] of(int width, int height, byte[] rgb) {
        if (rgb.length != 3 * width * height) {
            throw new IllegalArgumentException("a picture of " + width + " x " + height + " has " + 3 * width * height
                    + " bytes, got " + rgb.length);
        }
        AVCodec codec = avcodec.avcodec_find_encoder_by_name("libwebp");
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        AVFrame frame = avutil.av_frame_alloc();
        AVPacket packet = avcodec.av_packet_alloc();
        try {
            context.width(width).height(height).pix_fmt(avutil.AV_PIX_FMT_BGRA);
            context.time_base(avutil.av_make_q(1, 1));
            context.thread_count(1);
            check("set up", avutil.av_opt_set(context.priv_data(), "quality", QUALITY, 0));
            check("set up", avcodec.avcodec_open2(context, codec, (org.bytedeco.ffmpeg.avutil.AVDictionary) null));
            frame.format(avutil.AV_PIX_FMT_BGRA).width(width).height(height);
            check("hold a picture", avutil.av_frame_get_buffer(frame, 0));
            fill(frame, width, height, rgb);
            check("take a picture", avcodec.avcodec_send_frame(context, frame));
            check("end", avcodec.avcodec_send_frame(context, null));
            check("give a picture", avcodec.avcodec_receive_packet(context, packet));
            byte[] made = new byte[packet.size()];
            packet.data().position(0).get(made);
            return made;
        } finally {
            avcodec.av_packet_free(packet);
            avutil.av_frame_free(frame);
            avcodec.avcodec_free_context(context);
        }
    }

    private static void fill(AVFrame frame, int width, int height, byte[] rgb) {
        byte[] row = new byte[4 * width];
        try (BytePointer pixels = new BytePointer((Pointer) frame.data(0))) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int from = 3 * (y * width + x);
                    row[4 * x] = rgb[from + 2];
                    row[4 * x + 1] = rgb[from + 1];
                    row[4 * x + 2] = rgb[from];
                    row[4 * x + 3] = (byte) 255;
                }
                pixels.position((long) y * frame.linesize(0)).put(row);
            }
        }
    }

    private static void check(String what, int code) {
        if (code < 0) {
            throw new IllegalStateException("libwebp cannot " + what + ": ffmpeg's error " + code);
        }
    }
}
