package org.styleinv.network.checkpoint.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.styleinv.network.file.FileRefused;

/** The bytes of a pickle, read in order. What would pass the end, or cost more memory than a file may, is refused. */
final class PickleInput {
    /** How much of the heap the objects of one file may take, roughly. */
    private static final long BUDGET = 192L << 20;

    private static final int OBJECT = 96;
    private static final int LONG_TEXT = 4096;
    private static final int LONG_TEXT_READS = 256;
    /** Going over so many bytes counts as much as keeping one. */
    static final int SCAN = 16;

    private final Path file;
    private final ByteBuffer bytes;
    private final boolean nested;
    private final long[] left; // shared with the pickles inside this one

    private PickleInput(Path file, ByteBuffer bytes, boolean nested, long[] left) {
        this.file = file;
        this.nested = nested;
        this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.left = left;
    }

    PickleInput(Path file, ByteBuffer bytes) {
        this(file, bytes, false, new long[] {BUDGET});
    }

    /** A stream that lies in this one; none lies in that. */
    PickleInput nested(ByteBuffer inner) throws FileRefused {
        if (nested) {
            throw refuse("has a stream in a stream in a stream, which no checkpoint has");
        }
        spend(inner.limit() / SCAN); // so that one that is named again and again ends
        return new PickleInput(file, inner, true, left);
    }

    FileRefused refuse(String what) {
        return new FileRefused(file + " " + what);
    }

    int position() {
        return bytes.position();
    }

    /** Accounts for an object of about that many bytes more than the smallest. */
    void spend(long more) throws FileRefused {
        left[0] -= OBJECT + more;
        if (left[0] < 0) {
            throw refuse("has more objects than a checkpoint can have, so it is refused");
        }
    }

    int u1() throws FileRefused {
        return need(1).get() & 0xff;
    }

    int u2() throws FileRefused {
        return need(2).getShort() & 0xffff;
    }

    int i4() throws FileRefused {
        return need(4).getInt();
    }

    long u4() throws FileRefused {
        return i4() & 0xffffffffL;
    }

    long i8() throws FileRefused {
        return need(8).getLong();
    }

    /** A double, big-endian as Python writes it. */
    double bigEndianDouble() throws FileRefused {
        return Double.longBitsToDouble(Long.reverseBytes(i8()));
    }

    /** The next {@code length} bytes, unread: a length field that lies is refused before anything is made. */
    ByteBuffer take(long length) throws FileRefused {
        if (length < 0 || length > bytes.remaining()) {
            throw refuse("is damaged: at byte " + position() + " it announces " + Long.toUnsignedString(length)
                    + " bytes, but only " + bytes.remaining() + " follow");
        }
        ByteBuffer taken = bytes.slice(position(), (int) length);
        bytes.position(position() + (int) length);
        return taken;
    }

    private ByteBuffer need(int count) throws FileRefused {
        if (bytes.remaining() < count) {
            throw refuse("ends early, at byte " + bytes.limit() + ": copy or download it again");
        }
        return bytes;
    }

    byte[] array(int length) throws FileRefused {
        byte[] array = new byte[length];
        take(length).get(array);
        return array;
    }

    /** UTF-8 as a String, or as {@link LongText} where it is longer than any name. */
    Object text(long length) throws FileRefused {
        ByteBuffer taken = take(length);
        if (length > LONG_TEXT) {
            return new LongText(taken);
        }
        spend(2 * length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(taken).toString();
        } catch (CharacterCodingException e) {
            throw refuse("is damaged: the text before byte " + position() + " is not UTF-8");
        }
    }

    /** Text of Python 2, whose bytes and text are one type. */
    Object oldText(long length) throws FileRefused {
        ByteBuffer taken = take(length);
        spend(2 * Math.min(length, LONG_TEXT));
        return length > LONG_TEXT
                ? Bytes.of(taken)
                : StandardCharsets.ISO_8859_1.decode(taken).toString();
    }

    /** A line of a text opcode. */
    String line() throws FileRefused {
        StringBuilder line = new StringBuilder();
        for (int c; (c = u1()) != '\n'; ) {
            line.append((char) c);
            if (line.length() > LONG_TEXT) {
                throw refuse("is damaged: the line before byte " + position() + " has no end");
            }
        }
        spend(2L * line.length());
        return line.toString();
    }

    /** A text too long to be kept: source code, or bytes that protocol 2 wrote as text. */
    record LongText(ByteBuffer utf8) {
        /** The bytes that protocol 2 wrote as text, one character for each. */
        Bytes latin1(PickleInput input) throws FileRefused {
            long length = 0;
            for (int i = 0; i < utf8.limit(); i++) {
                length += (utf8.get(i) & 0xc0) != 0x80 ? 1 : 0;
            }
            if (!isLatin1()) {
                throw input.refuse("is damaged: bytes written as text hold a character that is no byte");
            }
            long count = length;
            return new Bytes() {
                @Override
                public long length() {
                    return count;
                }

                private int reads;

                @Override
                public ByteBuffer read(long offset, long length) throws IOException {
                    if (++reads > LONG_TEXT_READS) { // each goes over all of it
                        throw input.refuse("has more than " + LONG_TEXT_READS + " tensors in one text of bytes");
                    }
                    ByteBuffer to = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
                    for (int i = 0; i < utf8.limit(); i++) {
                        int first = utf8.get(i) & 0xff;
                        to.put((byte) (first < 0x80 ? first : (first & 3) << 6 | utf8.get(++i) & 0x3f));
                    }
                    return to.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
                }
            };
        }

        private boolean isLatin1() {
            for (int i = 0; i < utf8.limit(); i++) {
                int first = utf8.get(i) & 0xff;
                if (first >= 0x80) {
                    if (first != 0xc2 && first != 0xc3 || ++i >= utf8.limit() || (utf8.get(i) & 0xc0) != 0x80) {
                        return false;
                    }
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return "a text of " + utf8.limit() + " bytes";
        }
    }

    /** How the bytes begin, for a sentence. */
    static String beginning(ByteBuffer bytes) {
        byte[] first = new byte[Math.min(4, bytes.limit())];
        bytes.get(0, first);
        return HexFormat.ofDelimiter(" ").formatHex(first);
    }
}
