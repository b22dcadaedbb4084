package org.styleinv.video.provenance;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts an origin into videos: a box {@code uuid} of MP4 (ISO 16684-1's annex), tags of Matroska. */
public final class MovieMark {
    static final byte[] XMP_UUID = ByteBuffer.allocate(16)
            .putLong(0xBE7ACFCB97A942E8L)
            .putLong(0x9C71999491E3AFACL)
            .array();
    static final String XMP_TAG = "XMP"; // Matroska has no place of its own for a packet

    private MovieMark() {}

    /** The box that holds an origin, which may stand anywhere between the boxes of an MP4. */
    public static byte[] box(Origin origin) {
        byte[] packet = Xmp.packet(origin);
        return ByteBuffer.allocate(8 + XMP_UUID.length + packet.length)
                .putInt(8 + XMP_UUID.length + packet.length)
                .put("uuid".getBytes(StandardCharsets.US_ASCII))
                .put(XMP_UUID)
                .put(packet)
                .array();
    }

    /** Appends the box to an MP4 that is whole: what stands before it keeps its place, to which the index points. */
    public static void mp4(Path file, Origin origin) throws IOException {
        Files.write(file, box(origin), StandardOpenOption.APPEND);
    }

    /** The tags of a Matroska or WebM, by name: the term alone, which any player shows, and the whole packet. */
    public static Map<String, String> tags(Origin origin) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("DIGITAL_SOURCE_TYPE", origin.kind().term());
        tags.put(XMP_TAG, new String(Xmp.packet(origin), StandardCharsets.UTF_8));
        return tags;
    }

    /**
     * Passes an MP4 on that is written in fragments, with the box between its header ({@code moov}) and the first of them; it
     * is found while it goes by, and nothing is held back.
     */
    public static OutputStream behindHeader(OutputStream out, Origin origin) {
        return new BehindHeader(out, box(origin));
    }

    /**
     * <pre>
     * HEAD (8 bytes: size, type) --> BODY (size - 8 bytes) --> HEAD ...   moov's body is over --> DONE, all is passed on
     * </pre>
     */
    private static final class BehindHeader extends FilterOutputStream {
        private final byte[] box;
        private final ByteBuffer head = ByteBuffer.allocate(8);
        private long left; // bytes of the body
        private boolean header; // whether the body is moov's
        private boolean done;

        BehindHeader(OutputStream out, byte[] box) {
            super(out);
            this.box = box;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int at = from;
            int end = from + length;
            while (!done && at < end) {
                int taken = left > 0 ? (int) Math.min(left, end - at) : Math.min(head.remaining(), end - at);
                out.write(bytes, at, taken);
                if (left > 0) {
                    left -= taken;
                } else {
                    begin(bytes, at, taken);
                }
                at += taken;
                if (header && left == 0) {
                    out.write(box);
                    done = true;
                }
            }
            out.write(bytes, at, end - at);
        }

        private void begin(byte[] bytes, int at, int taken) {
            head.put(bytes, at, taken);
            if (!head.hasRemaining()) {
                left = (head.getInt(0) & 0xffffffffL) - 8;
                header = head.getInt(4) == 0x6d6f6f76; // moov
                head.clear();
            }
        }
    }
}
