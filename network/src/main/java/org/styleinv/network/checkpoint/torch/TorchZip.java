package org.styleinv.network.checkpoint.torch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;

/**
 * The zip of {@code torch.save}: {@code NAME/data.pkl}, and a file {@code NAME/data/KEY} for each storage. Nothing is
 * unpacked to disk, entries are stored plainly, and their sum is no more than the file: so no bomb, and no way out.
 */
final class TorchZip implements AutoCloseable {
    private static final String PICKLE = "/data.pkl";
    private static final int MOST_ENTRIES = 50_000;
    private static final int LARGEST_PICKLE = 64 << 20;

    private final Path file;
    private final ZipFile zip;
    private final String prefix;

    private TorchZip(Path file, ZipFile zip, String prefix) {
        this.file = file;
        this.zip = zip;
        this.prefix = prefix;
    }

    static TorchZip open(Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException | IllegalArgumentException e) { // it was opened before, so it is the zip that is wrong
            throw new FileRefused(file + " is a damaged zip: copy or download it again", e);
        }
        try {
            return new TorchZip(file, zip, prefix(file, zip));
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static String prefix(Path file, ZipFile zip) throws IOException {
        if (zip.size() > MOST_ENTRIES) {
            throw new FileRefused(file + " is a zip of " + zip.size()
                    + " entries, more than a checkpoint can have, so it is refused");
        }
        String prefix = null;
        long sum = 0;
        Set<String> names = new HashSet<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            if (name.startsWith("/")
                    || name.contains("\\")
                    || Arrays.asList(name.split("/")).contains("..")) {
                throw new FileRefused(
                        file + " is a zip with the entry " + name + ", a way out of its folder, so it is refused");
            }
            if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
                throw new FileRefused(file + " is a zip with the compressed entry " + name
                        + ", but torch.save compresses nothing: it may be a bomb, so it is refused");
            }
            if (!names.add(name)) {
                throw new FileRefused(
                        file + " is a zip with two entries " + name + ": which of them counts nobody knows");
            }
            sum += entry.getSize();
            if (name.endsWith(PICKLE)) {
                if (prefix != null) {
                    throw new FileRefused(file + " is a zip with two checkpoints, " + prefix + PICKLE + " and " + name);
                }
                prefix = name.substring(0, name.length() - PICKLE.length());
            }
        }
        if (sum > file.toFile().length()) {
            throw new FileRefused(file + " is a zip whose entries are larger than itself, so it is refused");
        }
        if (prefix == null) {
            throw new FileRefused(file + " is a zip without data.pkl, so not one of torch.save");
        }
        return prefix;
    }

    /** The object of {@code data.pkl}; values of its tensors are read later. */
    @Nullable
    Object read() throws IOException {
        if (zip.getEntry(prefix + "/byteorder") != null
                && !new String(bytes(entry("byteorder", 16)), StandardCharsets.US_ASCII).equals("little")) {
            throw new FileRefused(file + " was not written on a little-endian machine, so it is not read");
        }
        PickleInput in = new PickleInput(file, ByteBuffer.wrap(bytes(entry("data.pkl", LARGEST_PICKLE))));
        Map<String, Storage> storages = new HashMap<>();
        return new Unpickler(in, id -> storage(in, id, storages)).read();
    }

    private Storage storage(PickleInput in, @Nullable Object id, Map<String, Storage> storages) throws FileRefused {
        Storage named = TorchFile.named(in, id);
        String key = (String) Objects.requireNonNull((Object[]) id)[2];
        Storage known = storages.get(key);
        if (known == null) {
            long size = TorchFile.size(in, named);
            ZipEntry entry = entry("data/" + key, size);
            if (entry.getSize() != size) {
                throw in.refuse(
                        "is damaged: storage " + key + " takes " + size + " bytes, but the zip has " + entry.getSize());
            }
            named.bind(new Bytes() {
                @Override
                public long length() {
                    return size;
                }

                @Override
                public ByteBuffer read(long offset, long count) throws IOException {
                    return ByteBuffer.wrap(bytes(entry, offset, Math.toIntExact(count)))
                            .order(ByteOrder.LITTLE_ENDIAN);
                }
            });
            storages.put(key, named);
            return named;
        }
        if (known.type() != named.type() || known.count() != named.count()) {
            throw in.refuse("is damaged: it names storage " + key + " with two sizes");
        }
        return known;
    }

    private ZipEntry entry(String name, long limit) throws FileRefused {
        ZipEntry entry = zip.getEntry(prefix + "/" + name);
        if (entry == null) {
            throw new FileRefused(file + " is damaged: its zip has no " + name);
        }
        if (entry.getSize() > limit) {
            throw new FileRefused(
                    file + " is damaged: " + name + " has " + entry.getSize() + " bytes, more than " + limit);
        }
        return entry;
    }

    private byte[] bytes(ZipEntry entry) throws IOException {
        return bytes(entry, 0, (int) entry.getSize());
    }

    private byte[] bytes(ZipEntry entry, long offset, int count) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            in.skipNBytes(offset); // a jump: the entry is not compressed
            byte[] bytes = in.readNBytes(count);
            if (bytes.length != count) {
                throw new EOFException();
            }
            return bytes;
        } catch (IOException e) {
            throw new FileRefused(file + " is a damaged zip: " + entry.getName() + " cannot be read", e);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
