package org.styleinv.trainer.data.frame;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.parser.resources.ResourcePolicy;
import com.github.weisj.jsvg.view.FloatSize;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.styleinv.trainer.data.file.Kinds;
import org.styleinv.trainer.data.video.FrameSource;

/**
 * A drawing in SVG as a video of one frame, {@link #SIDE} pixels along its longer side. What it refers to outside of itself is
 * not opened.
 */
final class Drawing implements FrameSource {
    static final int SIDE = 512; // so that what is made of it, smaller, has smooth edges
    private static final long MOST_BYTES = 16L << 20;
    private static final double LONGEST = 20; // times the shorter side

    private final int width;
    private final int height;
    private final byte[] frame;
    private boolean shown;

    /** Whether {@code file} is of this kind. */
    static boolean is(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Kinds.isDrawing(file.getFileName().toString(), in.readNBytes(Kinds.HEAD));
        }
    }

    /**
     * @param background {@code 0xrrggbb}, behind what is transparent
     * @throws IOException saying what is wrong with the file, without its name
     */
    Drawing(Path file, int background) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("has " + Files.size(file) / 1_000_000 + " MB; a drawing of up to "
                    + MOST_BYTES / 1_000_000 + " MB is read");
        }
        SVGDocument drawing = load(Files.readAllBytes(file));
        FloatSize size = drawing.size();
        double longer = Math.max(size.width, size.height);
        double shorter = Math.min(size.width, size.height);
        if (!(shorter > 0 && longer <= LONGEST * shorter)) { // false for what is no number
            throw new IOException(
                    "is " + size.width + " x " + size.height + " large; a drawing has two sides, of which one is"
                            + " at most " + (int) LONGEST + " times the other");
        }
        width = (int) Math.round(SIDE * size.width / longer);
        height = (int) Math.round(SIDE * size.height / longer);
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        try {
            graphics.setColor(new Color(background));
            graphics.fillRect(0, 0, width, height);
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            drawing.render((Component) null, graphics, new ViewBox(0, 0, width, height));
        } catch (RuntimeException | StackOverflowError e) { // of a library that checks little while it draws
            throw new IOException("cannot be drawn: " + e, e);
        } finally {
            graphics.dispose();
        }
        frame = rgb(picture);
    }

    private static SVGDocument load(byte[] text) throws IOException {
        SVGDocument drawing;
        try {
            drawing = new SVGLoader()
                    .load(
                            new ByteArrayInputStream(text),
                            URI.create("drawing.svg"),
                            LoaderContext.builder()
                                    .externalResourcePolicy(ResourcePolicy.DENY_EXTERNAL)
                                    .build());
        } catch (RuntimeException | StackOverflowError e) {
            throw new IOException("is no SVG that can be read: " + e.getMessage(), e);
        }
        if (drawing == null) {
            throw new IOException("is no SVG that can be read: it is damaged, or nested too deeply");
        }
        return drawing;
    }

    private static byte[] rgb(BufferedImage picture) {
        int[] pixels = picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            rgb[3 * i] = (byte) (pixels[i] >> 16);
            rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
            rgb[3 * i + 2] = (byte) pixels[i];
        }
        return rgb;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public double fps() {
        return 0;
    }

    @Override
    public double time() {
        return 0;
    }

    @Override
    public long claimedFrames() {
        return 1;
    }

    @Override
    public Optional<byte[]> next() {
        Optional<byte[]> next = shown ? Optional.empty() : Optional.of(frame);
        shown = true;
        return next;
    }

    @Override
    public void close() {}
}
