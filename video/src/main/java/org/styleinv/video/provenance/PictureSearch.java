package org.styleinv.video.provenance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.InflaterInputStream;
import org.styleinv.video.provenance.Testimony.Found;

/** Finds the XMP packet of pictures, by what each format says of its parts; pixels are stepped over. */
final class PictureSearch {
    private static final int MOST_HEAD = 256; // of a chunk's text: keyword, language and translated keyword, of ours 22

    private static final int PIECE = 1 << 16;

    private PictureSearch() {}

    /** Chunks of length, type, content and sum; the last is IEND. */
    static Found png(Bytes file) throws IOException {
        Optional<byte[]> packet = Optional.empty();
        for (long at = 8; file.has(at, 12); ) {
            long length = file.buffer(at, 4).getInt() & 0xffffffffL;
            if (!file.has(at, 12 + length)) {
                return new Found(packet, true);
            }
            String type = file.text(at + 4, 4);
            if (type.equals("IEND")) {
                return new Found(packet, false);
            }
            if (type.equals("iTXt") && packet.isEmpty() && length <= Xmp.MOST_BYTES) {
                packet = text(file.read(at + 8, (int) length));
            }
            at += 12 + length;
        }
        return new Found(packet, true);
    }

    /** Keyword, 0, whether it is packed, how, language, 0, translated keyword, 0, text. */
    private static Optional<byte[]> text(byte[] chunk) throws IOException {
        String head = new String(chunk, 0, Math.min(chunk.length, MOST_HEAD), StandardCharsets.ISO_8859_1);
        if (!head.startsWith(PictureMark.PNG_KEYWORD + "\0")) {
            return Optional.empty();
        }
        int flags = PictureMark.PNG_KEYWORD.length() + 1;
        int language = head.indexOf('\0', flags + 2);
        int translated = language < 0 ? -1 : head.indexOf('\0', language + 1);
        if (translated < 0) {
            return Optional.empty();
        }
        var text = new ByteArrayInputStream(chunk, translated + 1, chunk.length - translated - 1);
        if (chunk[flags] == 0) {
            return Optional.of(text.readAllBytes());
        }
        try (var unpacked = new InflaterInputStream(text)) {
            byte[] packet = unpacked.readNBytes(Xmp.MOST_BYTES + 1); // no more, whatever it would grow to
            return packet.length > Xmp.MOST_BYTES ? Optional.empty() : Optional.of(packet);
        }
    }

    /** Segments of a marker and a length, until pixels begin (SOS); they end at EOI. */
    static Found jpeg(Bytes file) throws IOException {
        Optional<byte[]> packet = Optional.empty();
        String name = PictureMark.JPEG_NAME + "\0";
        long at = 2;
        while (file.has(at, 4)) {
            int marker = file.unsigned(at + 1);
            if (file.unsigned(at) != 0xff) {
                throw new UnreadableMediaException(
                        "is a JPEG with no segment where one should begin, at byte " + at + ": is it damaged?");
            }
            if (marker == 0xff) { // fills up
                at++;
                continue;
            }
            int length = file.buffer(at + 2, 2).getShort() & 0xffff;
            if (length < 2 || !file.has(at + 2, length)) {
                return new Found(packet, true);
            }
            if (marker == 0xda) {
                return new Found(packet, !ends(file, at + 2 + length));
            }
            if (marker == 0xe1
                    && packet.isEmpty()
                    && length >= 2 + name.length()
                    && file.text(at + 4, name.length()).equals(name)) {
                packet = Optional.of(file.read(at + 4 + name.length(), length - 2 - name.length()));
            }
            at += 2 + length;
        }
        return new Found(packet, true);
    }

    /** In pixels each 0xff has a 0 behind it or begins a marker. Behind EOI other things may stand: a phone's film, a map of depths. */
    private static boolean ends(Bytes file, long pixels) throws IOException {
        boolean marker = false;
        for (long at = pixels; at < file.size(); at += PIECE) {
            for (byte one : file.read(at, (int) Math.min(PIECE, file.size() - at))) {
                if (marker && (one & 255) == 0xd9) {
                    return true;
                }
                marker = (one & 255) == 0xff;
            }
        }
        return false;
    }

    /** Chunks of type, length and content, filled up to an even length. */
    static Found webp(Bytes file) throws IOException {
        Optional<byte[]> packet = Optional.empty();
        long end = 8 + (file.buffer(4, 4).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffffffffL);
        for (long at = 12; at + 8 <= end && file.has(at, 8); ) {
            long length = file.buffer(at + 4, 4).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffffffffL;
            if (!file.has(at + 8, length)) {
                break;
            }
            if (file.text(at, 4).equals("XMP ") && packet.isEmpty() && length <= Xmp.MOST_BYTES) {
                packet = Optional.of(file.read(at + 8, (int) length));
            }
            at += 8 + length + (length & 1);
        }
        return new Found(packet, file.size() < end);
    }

    /** Extensions (0x21) and pictures (0x2c) in blocks, each of up to 255 bytes, until 0x3b. */
    static Found gif(Bytes file) throws IOException {
        Optional<byte[]> packet = Optional.empty();
        if (!file.has(0, 13)) {
            return new Found(packet, true);
        }
        long at = 13 + PictureMark.gifColours((byte) file.unsigned(10));
        while (file.has(at, 1)) {
            int kind = file.unsigned(at);
            if (kind == 0x3b) {
                return new Found(packet, false);
            }
            if (kind == 0x21 && file.has(at, 14) && file.text(at + 3, 11).equals(PictureMark.GIF_NAME)) {
                long over = blocks(file, at + 14); // the magic trailer leads there, too
                if (over > 0 && packet.isEmpty() && over - at <= Xmp.MOST_BYTES) {
                    byte[] all = file.read(at + 14, (int) (over - at - 14));
                    packet = Optional.of(Arrays.copyOf(all, Math.max(0, all.length - 258)));
                }
                at = over;
            } else if (kind == 0x21) {
                at = blocks(file, at + 2);
            } else if (kind == 0x2c && file.has(at, 11)) {
                at = blocks(file, at + 11 + PictureMark.gifColours((byte) file.unsigned(at + 9)));
            } else {
                return new Found(packet, true);
            }
            if (at < 0) {
                return new Found(packet, true);
            }
        }
        return new Found(packet, true);
    }

    /** Where blocks are over that begin at {@code at}; below 0 if the file is before. */
    private static long blocks(Bytes file, long at) throws IOException {
        long next = at;
        while (file.has(next, 1)) {
            int length = file.unsigned(next);
            next += 1 + length;
            if (length == 0) {
                return next;
            }
        }
        return -1;
    }
}
