package org.styleinv.trainer.data.video;

import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacv.FFmpegFrameRecorder;

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

    private static void h264(FFmpegFrameRecorder recorder, double pixelsPerSecond) {
        recorder.setFormat("mp4");
        recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
        recorder.setVideoCodecName("libopenh264");
        recorder.setVideoBitrate((int) Math.max(2_000_000, Math.min(100_000_000, 2 * pixelsPerSecond)));
        recorder.setVideoOption("rc_mode", "quality");
        recorder.setVideoOption("qmin", Integer.toString(QP_MIN));
        recorder.setVideoOption("qmax", Integer.toString(QP_MAX));
    }
}
