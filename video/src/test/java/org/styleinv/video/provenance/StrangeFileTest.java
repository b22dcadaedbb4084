package org.styleinv.video.provenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.video.GifWriter;
import org.styleinv.video.Segment;
import org.styleinv.video.VideoForm;
import org.styleinv.video.VideoWriter;
import org.styleinv.video.WebP;

/** Files of anybody: of other programs, harmful, and cut short. */
class StrangeFileTest {
    private static final Origin ORIGIN =
            Origin.generated("5eed sketch=fade", "seed=7&motion_seed=3&variant=base%2Csketch%40150&note=\"<&>\"");
    private static final int SIDE = 64;

    @TempDir
    private Path folder;

    private static byte[] rgb(int frame) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % SIDE * 2 + frame * 20);
        }
        return rgb;
    }

    private static BufferedImage picture() {
        var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        byte[] rgb = rgb(1);
        for (int i = 0; i < SIDE * SIDE; i++) {
            picture.setRGB(
                    i % SIDE, i / SIDE, (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255);
        }
        return picture;
    }

    private static byte[] encoded(String format) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(picture(), format, out);
        return out.toByteArray();
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static byte[] gif(int frames) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gif = new GifWriter(out, SIDE, SIDE, 25, ORIGIN)) {
            for (int i = 0; i < frames; i++) {
                gif.write(rgb(i));
            }
        }
        return out.toByteArray();
    }

    @Test
    void aPacketOfAnotherProgramIsRead() throws IOException {
        String xmp =
                "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
                        + "<rdf:Description xmlns:q='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'><q:DigitalSourceType>"
                        + Origin.Kind.GENERATED.term()
                        + "</q:DigitalSourceType></rdf:Description></rdf:RDF></x:xmpmeta>";
        Testimony said = Testimony.of(file("a.png", withText(xmp.getBytes(StandardCharsets.UTF_8), true)));
        assertTrue(said.generated());
        assertEquals("", said.tool());
    }

    private static byte[] withText(byte[] packet, boolean packed) throws IOException {
        byte[] png = encoded("png");
        var content = new ByteArrayOutputStream();
        content.writeBytes(
                ("iTXtXML:com.adobe.xmp\0" + (packed ? "\1" : "\0") + "\0\0\0").getBytes(StandardCharsets.ISO_8859_1));
        if (packed) {
            try (var deflater = new DeflaterOutputStream(content)) {
                deflater.write(packet);
            }
        } else {
            content.writeBytes(packet);
        }
        var sum = new CRC32();
        sum.update(content.toByteArray());
        var out = new ByteArrayOutputStream();
        out.write(png, 0, PictureMark.PNG_HEAD);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.size() - 4).array());
        out.writeBytes(content.toByteArray());
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        out.write(png, PictureMark.PNG_HEAD, png.length - PictureMark.PNG_HEAD);
        return out.toByteArray();
    }

    /** A packet is anybody's: it has no files of this machine read, and no memory filled. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
                "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>",
                "no xml at all",
                ""
            })
    void aHarmfulPacketIsRefused(String packet) throws IOException {
        Path file = file("a.png", withText(packet.getBytes(StandardCharsets.UTF_8), false));
        String told = assertThrows(UnreadableMediaException.class, () -> Testimony.of(file))
                .getMessage();
        assertTrue(told.startsWith("has an XMP packet"), told);
    }

    @Test
    void aPackedPacketIsUnpackedToABoundOnly() throws IOException {
        assertTrue(Testimony.of(file("a.png", withText(new byte[Xmp.MOST_BYTES + 1], true)))
                .silent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "#!/bin/sh\necho a text\n", "RIFF....WAVE", "GIF87"})
    void whatIsNoPictureIsRefused(String content) throws IOException {
        Path file = file("a", content.getBytes(StandardCharsets.UTF_8));
        String told = assertThrows(UnreadableMediaException.class, () -> Testimony.of(file))
                .getMessage();
        assertTrue(told.endsWith("name a picture or a video"), told);
        assertThrows(NoSuchFileException.class, () -> Testimony.of(folder.resolve("none")));
    }

    /** Whatever a file is cut to, it is read as far as it goes, or refused in a sentence. */
    @Test
    void everyBeginningIsReadOrRefused() throws IOException {
        byte[][] wholes = {
            PictureMark.png(encoded("png"), ORIGIN),
            PictureMark.jpeg(encoded("jpeg"), ORIGIN),
            PictureMark.webp(WebP.of(SIDE, SIDE, rgb(1)), ORIGIN),
            gif(2),
            Segment.header(SIDE, SIDE, 25, 1, ORIGIN),
            webm()
        };
        Path file = folder.resolve("part");
        for (byte[] whole : wholes) {
            for (int length = 1; length < whole.length; length += 1 + length / 15) {
                Files.write(file, Arrays.copyOf(whole, length));
                try {
                    Testimony said = Testimony.of(file);
                    assertTrue(said.generated() || said.cut() || length > 0.9 * whole.length, said + " at " + length);
                } catch (UnreadableMediaException e) {
                    assertFalse(e.getMessage().isEmpty());
                }
            }
        }
    }

    private static byte[] webm() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var writer = new VideoWriter(out, VideoForm.WEBM_STREAM, SIDE, SIDE, 25, 1, ORIGIN)) {
            writer.write(rgb(0));
        }
        return out.toByteArray();
    }

    @Test
    void aRequestBeyondAJpegsRoomIsSaidNotCut() {
        var long64k = Origin.generated("5eed", "x".repeat(70_000));
        String told = assertThrows(IllegalArgumentException.class, () -> PictureMark.jpeg(encoded("jpeg"), long64k))
                .getMessage();
        assertTrue(told.contains("65533"), told);
    }

    /** A phone's picture that moves has a film behind it, and one with depths a second picture. */
    @Test
    void whatStandsBehindAJpegDoesNotCutItShort() throws IOException {
        byte[] jpeg = encoded("jpeg");
        byte[] longer = Arrays.copyOf(jpeg, jpeg.length + 200_000);
        Testimony whole = Testimony.of(file("moves.jpg", longer));
        assertTrue(whole.silent() && !whole.cut(), whole.toString());
        byte[] cut = Arrays.copyOf(jpeg, jpeg.length - 2);
        assertThrows(UnreadableMediaException.class, () -> Testimony.of(file("cut.jpg", cut)));
    }
}
