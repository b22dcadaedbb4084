package org.styleinv.video;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.styleinv.video.provenance.MovieMark;
import org.styleinv.video.provenance.Origin;
import org.styleinv.video.provenance.PictureMark;

/** What a video is written as. */
public enum VideoForm {
    /** H.264 in MP4, its index at the front: browsers play it from the first byte on. */
    MP4 {
        @Override
        void set(FFmpegFrameRecorder recorder, double pixelsPerSecond) {
            h264(recorder, pixelsPerSecond);
            recorder.setOption("movflags", "+faststart");
        }
    },
    /** The same in fragments of one frame each, for a pipe: nothing is written later, and each frame is shown when it came. */
    STREAM {
        @Override
        void set(FFmpegFrameRecorder recorder, double pixelsPerSecond) {
            h264(recorder, pixelsPerSecond);
            recorder.setOption("movflags", "+empty_moov+frag_every_frame+default_base_moof");
        }
    },
    /** The same in fragments that begin with a key frame, one a second: a segment of a longer video. */
    SEGMENT {
        @Override
        void set(FFmpegFrameRecorder recorder, double pixelsPerSecond) {
            h264(recorder, pixelsPerSecond);
            recorder.setOption("movflags", "+empty_moov+frag_keyframe+default_base_moof");
        }
    },
    /** VP8 in WebM, for a pipe: as fast as it can, each frame on its way when it is written. */
    WEBM_STREAM {
        @Override
        void set(FFmpegFrameRecorder recorder, double pixelsPerSecond) {
            recorder.setFormat("webm");
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_VP8);
            recorder.setVideoCodecName("libvpx");
            recorder.setVideoBitrate(bitrate(pixelsPerSecond));
            recorder.setVideoOption("deadline", "realtime");
            recorder.setVideoOption("cpu-used", "8");
            recorder.setVideoOption("lag-in-frames", "0");
            recorder.setOption("live", "1");
            recorder.setOption("flush_packets", "1");
            recorder.setOption(
                    "cluster_time_limit", "1"); // ms: a cluster is held back until it ends, so it has one frame
        }
    },
    /** Pictures as WebP, which go round for ever. */
    WEBP {
        @Override
        void set(FFmpegFrameRecorder recorder, double pixelsPerSecond) {
            recorder.setFormat("webp");
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_WEBP);
            recorder.setVideoCodecName("libwebp_anim");
            recorder.setVideoBitrate(0);
            recorder.setVideoOption("quality", "90"); // 0 to 100
            recorder.setOption("loop", "0");
        }
    },
    /** VP9 in WebM. */
    WEBM {
        @Override
        void set(FFmpegFrameRecorder recorder, double pixelsPerSecond) {
            recorder.setFormat("webm");
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_VP9);
            recorder.setVideoCodecName("libvpx-vp9");
            recorder.setVideoBitrate(0); // as many as the quality takes
            recorder.setVideoOption("crf", "12"); // 0 to 63
            recorder.setVideoOption("deadline", "good");
            recorder.setVideoOption("cpu-used", "4");
        }
    };

    private static final int QP_MIN = 12; // H.264's quantiser, 0 to 51; openh264 goes no finer
    private static final int QP_MAX = 16;

    abstract void set(FFmpegFrameRecorder recorder, double pixelsPerSecond);

    /** Has the video say how it came to be, where that is written with its header. */
    void mark(FFmpegFrameRecorder recorder, Origin origin) {
        if (this == WEBM || this == WEBM_STREAM) {
            MovieMark.tags(origin).forEach(recorder::setMetadata);
        }
    }

    /** The same, where it is put in as it goes by. */
    OutputStream mark(OutputStream out, Origin origin) {
        return this == STREAM ? MovieMark.behindHeader(out, origin) : out;
    }

    /** The same, where it is put into a file that is whole. */
    void mark(Path whole, Origin origin) throws IOException {
        if (this == MP4) {
            MovieMark.mp4(whole, origin);
        } else if (this == WEBP) {
            PictureMark.webp(whole, origin);
        }
    }

    private static void h264(FFmpegFrameRecorder recorder, double pixelsPerSecond) {
        recorder.setFormat("mp4");
        recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
        recorder.setVideoCodecName("libopenh264");
        recorder.setVideoBitrate(bitrate(pixelsPerSecond));
        recorder.setVideoOption("rc_mode", "quality");
        recorder.setVideoOption("qmin", Integer.toString(QP_MIN));
        recorder.setVideoOption("qmax", Integer.toString(QP_MAX));
    }

    private static int bitrate(double pixelsPerSecond) {
        return (int) Math.max(2_000_000, Math.min(100_000_000, 2 * pixelsPerSecond));
    }
}
