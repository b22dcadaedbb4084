package org.styleinv.network.parity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.styleinv.network.parity.fixture.Npz;

/** Writes float32 arrays as NumPy does. */
final class NpzWriter {
    private NpzWriter() {}

    static void write(Path file, Map<String, Npz.Array> arrays) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, Npz.Array> entry : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey() + ".npy"));
                zip.write(npy(entry.getValue()));
                zip.closeEntry();
            }
        }
    }

    private static byte[] npy(Npz.Array array) {
        String shape = Arrays.stream(array.shape()).mapToObj(side -> side + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
        header += " ".repeat((118 - header.length() % 64 + 64) % 64 - 1) + "\n";
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(10 + text.length + 4 * array.values().length)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text);
        for (double value : array.values()) {
            bytes.putFloat((float) value);
        }
        return bytes.array();
    }

    /** All arrays of a file, to be changed and written again. */
    static Map<String, Npz.Array> read(Path file) throws IOException {
        Npz npz = Npz.open(file);
        return npz.names().stream()
                .collect(Collectors.toMap(name -> name, npz::get, (a, b) -> a, java.util.LinkedHashMap::new));
    }
}
