package org.styleinv.trainer.data.imported;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** Writes ZIP files as no well-behaved library does: any bytes for a name, any flag, any claim. */
final class Zips {
    static final int UTF_8 = 0x800;
    static final int ENCRYPTED = 1;
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int UNIX = 3 << 8;

    private final ByteArrayOutputStream files = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int count;

    /** A stored file with an ASCII name. */
    Zips add(String name, byte[] content) throws IOException {
        return add(name.getBytes(StandardCharsets.US_ASCII), content, 0, 0, content.length, 0100644);
    }

    Zips add(String name, Charset encoding, byte[] content) throws IOException {
        boolean said = encoding.equals(StandardCharsets.UTF_8);
        return add(name.getBytes(encoding), content, said ? UTF_8 : 0, 0, content.length, 0100644);
    }

    /** @param claimed how long it says that it is when unpacked */
    Zips add(byte[] name, byte[] content, int flags, int method, long claimed, int mode) throws IOException {
        var sum = new CRC32();
        sum.update(content);
        int offset = files.size();
        ByteBuffer shared = little(26)
                .putShort((short) 20)
                .putShort((short) flags)
                .putShort((short) method)
                .putInt(0x21 << 16) // 1980-01-01 00:00
                .putInt((int) sum.getValue())
                .putInt(content.length)
                .putInt((int) claimed)
                .putShort((short) name.length)
                .putShort((short) 0);
        files.write(little(4).putInt(LOCAL).array());
        files.write(shared.array());
        files.write(name);
        files.write(content);
        directory.write(little(6).putInt(CENTRAL).putShort((short) (UNIX | 20)).array());
        directory.write(shared.array());
        directory.write(little(14)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(mode << 16)
                .putInt(offset)
                .array());
        directory.write(name);
        count++;
        return this;
    }

    byte[] bytes() throws IOException {
        int start = files.size();
        var all = new ByteArrayOutputStream();
        files.writeTo(all);
        directory.writeTo(all);
        all.write(little(22)
                .putInt(END)
                .putInt(0)
                .putShort((short) count)
                .putShort((short) count)
                .putInt(directory.size())
                .putInt(start)
                .putShort((short) 0)
                .array());
        return all.toByteArray();
    }

    void write(Path file) throws IOException {
        Files.write(file, bytes());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
