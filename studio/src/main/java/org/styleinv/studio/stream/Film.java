package org.styleinv.studio.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.wire.Makers;
import org.styleinv.studio.request.Stretch;
import org.styleinv.video.VideoForm;
import org.styleinv.video.VideoWriter;
import org.styleinv.video.provenance.Origin;

/** A video that is encoded while it is watched. */
public final class Film implements Screening.Form {
    private static final int SMALL = 256; // pixels a side; below, half of the colours would be lost, see VideoWriter

    private final VideoForm form;
    private final Stretch stretch;

    /** @param form one that is never gone back in */
    public Film(VideoForm form, Stretch stretch) {
        this.form = form;
        this.stretch = stretch;
    }

    /** Into how many pixels a side each pixel of a frame goes. */
    public static int enlarged(int side) {
        return side < SMALL ? 2 : 1;
    }

    /** Writes frames that are raw. What ffmpeg makes is passed on here, where a failure is an exception. */
    @Override
    public void write(Iterator<Frame> frames, OutputStream out) throws IOException {
        var made = new ByteArrayOutputStream();
        VideoWriter writer = null;
        try {
            while (frames.hasNext()) {
                Frame frame = frames.next();
                Image image = frame.getImage();
                if (writer == null) {
                    writer = new VideoWriter(
                            made,
                            form,
                            image.getWidth(),
                            image.getHeight(),
                            stretch.range().fps(),
                            enlarged(image.getWidth()),
                            Origin.generated(Makers.of(frame), stretch.text()));
                }
                writer.write(image.getData().toByteArray());
                pass(made, out);
            }
            if (writer != null) {
                writer.close();
                pass(made, out);
            }
        } finally {
            if (writer != null) {
                writer.abandon();
                writer.close();
            }
        }
    }

    private static void pass(ByteArrayOutputStream made, OutputStream out) throws IOException {
        made.writeTo(out);
        made.reset();
        out.flush();
    }
}
