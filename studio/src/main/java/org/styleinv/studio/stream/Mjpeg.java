package org.styleinv.studio.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.styleinv.proto.Frame;
import org.styleinv.studio.request.Video;
import org.styleinv.video.provenance.PictureMark;

/** JPEGs one after another, each in the place of the one before: what {@code <img>} shows. */
public final class Mjpeg implements Screening.Form {
    private static final String BOUNDARY = "frame";

    public static final String MEDIA_TYPE = "multipart/x-mixed-replace; boundary=" + BOUNDARY;

    private final Video video;
    private final long total;

    /** @param total how many frames there will be */
    public Mjpeg(Video video, long total) {
        this.video = video;
        this.total = total;
    }

    /** Writes frames that are JPEGs. A browser shows one when its boundary has come, so that is not left to the next. */
    @Override
    public void write(Iterator<Frame> frames, OutputStream out) throws IOException {
        out.write(ascii("--" + BOUNDARY + "\r\n"));
        for (long left = total; left > 0 && frames.hasNext(); left--) {
            Frame frame = frames.next();
            byte[] picture = PictureMark.jpeg(frame.getImage().getData().toByteArray(), Origins.of(video, frame));
            out.write(ascii("Content-Type: image/jpeg\r\nContent-Length: " + picture.length + "\r\nX-Frame-Index: "
                    + frame.getIndex() + "\r\n\r\n"));
            out.write(picture);
            out.write(ascii("\r\n--" + BOUNDARY + (left > 1 ? "\r\n" : "--\r\n")));
            out.flush();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
