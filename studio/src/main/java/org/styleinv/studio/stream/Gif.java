package org.styleinv.studio.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.wire.Makers;
import org.styleinv.studio.request.Stretch;
import org.styleinv.video.GifWriter;
import org.styleinv.video.provenance.Origin;

/** A video with an end as a GIF. */
public final class Gif implements Screening.Form {
    public static final String MEDIA_TYPE = "image/gif";

    private final Stretch stretch;

    public Gif(Stretch stretch) {
        this.stretch = stretch;
    }

    /** Writes frames that are raw. */
    @Override
    public void write(Iterator<Frame> frames, OutputStream out) throws IOException {
        GifWriter writer = null;
        try {
            while (frames.hasNext()) {
                Frame frame = frames.next();
                Image image = frame.getImage();
                if (writer == null) {
                    writer = new GifWriter(
                            out,
                            image.getWidth(),
                            image.getHeight(),
                            stretch.range().fps(),
                            Origin.generated(Makers.of(frame), stretch.text()));
                }
                writer.write(image.getData().toByteArray());
                out.flush();
            }
        } finally {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
