package org.styleinv.mesh.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.video.VideoForm;
import org.styleinv.video.VideoWriter;
import org.styleinv.video.provenance.PictureMark;

/**
 * Frames on standard output. Each is on its way when it is written. What a form makes is passed on here, where a failure is
 * an exception.
 */
final class Pipe extends FrameSink {
    private static final float QUALITY = 0.92f; // of a JPEG, 0 to 1

    private final PipeForm form;
    private final double fps;
    private final Credit credit;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    private @Nullable VideoWriter video; // from the first frame of such a form on
    private @Nullable ImageWriter jpeg; // likewise
    private boolean empty = true;

    Pipe(PipeForm form, double fps, Credit credit) {
        this.credit = credit;
        this.form = form;
        this.fps = fps;
    }

    @Override
    public void write(long index, Pixels frame, String makers) throws IOException {
        switch (form) {
            case MP4 -> mp4(frame, makers);
            case MJPEG -> made.writeBytes(PictureMark.jpeg(jpeg(frame.picture()), credit.frame(makers, index)));
            case Y4M -> y4m(frame);
        }
        empty = false;
        pass();
    }

    private void mp4(Pixels frame, String makers) throws IOException {
        if (video == null) {
            video = new VideoWriter(made, VideoForm.STREAM, frame.width(), frame.height(), fps, 1, credit.all(makers));
        }
        video.write(frame.rgb());
    }

    private byte[] jpeg(BufferedImage picture) throws IOException {
        if (jpeg == null) {
            jpeg = ImageIO.getImageWritersByFormatName("jpeg").next();
        }
        ImageWriteParam how = jpeg.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(QUALITY);
        var bytes = new ByteArrayOutputStream();
        try (var to = new MemoryCacheImageOutputStream(bytes)) {
            jpeg.setOutput(to);
            jpeg.write(null, new IIOImage(picture, null, null), how);
        }
        return bytes.toByteArray();
    }

    /** Colours as ITU-R BT.601 has them, of 16 to 235 and 16 to 240. */
    private void y4m(Pixels frame) {
        if (empty) {
            ascii("YUV4MPEG2 W" + frame.width() + " H" + frame.height() + " F" + rate(fps) + " Ip A1:1 C444\n");
        }
        ascii("FRAME\n");
        byte[] rgb = frame.rgb();
        int pixels = rgb.length / 3;
        byte[] planes = new byte[rgb.length];
        for (int i = 0; i < pixels; i++) {
            double r = (rgb[3 * i] & 255) / 255.0;
            double g = (rgb[3 * i + 1] & 255) / 255.0;
            double b = (rgb[3 * i + 2] & 255) / 255.0;
            double y = 0.299 * r + 0.587 * g + 0.114 * b;
            planes[i] = (byte) Math.round(16 + 219 * y);
            planes[pixels + i] = (byte) Math.round(128 + 224 * (b - y) / 1.772);
            planes[2 * pixels + i] = (byte) Math.round(128 + 224 * (r - y) / 1.402);
        }
        made.write(planes, 0, planes.length);
    }

    /** A rate as a fraction, as Y4M has it: 29.97 is 2997:100. */
    static String rate(double fps) {
        BigDecimal exact = BigDecimal.valueOf(fps).stripTrailingZeros();
        int digits = Math.max(0, exact.scale());
        return exact.movePointRight(digits).toBigIntegerExact() + ":"
                + BigDecimal.TEN.pow(digits).toBigIntegerExact();
    }

    private void ascii(String text) {
        made.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void pass() {
        System.out.write(made.toByteArray(), 0, made.size());
        System.out.flush();
        made.reset();
    }

    @Override
    public void finish() throws IOException {
        if (empty) {
            throw new Failure("no frame came, so there is no video for standard output");
        }
        if (video != null) {
            video.close();
            pass();
        }
    }

    @Override
    public void close() {
        if (jpeg != null) {
            jpeg.dispose();
        }
        if (video != null) {
            try {
                video.abandon();
                video.close();
            } catch (IOException e) {
                // its reader has what came until now
            }
        }
    }
}
