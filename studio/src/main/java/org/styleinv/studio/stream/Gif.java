package org.styleinv.studio.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.video.GifWriter;

/** A video with an end as a GIF. */
public final class Gif implements Screening.Form {
    public static final String MEDIA_TYPE = "image/gif";

    private final double fps;

    public Gif(double fps) {
        this.fps = fps;
    }

    /** Writes frames that are raw. */
    @Override
    public void write(Iterator<Frame> frames, OutputStream out) throws IOException {
        GifWriter writer = null;
        try {
            while (frames.hasNext()) {
                Image image = frames.next().getImage();
                if (writer == null) {
                    writer = new GifWriter(out, image.getWidth(), image.getHeight(), fps);
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
