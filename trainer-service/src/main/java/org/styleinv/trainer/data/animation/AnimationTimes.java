package org.styleinv.trainer.data.animation;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How long each frame of an animated WebP or PNG is shown, as its container says: OpenCV rounds PNG's fractions to whole
 * milliseconds, and of a file that ends early it says nothing. WebP container specification; PNG (third edition), 11.3.
 *
 * @param seconds of each frame
 */
record AnimationTimes(double[] seconds) {
    private static final String PNG = "\u0089PNG\r\n\u001a\n";
    private static final double SHORTEST = 0.0101; // seconds: up to 10 ms is no wish, and browsers show such frames
    private static final double USUAL = 0.1; // that long

    /** @throws IOException saying what is wrong, where the file is damaged or ends early */
    static AnimationTimes of(byte[] file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        List<Double> seconds = new ArrayList<>();
        try {
            if (isPng(file)) {
                png(bytes, seconds);
            } else if (isWebp(file)) {
                webp(bytes.order(ByteOrder.LITTLE_ENDIAN), seconds);
            } else {
                throw new IOException("is neither WebP nor PNG");
            }
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
            throw new IOException("ends after " + file.length + " bytes, in its frame " + seconds.size()
                    + ": it is truncated or damaged");
        }
        if (seconds.isEmpty()) {
            throw new IOException("has no frame that moves: it is a picture");
        }
        return new AnimationTimes(seconds.stream()
                .mapToDouble(each -> each < SHORTEST ? USUAL : each)
                .toArray());
    }

    static boolean isPng(byte[] head) {
        return text(head, 0, 8).equals(PNG);
    }

    static boolean isWebp(byte[] head) {
        return text(head, 0, 4).equals("RIFF") && text(head, 8, 4).equals("WEBP");
    }

    private static void webp(ByteBuffer bytes, List<Double> seconds) {
        bytes.position(4);
        long size = Integer.toUnsignedLong(bytes.getInt());
        int end = Math.toIntExact(Math.min(8 + size, Integer.MAX_VALUE));
        bytes.position(12);
        while (bytes.position() + 8 <= end) {
            String kind = kind(bytes);
            long length = Integer.toUnsignedLong(bytes.getInt());
            int start = bytes.position();
            if (kind.equals("ANMF")) {
                bytes.position(start + 12); // behind the frame's place and size
                int low = Short.toUnsignedInt(bytes.getShort());
                seconds.add((low | (bytes.get() & 255) << 16) / 1000.0);
            }
            bytes.position(Math.toIntExact(start + length + Math.min(length % 2, Math.max(0, end - start - length))));
        }
    }

    private static void png(ByteBuffer bytes, List<Double> seconds) throws IOException {
        bytes.position(8);
        int frames = 0;
        while (true) {
            long length = Integer.toUnsignedLong(bytes.getInt());
            String kind = kind(bytes);
            int start = bytes.position();
            if (kind.equals("acTL")) {
                frames = bytes.getInt();
            } else if (kind.equals("fcTL")) {
                bytes.position(start + 20);
                int numerator = Short.toUnsignedInt(bytes.getShort());
                int denominator = Short.toUnsignedInt(bytes.getShort());
                seconds.add(numerator / (denominator == 0 ? 100.0 : denominator));
            } else if (kind.equals("IEND")) {
                break;
            }
            bytes.position(Math.toIntExact(start + length + 4));
        }
        if (seconds.size() != frames) {
            throw new IOException(
                    "has " + seconds.size() + " of the " + frames + " frames that it says: it is damaged");
        }
    }

    private static String kind(ByteBuffer bytes) {
        byte[] kind = new byte[4];
        bytes.get(kind);
        return new String(kind, StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] file, int from, int length) {
        return from + length > file.length ? "" : new String(file, from, length, StandardCharsets.ISO_8859_1);
    }
}
