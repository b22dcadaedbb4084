package org.styleinv.mesh.picture;

import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.styleinv.mesh.stop.Failure;

/** Frames as an animated GIF that goes round for ever: 256 colours a frame, times in hundredths of a second. */
final class GifWriter implements AutoCloseable {
    private static final double MOST_FPS = 50;
    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    private final ImageWriter writer =
            ImageIO.getImageWritersByFormatName("gif").next();
    private final ImageOutputStream file;
    private final double fps;
    private long frames;

    GifWriter(Path path, double fps) throws IOException {
        this.fps = fps;
        file = ImageIO.createImageOutputStream(path.toFile());
        if (file == null) {
            throw new IOException(path + " cannot be written: name another place");
        }
        writer.setOutput(file);
        writer.prepareWriteSequence(null);
    }

    /** Refuses a rate that no viewer shows. */
    static void checkFps(double fps) {
        if (fps > MOST_FPS) {
            throw Failure.input("a GIF shows at most 50 frames a second, got " + fps
                    + ": give --fps 50 or less, or a name that ends in .mp4 or .webm");
        }
    }

    void write(Pixels frame) throws IOException {
        var picture = frame.picture();
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
        var root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        var control = (IIOMetadataNode)
                root.getElementsByTagName("GraphicControlExtension").item(0);
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("delayTime", Long.toString(hundredths(frames + 1) - hundredths(frames)));
        if (frames == 0) {
            var again = new IIOMetadataNode("ApplicationExtension");
            again.setAttribute("applicationID", "NETSCAPE");
            again.setAttribute("authenticationCode", "2.0");
            again.setUserObject(new byte[] {1, 0, 0}); // without end
            var extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(again);
            root.appendChild(extensions);
        }
        metadata.setFromTree(FORMAT, root);
        writer.writeToSequence(new IIOImage(picture, null, metadata), null);
        frames++;
    }

    /** When frame {@code index} is due; rounded as a whole, so that a long film keeps its length. */
    private long hundredths(long index) {
        return Math.round(100 * index / fps);
    }

    /** Ends the file. */
    void finish() throws IOException {
        writer.endWriteSequence();
        file.flush();
    }

    @Override
    public void close() throws IOException {
        writer.dispose();
        file.close();
    }
}
