package org.styleinv.network.checkpoint.torch;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.RegularFile;

/**
 * A file of Python's {@code pickle.dump} or of {@code torch.save}, both its older stream and its zip. The file is mapped:
 * values are read one tensor at a time, for as long as this is open.
 */
public final class TorchFile implements AutoCloseable {
    /** What {@code torch.save} begins its older stream with, and the version of it. */
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

    private static final long VERSION = 1001;
    private static final int ZIP = 0x04034b50;
    private static final int PICKLE = 0x80;

    private final @Nullable Object root;
    private final @Nullable TorchZip zip; // null for a stream

    private TorchFile(@Nullable Object root, @Nullable TorchZip zip) {
        this.root = root;
        this.zip = zip;
    }

    /** @throws FileRefused in one sentence naming the file, where it is damaged, hostile or of another kind */
    public static TorchFile open(Path file) throws IOException {
        ByteBuffer bytes = map(file);
        if (bytes.limit() >= 4 && bytes.getInt(0) == ZIP) {
            TorchZip zip = TorchZip.open(file);
            try {
                return new TorchFile(zip.read(), zip);
            } catch (IOException | RuntimeException e) {
                zip.close();
                throw e;
            }
        }
        if (bytes.limit() < 2 || (bytes.get(0) & 0xff) != PICKLE) {
            throw new FileRefused(file + " is no checkpoint: a pickle begins with byte 80 and torch's zip with 50 4b, "
                    + "but its " + bytes.limit() + " bytes begin with " + PickleInput.beginning(bytes)
                    + "; is it a half download or a web page?");
        }
        PickleInput in = new PickleInput(file, bytes);
        Object first = new Unpickler(in, id -> {
                    throw in.refuse("has a persistent id outside of a stream of torch.save");
                })
                .read();
        return new TorchFile(MAGIC.equals(first) ? stream(in, bytes).root() : first, null);
    }

    private static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = RegularFile.open(file)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new FileRefused(file + " has " + channel.size() + " bytes, but at most 2 GiB are read");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** What the file holds: maps, lists, {@link PyModule}s and {@link Tensor}s as Python nested them. */
    public @Nullable Object root() {
        return root;
    }

    @Override
    public void close() throws IOException {
        if (zip != null) {
            zip.close();
        }
    }

    /** The storage that a stream of torch.save inside a pickle holds. */
    static Storage storage(PickleInput outer, Bytes bytes) throws FileRefused {
        ByteBuffer inner;
        try {
            inner = bytes.read();
        } catch (IOException e) {
            throw outer.refuse("cannot be read: " + e.getMessage());
        }
        PickleInput in = outer.nested(inner);
        Object magic = new Unpickler(in, id -> null).read();
        Stream stream = MAGIC.equals(magic) ? stream(in, inner) : new Stream(null, 0);
        if (!(stream.root() instanceof Storage storage) || stream.storages() != 1) {
            throw in.refuse("is damaged: what should be a stream of torch.save with one storage is something else");
        }
        Storage kept = new Storage(storage.type(), storage.count());
        kept.bind(bytes.slice(
                in.position() - storage.bytes().length(), storage.bytes().length()));
        return kept;
    }

    private record Stream(@Nullable Object root, int storages) {}

    /** Reads a stream of torch.save behind its magic number: its object, then the storages that this names. */
    private static Stream stream(PickleInput in, ByteBuffer bytes) throws FileRefused {
        Unpickler.Persistent none = id -> {
            throw in.refuse("has a persistent id where torch.save writes none");
        };
        if (!Long.valueOf(VERSION).equals(new Unpickler(in, none).read())) {
            throw in.refuse("has another version of torch.save's stream than " + VERSION);
        }
        if (!(new Unpickler(in, none).read() instanceof Map<?, ?> system)
                || !Boolean.TRUE.equals(system.get("little_endian"))) {
            throw in.refuse("was not written on a little-endian machine, so it is not read");
        }
        Map<String, Storage> storages = new LinkedHashMap<>();
        Object root = new Unpickler(in, id -> storage(in, id, storages)).read();
        if (!(new Unpickler(in, none).read() instanceof List<?> keys)) {
            throw in.refuse("is damaged: its list of storages is none");
        }
        Set<String> missing = new HashSet<>(storages.keySet());
        for (Object entry : keys) {
            if (!(entry instanceof String key)) {
                throw in.refuse("is damaged: its list of storages has a key that is no text");
            }
            Storage storage = storages.get(key);
            long count = in.i8();
            if (storage == null || !missing.remove(key) || count != storage.count()) {
                throw in.refuse("is damaged: storage " + key + " of " + count + " values is not the one it announced");
            }
            long length = size(in, storage);
            storage.bind(Bytes.of(bytes.slice(in.position(), in.take(length).limit())));
        }
        if (!missing.isEmpty()) {
            throw in.refuse("is damaged: storage " + missing.iterator().next() + " is missing");
        }
        return new Stream(root, storages.size());
    }

    private static Storage storage(PickleInput in, @Nullable Object id, Map<String, Storage> storages)
            throws FileRefused {
        Storage named = named(in, id);
        Object[] parts = Objects.requireNonNull((Object[]) id);
        String key = (String) parts[2];
        Storage first = storages.putIfAbsent(key, named);
        Storage storage = first == null ? named : first;
        if (storage.type() != named.type() || storage.count() != named.count()) {
            throw in.refuse("is damaged: it names storage " + key + " with two sizes");
        }
        if (parts.length > 5 && parts[5] != null) {
            throw in.refuse("shares parts of a storage as PyTorch before 0.4 did: save it again with a newer one");
        }
        return storage;
    }

    /** The storage that a persistent id {@code ('storage', type, key, location, count, ...)} names, without its values. */
    static Storage named(PickleInput in, @Nullable Object id) throws FileRefused {
        if (!(id instanceof Object[] parts)
                || parts.length < 5
                || !"storage".equals(parts[0])
                || !(parts[2] instanceof String)
                || !(parts[4] instanceof Long count)
                || count < 0) {
            throw in.refuse("has a persistent id that names no storage");
        }
        Storage.Type type =
                Globals.storageType(parts[1]).orElseThrow(() -> in.refuse("has a storage of a type that is not known"));
        return new Storage(type, count);
    }

    /** Bytes that a storage takes. */
    static long size(PickleInput in, Storage storage) throws FileRefused {
        if (storage.count() > Integer.MAX_VALUE / storage.type().size()) {
            throw in.refuse("is damaged: it announces a storage of " + storage.count() + " values");
        }
        return storage.count() * storage.type().size();
    }
}
