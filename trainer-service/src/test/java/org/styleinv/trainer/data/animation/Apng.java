package org.styleinv.trainer.data.animation;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Writes animated PNG as its specification reads (PNG, third edition, 11.3), frame by frame. */
public final class Apng {
    private record Chunk(String kind, byte[] data) {}

    /** @param over whether the frame is laid over what is there, or takes its place */
    public record Frame(BufferedImage image, int x, int y, int numerator, int denominator, boolean over) {}

    private Apng() {}

    /** @param poster a first picture that is no frame, or null */
    public static byte[] of(BufferedImage poster, List<Frame> frames) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
        int number = 0;
        boolean head = false;
        if (poster != null) {
            head(out, chunks(poster), frames.size());
            head = true;
            data(out, chunks(poster), -1);
        }
        for (Frame frame : frames) {
            List<Chunk> chunks = chunks(frame.image);
            boolean first = !head;
            if (first) {
                head(out, chunks, frames.size());
                head = true;
            }
            ByteBuffer control = ByteBuffer.allocate(26);
            control.putInt(number++).putInt(frame.image.getWidth()).putInt(frame.image.getHeight());
            control.putInt(frame.x).putInt(frame.y);
            control.putShort((short) frame.numerator).putShort((short) frame.denominator);
            control.put((byte) 0).put((byte) (frame.over ? 1 : 0));
            write(out, "fcTL", control.array());
            data(out, chunks, first ? -1 : number);
            number += first
                    ? 0
                    : (int) chunks.stream()
                            .filter(chunk -> chunk.kind.equals("IDAT"))
                            .count();
        }
        write(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void head(ByteArrayOutputStream out, List<Chunk> chunks, int frames) throws IOException {
        write(out, "IHDR", chunks.get(0).data);
        write(out, "acTL", ByteBuffer.allocate(8).putInt(frames).putInt(0).array());
        for (Chunk chunk : chunks) {
            if (chunk.kind.equals("PLTE") || chunk.kind.equals("tRNS")) {
                write(out, chunk.kind, chunk.data);
            }
        }
    }

    /** @param number of the first chunk in the order of frames, -1 for a picture's own data */
    private static void data(ByteArrayOutputStream out, List<Chunk> chunks, int number) throws IOException {
        for (Chunk chunk : chunks) {
            if (chunk.kind.equals("IDAT")) {
                if (number < 0) {
                    write(out, "IDAT", chunk.data);
                } else {
                    write(
                            out,
                            "fdAT",
                            ByteBuffer.allocate(4 + chunk.data.length)
                                    .putInt(number++)
                                    .put(chunk.data)
                                    .array());
                }
            }
        }
    }

    private static List<Chunk> chunks(BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        ByteBuffer bytes = ByteBuffer.wrap(png.toByteArray()).position(8);
        List<Chunk> chunks = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] data = new byte[bytes.getInt()];
            byte[] kind = new byte[4];
            bytes.get(kind).get(data).getInt();
            chunks.add(new Chunk(new String(kind, StandardCharsets.ISO_8859_1), data));
        }
        return chunks;
    }

    private static void write(ByteArrayOutputStream out, String kind, byte[] data) throws IOException {
        byte[] named = ByteBuffer.allocate(4 + data.length)
                .put(kind.getBytes(StandardCharsets.ISO_8859_1))
                .put(data)
                .array();
        CRC32 check = new CRC32();
        check.update(named);
        out.write(ByteBuffer.allocate(4).putInt(data.length).array());
        out.write(named);
        out.write(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
    }
}
