package org.styleinv.trainer.data.video;

import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open2;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A file as ffmpeg reads it: its own bytes alone. A play list under a video's name would bring in other files or ask other
 * machines, and a name may look like an address (<code>talks:1/a.mp4</code>) or a pattern (<code>a%03d.png</code>).
 */
final class OneFile implements AutoCloseable {
    private final AVIOContext bytes = new AVIOContext(null);
    private final AVFormatContext format;

    /** @throws IOException if ffmpeg knows nothing of its kind */
    OneFile(Path path) throws IOException {
        int opened =
                avio_open2(bytes, "file:" + path.toAbsolutePath(), avformat.AVIO_FLAG_READ, null, (AVDictionary) null);
        format = avformat_alloc_context();
        if (opened >= 0) {
            format.pb(bytes);
            AVDictionary nothingElse = new AVDictionary(null);
            av_dict_set(nothingElse, "protocol_whitelist", "none", 0);
            opened = avformat_open_input(format, plain(path), null, nothingElse);
            av_dict_free(nothingElse);
        }
        if (opened < 0 || avformat_find_stream_info(format, (PointerPointer<?>) null) < 0) {
            close();
            throw new IOException(
                    path + " cannot be read as a video: it is damaged, cut off, or of a kind ffmpeg does not know");
        }
    }

    /** The ending says more of some kinds than their bytes do; the name shall say nothing. */
    private static String plain(Path path) {
        String name = path.getFileName().toString();
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return ending.matches("[A-Za-z0-9]{1,8}") ? "file." + ending : "file";
    }

    AVFormatContext format() {
        return format;
    }

    @Override
    public void close() {
        avformat_close_input(format); // nothing where opening has failed: ffmpeg has freed it then
        if (!bytes.isNull()) {
            avio_closep(bytes);
        }
    }
}
