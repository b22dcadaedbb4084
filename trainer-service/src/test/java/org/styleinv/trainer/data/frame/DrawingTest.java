package org.styleinv.trainer.data.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.trainer.data.file.Kinds;

class DrawingTest {
    private static final String HEAD = "<svg xmlns=\"http://www.w3.org/2000/svg\" ";
    private static final int BACKGROUND = 0x102030;

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("a.svg"), text);
    }

    private static int pixel(Drawing drawing, byte[] frame, double x, double y) {
        int at = 3 * ((int) (y * drawing.height()) * drawing.width() + (int) (x * drawing.width()));
        return (frame[at] & 255) << 16 | (frame[at + 1] & 255) << 8 | frame[at + 2] & 255;
    }

    @Test
    void aDrawingIsOneFrameOnTheBackground() throws IOException {
        Drawing drawing = new Drawing(
                file(HEAD + "viewBox=\"0 0 32 16\"><rect x=\"16\" width=\"16\" height=\"16\" fill=\"#ff8000\"/></svg>"),
                BACKGROUND);
        assertEquals(Drawing.SIDE, drawing.width());
        assertEquals(Drawing.SIDE / 2, drawing.height());
        assertEquals(1, drawing.claimedFrames());
        byte[] frame = drawing.next().orElseThrow();
        assertEquals(BACKGROUND, pixel(drawing, frame, 0.25, 0.5));
        assertEquals(0xff8000, pixel(drawing, frame, 0.75, 0.5));
        assertTrue(drawing.next().isEmpty());
    }

    /** A file of the machine, or of another one, would else come into the training data. */
    @Test
    void nothingThatADrawingNamesIsOpened() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            calls.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        try {
            String there = "http://localhost:" + server.getAddress().getPort() + "/";
            Path picture = folder.resolve("secret.png");
            new Picture(1, 1, new byte[] {(byte) 255, 0, 0}).write(picture);
            String size = "width=\"8\" height=\"8\"";
            String body = HEAD + size + ">";
            for (String text : new String[] {
                body + "<image " + size + " href=\"secret.png\"/></svg>",
                body + "<image " + size + " href=\"" + picture.toUri() + "\"/></svg>",
                body + "<image " + size + " href=\"" + there + "a.png\"/></svg>",
                body + "<use href=\"" + there + "a.svg#a\"/></svg>",
                body + "<style>@import url(\"" + there + "a.css\");</style></svg>",
                "<!DOCTYPE svg SYSTEM \"" + there + "a.dtd\">" + body + "</svg>",
                "<!DOCTYPE svg [<!ENTITY a SYSTEM \"" + there + "a\">]>" + body + "<text>&a;</text></svg>",
            }) {
                byte[] frame;
                try {
                    frame = new Drawing(file(text), BACKGROUND).next().orElseThrow();
                } catch (IOException e) {
                    continue; // refused is as good
                }
                byte[] plain =
                        new Drawing(file(body + "</svg>"), BACKGROUND).next().orElseThrow();
                assertArrayEquals(plain, frame, text);
            }
            assertEquals(0, calls.get());
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<svg",
                "no drawing",
                "<html></html>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 0 8\"></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8000 8\"></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 nan 8\" width=\"-1\"></svg>",
            })
    void whatCannotBeDrawnIsRefusedInASentence(String text) throws IOException {
        Path file = file(text);
        String said = assertThrows(IOException.class, () -> new Drawing(file, BACKGROUND))
                .getMessage();
        assertTrue(said.startsWith("is ") || said.startsWith("cannot "), said);
    }

    /** Laughs by a billion: entities that unfold, groups without end, uses of uses. */
    @Test
    void aDrawingThatUnfoldsIsBounded() throws IOException {
        StringBuilder entities = new StringBuilder("<!DOCTYPE svg [<!ENTITY a0 \"ha\">");
        StringBuilder uses =
                new StringBuilder(HEAD + "viewBox=\"0 0 8 8\"><defs><g id=\"g0\"><rect width=\"1\" height=\"1\"/></g>");
        for (int i = 1; i < 30; i++) {
            entities.append("<!ENTITY a")
                    .append(i)
                    .append(" \"")
                    .append(("&a" + (i - 1) + ";").repeat(10))
                    .append("\">");
            uses.append("<g id=\"g")
                    .append(i)
                    .append("\">")
                    .append(("<use href=\"#g" + (i - 1) + "\"/>").repeat(10))
                    .append("</g>");
        }
        entities.append("]>").append(HEAD).append("width=\"8\" height=\"8\"><text>&a29;</text></svg>");
        uses.append("</defs><use href=\"#g29\"/></svg>");
        for (String text : new String[] {
            entities.toString(), uses.toString(), HEAD + "width=\"8\" height=\"8\">" + "<g>".repeat(100_000)
        }) {
            Path file = file(text);
            try {
                new Drawing(file, BACKGROUND);
            } catch (IOException e) {
                assertFalse(e.getMessage().isEmpty());
            }
        }
    }

    @Test
    void aDrawingIsKnownByItsTextAndElseByItsName() {
        assertTrue(drawing("a", "<svg width=\"1\">"));
        assertTrue(drawing("a", "\ufeff<?xml version=\"1.0\"?>\n<!-- made by x -->\n<svg>"));
        assertTrue(drawing("A.SVG", "<!-- a long comment"));
        assertFalse(drawing("a.html", "<html><svg></svg></html>"));
        assertFalse(drawing("a.svg", "GIF89a"));
    }

    private static boolean drawing(String name, String text) {
        return Kinds.isDrawing(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
