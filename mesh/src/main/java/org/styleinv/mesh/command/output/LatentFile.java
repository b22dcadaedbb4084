package org.styleinv.mesh.command.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.file.RegularFile;
import org.styleinv.proto.W;

/** A first frame's latent in a file: JSON, as an array or under the key {@code w0}, or NumPy's {@code .npy}. */
public final class LatentFile {
    private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern HEADER =
            Pattern.compile("'descr': '<f([48])'.*'fortran_order': False.*'shape': \\(([0-9, ]*)\\)");

    private LatentFile() {}

    public static W read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw Failure.input(path + " is a folder: name a latent file, as `styleinv invert` writes it");
        }
        if (!Files.isRegularFile(path)) {
            throw Failure.input("there is no latent file " + path + ": `styleinv invert` makes one from a picture");
        }
        byte[] data = RegularFile.bytes(path);
        return data.length > 10 && ByteBuffer.wrap(data, 0, NPY.length).equals(ByteBuffer.wrap(NPY))
                ? npy(path, data)
                : json(path, data);
    }

    private static W json(Path path, byte[] data) throws IOException {
        JsonNode values;
        try {
            JsonNode root = new ObjectMapper().readTree(data);
            values = root != null && root.isObject() ? root.path("w0") : root;
        } catch (JsonProcessingException e) {
            throw unreadable(path, e);
        }
        if (values == null || !values.isArray() || values.isEmpty()) {
            throw unreadable(path, null);
        }
        List<Float> w = new ArrayList<>(values.size());
        for (JsonNode value : values) {
            if (!value.isNumber()) {
                throw unreadable(path, null);
            }
            w.add(value.floatValue());
        }
        return W.newBuilder().addAllValues(w).build();
    }

    private static W npy(Path path, byte[] data) {
        int length = (data[8] & 0xFF) | (data[9] & 0xFF) << 8;
        Matcher header =
                HEADER.matcher(new String(data, 10, Math.min(length, data.length - 10), StandardCharsets.ISO_8859_1));
        if (data[6] != 1 || !header.find()) {
            throw Failure.input(
                    path + " is not a plain little-endian float array of NumPy's version 1: save it as float32");
        }
        boolean single = header.group(1).equals("4");
        var values =
                ByteBuffer.wrap(data, 10 + length, data.length - 10 - length).order(ByteOrder.LITTLE_ENDIAN);
        W.Builder w = W.newBuilder();
        while (values.remaining() >= (single ? 4 : 8)) {
            w.addValues(single ? values.getFloat() : (float) values.getDouble());
        }
        return w.build();
    }

    /** {@code w} as NumPy reads it: one axis, float32. */
    public static byte[] npy(List<Float> w) {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + w.size() + ",), }";
        int padded = (10 + header.length() + 1 + 63) / 64 * 64 - 10; // NumPy aligns the values to 64 bytes
        var out = new ByteArrayOutputStream();
        out.writeBytes(NPY);
        out.writeBytes(new byte[] {1, 0, (byte) padded, (byte) (padded >> 8)});
        out.writeBytes(
                (header + " ".repeat(padded - header.length() - 1) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        var values = ByteBuffer.allocate(4 * w.size()).order(ByteOrder.LITTLE_ENDIAN);
        w.forEach(values::putFloat);
        out.writeBytes(values.array());
        return out.toByteArray();
    }

    private static Failure unreadable(Path path, @Nullable Exception cause) {
        return Failure.input(
                path + " holds no latent: it wants a JSON array of numbers, or an object with one under \"w0\"", cause);
    }
}
