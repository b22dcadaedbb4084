package org.styleinv.video.provenance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.video.provenance.Testimony.Found;

/** Finds the XMP packet of videos; frames are stepped over. */
final class MovieSearch {
    // Elements of Matroska (RFC 9559, 5.1).
    private static final long SEGMENT = 0x18538067L;
    private static final long CLUSTER = 0x1F43B675L;
    private static final long TAGS = 0x1254C367L;
    private static final long TAG = 0x7373L;
    private static final long SIMPLE_TAG = 0x67C8L;
    private static final long TAG_NAME = 0x45A3L;
    private static final long TAG_STRING = 0x4487L;

    private MovieSearch() {}

    /** Boxes of size and type, the size 1 if it follows in 64 bits, and 0 to the end (ISO/IEC 14496-12, 4.2). */
    static Found mp4(Bytes file) throws IOException {
        Optional<byte[]> packet = Optional.empty();
        boolean movie = false;
        long at = 0;
        while (file.has(at, 8)) {
            long size = file.buffer(at, 4).getInt() & 0xffffffffL;
            String type = file.text(at + 4, 4);
            int head = 8;
            if (size == 1 && file.has(at, 16)) {
                size = file.buffer(at + 8, 8).getLong();
                head = 16;
            } else if (size == 0) {
                size = file.size() - at;
            }
            if (size < head || !file.has(at, size)) {
                return new Found(packet, true);
            }
            movie |= type.equals("moov");
            if (type.equals("uuid")
                    && packet.isEmpty()
                    && size >= head + 16
                    && size <= Xmp.MOST_BYTES
                    && Arrays.equals(file.read(at + head, 16), MovieMark.XMP_UUID)) {
                packet = Optional.of(file.read(at + head + 16, (int) size - head - 16));
            }
            at += size;
        }
        return new Found(packet, !movie || at < file.size());
    }

    /** An element's place: where its content begins and ends. */
    private record Element(long id, long from, long to, boolean unknown) {}

    /** Tags of the whole file, which stand before or behind its frames. */
    static Found matroska(Bytes file) throws IOException {
        Element header = element(file, 0, Long.MAX_VALUE);
        Element segment = header == null ? null : element(file, header.to(), Long.MAX_VALUE);
        if (segment == null || segment.id() != SEGMENT) {
            return new Found(Optional.empty(), true);
        }
        Optional<byte[]> packet = Optional.empty();
        boolean frames = false;
        long end = segment.unknown() ? file.size() : segment.to();
        long at = segment.from();
        while (at < Math.min(end, file.size())) {
            Element part = element(file, at, end);
            if (part == null || part.to() > file.size()) {
                return new Found(packet, true);
            }
            if (part.id() == TAGS && packet.isEmpty()) {
                packet = tags(file, part);
            }
            frames |= part.id() == CLUSTER;
            at = part.to(); // one of unknown size, which is a live cluster, goes to the end
        }
        return new Found(packet, !frames || at < end);
    }

    private static Optional<byte[]> tags(Bytes file, Element tags) throws IOException {
        for (long at = tags.from(); at < tags.to(); ) {
            Element tag = element(file, at, tags.to());
            if (tag == null) {
                break;
            }
            for (long in = tag.from(); tag.id() == TAG && in < tag.to(); ) {
                Element simple = element(file, in, tag.to());
                if (simple == null) {
                    break;
                }
                Optional<byte[]> packet = simple.id() == SIMPLE_TAG ? packet(file, simple) : Optional.empty();
                if (packet.isPresent()) {
                    return packet;
                }
                in = simple.to();
            }
            at = tag.to();
        }
        return Optional.empty();
    }

    private static Optional<byte[]> packet(Bytes file, Element simple) throws IOException {
        String name = "";
        byte[] text = {};
        for (long at = simple.from(); at < simple.to(); ) {
            Element part = element(file, at, simple.to());
            if (part == null || part.to() - part.from() > Xmp.MOST_BYTES) {
                break;
            }
            byte[] content = file.read(part.from(), (int) (part.to() - part.from()));
            if (part.id() == TAG_NAME) {
                name = new String(content, StandardCharsets.UTF_8);
            } else if (part.id() == TAG_STRING) {
                text = content;
            }
            at = part.to();
        }
        return name.equals(MovieMark.XMP_TAG) ? Optional.of(text) : Optional.empty();
    }

    /** The element at a place within {@code end}; null where none is whole up to its content, or goes beyond its parent. */
    private static @Nullable Element element(Bytes file, long at, long end) throws IOException {
        if (!file.has(at, 2)) {
            return null;
        }
        int idLength = Integer.numberOfLeadingZeros(file.unsigned(at)) - 23; // of its first byte's bits
        if (idLength > 4 || !file.has(at, idLength + 1L)) {
            return null;
        }
        long id = number(file.read(at, idLength), 0);
        int first = file.unsigned(at + idLength);
        int sizeLength = Integer.numberOfLeadingZeros(first) - 23;
        if (sizeLength > 8 || !file.has(at + idLength, sizeLength)) {
            return null;
        }
        long size = number(file.read(at + idLength, sizeLength), 1 << (8 - sizeLength));
        boolean unknown = size == (1L << (7 * sizeLength)) - 1;
        long from = at + idLength + sizeLength;
        long to = unknown ? Math.min(end, file.size()) : from + size;
        return to < from || to > end ? null : new Element(id, from, to, unknown);
    }

    /** A number of big-endian bytes, without the bit that tells its length. */
    private static long number(byte[] bytes, int lengthBit) {
        long number = bytes[0] & 255 & ~lengthBit;
        for (int i = 1; i < bytes.length; i++) {
            number = number << 8 | bytes[i] & 255;
        }
        return number;
    }
}
