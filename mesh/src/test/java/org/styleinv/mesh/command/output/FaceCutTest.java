package org.styleinv.mesh.command.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.Image;

/** On the picture that comes along, a drawn face. */
class FaceCutTest {
    private static BufferedImage picture(int width, int height, int side, int... places) throws IOException {
        BufferedImage drawn = ImageIO.read(
                new ByteArrayInputStream(PictureFile.bundled().getData().toByteArray()));
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(new Color(120, 130, 140));
        graphics.fillRect(0, 0, width, height);
        for (int i = 0; i < places.length; i++) {
            graphics.drawImage(drawn, places[i], 20, side - 40 * i, side - 40 * i, null);
        }
        graphics.dispose();
        return picture;
    }

    private static Image image(BufferedImage picture) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", png);
        return Image.newBuilder()
                .setData(ByteString.copyFrom(png.toByteArray()))
                .build();
    }

    @Test
    void theLargestOfSeveralIsCutAndSaid() throws IOException {
        FaceCut one = FaceCut.of(image(picture(400, 300, 220, 40)), "one.png");
        assertEquals(1, one.faces(), one.told());
        FaceCut two = FaceCut.of(image(picture(600, 300, 240, 320, 20)), "two.png");
        assertEquals(2, two.faces(), two.told());
        assertTrue(two.square().x() > 320, two.told());
        assertTrue(two.told().startsWith("2 faces, of which the largest is taken: a square of "), two.told());
        BufferedImage cut =
                ImageIO.read(new ByteArrayInputStream(two.cut().getData().toByteArray()));
        assertEquals(Math.ceil(two.square().side()), cut.getWidth());
        assertEquals(cut.getWidth(), cut.getHeight());
    }

    @Test
    void whatHasNoFaceIsRefusedByName() throws IOException {
        Image empty = image(picture(200, 200, 100));
        assertTrue(assertThrows(Failure.class, () -> FaceCut.of(empty, "sea.png"))
                .getMessage()
                .startsWith("sea.png has no face that can be found"));
        Image text = Image.newBuilder()
                .setData(ByteString.copyFrom("no picture", StandardCharsets.UTF_8))
                .build();
        assertTrue(assertThrows(Failure.class, () -> FaceCut.of(text, "notes.txt"))
                .getMessage()
                .startsWith("notes.txt: "));
    }
}
