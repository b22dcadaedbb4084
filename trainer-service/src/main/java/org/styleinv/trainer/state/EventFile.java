package org.styleinv.trainer.state;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Figures in the form that TensorBoard reads: a record is its length, a masked CRC-32C of that, an {@code Event} in
 * protobuf, and a masked CRC-32C of that. Each start of a run writes a file of its own; TensorBoard joins them by step.
 */
public final class EventFile {
    private final Path file;

    /** @param seconds wall-clock seconds since 1970, part of the file's name */
    public EventFile(Path folder, double seconds) throws IOException {
        file = folder.resolve(String.format(Locale.ROOT, "events.out.tfevents.%010d.styleinv", (long) seconds));
        append(event(seconds, 0, field(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8))));
    }

    public Path file() {
        return file;
    }

    /** Writes one value under each tag. */
    public void scalars(double seconds, long step, Map<String, Double> values) throws IOException {
        var summary = new ByteArrayOutputStream();
        values.forEach((tag, value) -> {
            byte[] name = field(1, tag.getBytes(StandardCharsets.UTF_8));
            ByteBuffer number = little(5).put((byte) (2 << 3 | 5)).putFloat(value.floatValue());
            summary.writeBytes(field(1, concat(name, number.array())));
        });
        append(event(seconds, step, field(5, summary.toByteArray())));
    }

    /** Writes a picture, as the bytes of a PNG file. */
    public void image(double seconds, long step, String tag, int width, int height, byte[] png) throws IOException {
        byte[] image = concat(number(1, height), number(2, width), number(3, 3), field(4, png));
        byte[] value = concat(field(1, tag.getBytes(StandardCharsets.UTF_8)), field(4, image));
        append(event(seconds, step, field(5, field(1, value))));
    }

    private static byte[] event(double seconds, long step, byte[] what) {
        byte[] time = little(9).put((byte) (1 << 3 | 1)).putDouble(seconds).array();
        return concat(time, step == 0 ? new byte[0] : number(2, step), what);
    }

    private void append(byte[] event) throws IOException {
        byte[] length = little(8).putLong(event.length).array();
        ByteBuffer record = little(event.length + 16)
                .put(length)
                .putInt(masked(length))
                .put(event)
                .putInt(masked(event));
        Files.write(file, record.array(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** A CRC of data that holds CRCs is a bad one, so it is rotated and shifted (TensorFlow's record format). */
    static int masked(byte[] data) {
        var crc = new CRC32C();
        crc.update(data);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] field(int number, byte[] bytes) {
        return concat(varint(number << 3 | 2), varint(bytes.length), bytes);
    }

    private static byte[] number(int field, long value) {
        return concat(varint(field << 3), varint(value));
    }

    private static byte[] varint(long value) {
        var out = new ByteArrayOutputStream();
        long left = value;
        for (; (left & ~0x7FL) != 0; left >>>= 7) {
            out.write((int) (left & 0x7F | 0x80));
        }
        out.write((int) left);
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
