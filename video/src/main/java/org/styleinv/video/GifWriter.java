package org.styleinv.video;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.styleinv.video.provenance.Origin;
import org.styleinv.video.provenance.PictureMark;

/**
 * Writes frames as an animated GIF that runs for ever. Each frame has up to 256 colours of its own, and its time in
 * hundredths of a second, of which GIF knows no parts: they are rounded so that the whole keeps its length.
 */
public final class GifWriter implements AutoCloseable {
    /** Above, browsers slow a GIF down. */
    public static final double MOST_FPS = 50;

    private static final String FORMAT = "javax_imageio_gif_image_1.0";
    private static final byte[] FOR_EVER = {1, 0, 0};

    private final ImageWriter writer;
    private final ImageOutputStream stream;
    private final OutputStream out;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    private final Origin origin;
    private final int width;
    private final int height;
    private final double fps;
    private long frames;

    /**
     * @param fps    frames a second, above 0 and at most {@link #MOST_FPS}
     * @param origin how the frames came to be, which the file says
     */
    public GifWriter(OutputStream out, int width, int height, double fps, Origin origin) throws IOException {
        if (!(fps > 0 && fps <= MOST_FPS)) {
            throw new IllegalArgumentException("a GIF shows at most " + MOST_FPS + " frames a second, got " + fps);
        }
        this.width = width;
        this.height = height;
        this.fps = fps;
        this.out = out;
        this.origin = origin;
        writer = ImageIO.getImageWritersByFormatName("gif").next();
        stream = new MemoryCacheImageOutputStream(made);
        writer.setOutput(stream);
        writer.prepareWriteSequence(null);
    }

    /** Appends a frame: {@code height} rows of {@code width} pixels, each red, green, blue. */
    public void write(byte[] rgb) throws IOException {
        if (rgb.length != 3 * width * height) {
            throw new IllegalArgumentException("a frame of " + width + " x " + height + " has " + 3 * width * height
                    + " bytes, got " + rgb.length);
        }
        var palette = new Palette(rgb);
        int[] colours = palette.colours();
        byte[][] channels = new byte[3][colours.length];
        for (int i = 0; i < colours.length; i++) {
            channels[0][i] = (byte) (colours[i] >> 16);
            channels[1][i] = (byte) (colours[i] >> 8);
            channels[2][i] = (byte) colours[i];
        }
        var model = new IndexColorModel(8, colours.length, channels[0], channels[1], channels[2]);
        var picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model);
        byte[] numbers = palette.numbers(rgb);
        System.arraycopy(
                numbers, 0, ((DataBufferByte) picture.getRaster().getDataBuffer()).getData(), 0, numbers.length);
        writer.writeToSequence(new IIOImage(picture, null, metadata(picture)), null);
        stream.flushBefore(stream.getStreamPosition());
        out.write(frames == 0 ? PictureMark.gif(made.toByteArray(), origin) : made.toByteArray());
        made.reset();
        frames++;
    }

    private IIOMetadata metadata(BufferedImage picture) throws IIOInvalidTreeException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
        var root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        var control = (IIOMetadataNode)
                root.getElementsByTagName("GraphicControlExtension").item(0);
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("delayTime", Long.toString(at(frames + 1) - at(frames)));
        if (frames == 0) {
            var loop = new IIOMetadataNode("ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            loop.setUserObject(FOR_EVER);
            var extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(loop);
            root.appendChild(extensions);
        }
        metadata.setFromTree(FORMAT, root);
        return metadata;
    }

    /** Hundredths of a second from the beginning. */
    private long at(long frame) {
        return Math.round(100 * frame / fps);
    }

    /** Ends the file; the stream that it goes to stays open. */
    @Override
    public void close() throws IOException {
        try {
            if (frames > 0) {
                writer.endWriteSequence();
            }
            stream.close();
            made.writeTo(out);
        } finally {
            writer.dispose();
        }
    }
}
