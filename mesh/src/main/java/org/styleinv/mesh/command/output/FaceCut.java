package org.styleinv.mesh.command.output;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.face.AlignedSquare;
import org.styleinv.network.face.Face;
import org.styleinv.network.face.FaceDetector;
import org.styleinv.network.picture.PictureReader;
import org.styleinv.network.picture.RgbPicture;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;

/**
 * A face that was found in a picture, cut out as those of FFHQ are.
 *
 * @param cut the square, as a PNG
 * @param face of the picture
 * @param square of the picture
 * @param faces that there are in it
 */
public record FaceCut(Image cut, Face face, AlignedSquare square, int faces) {
    private static final long MOST_PIXELS = 100_000_000;
    private static final int LARGEST = 1024; // side of a cut: what the largest published models paint
    private static final int SMALLEST = 48; // side in the picture, below which there is nothing to invert

    /**
     * The largest face of a picture.
     *
     * @param name of the picture, for refusals
     * @throws Failure where it cannot be read, or has no face, or only a face too small
     */
    public static FaceCut of(Image picture, String name) throws IOException {
        RgbPicture read;
        try {
            read = PictureReader.read(picture.getData().toByteArray(), MOST_PIXELS);
        } catch (IOException e) {
            throw Failure.input(name + ": " + e.getMessage(), e);
        }
        List<Face> faces = FaceDetector.detect(read.rgb(), read.width(), read.height());
        if (faces.isEmpty()) {
            throw Failure.input(
                    name + " has no face that can be found: give a picture in which one looks at the camera, "
                            + "or cut the square yourself and say --aligned");
        }
        AlignedSquare square = AlignedSquare.of(faces.get(0).points());
        if (square.side() < SMALLEST) {
            throw Failure.input(String.format(
                    Locale.ROOT,
                    "%s has a face that is too small: the square about it has %.0f pixels, and at least %d are wanted",
                    name,
                    square.side(),
                    SMALLEST));
        }
        int side = (int) Math.min(LARGEST, Math.ceil(square.side()));
        return new FaceCut(
                png(square.cut(read.rgb(), read.width(), read.height(), side), side),
                faces.get(0),
                square,
                faces.size());
    }

    private static Image png(byte[] rgb, int side) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(
                    i % side,
                    i / side,
                    (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | (rgb[3 * i + 2] & 255));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return Image.newBuilder()
                .setEncoding(Encoding.PNG)
                .setData(ByteString.copyFrom(png.toByteArray()))
                .build();
    }

    /** A sentence of what was found. */
    public String told() {
        return String.format(
                Locale.ROOT,
                "%s: a square of %.0f pixels about (%.0f, %.0f), score %.2f",
                faces == 1 ? "a face" : faces + " faces, of which the largest is taken",
                square.side(),
                square.x(),
                square.y(),
                face.score());
    }

    /** The same as numbers. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("faces", faces);
        json.put("score", face.score());
        json.put("x", square.x());
        json.put("y", square.y());
        json.put("side", square.side());
        json.put("degrees", Math.toDegrees(Math.atan2(square.acrossY(), square.acrossX())));
        return json;
    }
}
