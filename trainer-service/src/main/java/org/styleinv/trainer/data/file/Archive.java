package org.styleinv.trainer.data.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;

/**
 * A ZIP file, whoever packed it: {@code \} between folders, names in the encodings of their time, names twice. What cannot be
 * read of it is named, and the rest stays of use. Nothing is unpacked but the file that is read.
 */
public final class Archive implements AutoCloseable {
    private static final double HIGHEST_RATIO =
            200; // of pictures and videos, which are packed already; deflate ends at 1032
    private static final long SMALLEST_BOMB = 1L << 30; // below, any ratio may be: an empty bitmap packs well

    private final Path path;
    private final ZipFile zip;
    private final ZipNames names;

    /** @throws IOException a {@link FileRefused} if it is no ZIP, cut short, or would unpack without end */
    public Archive(Path path) throws IOException {
        this.path = path;
        try {
            zip = ZipFile.builder().setPath(path).setIgnoreLocalFileHeader(true).get();
        } catch (IOException | RuntimeException e) {
            throw refused(path, e);
        }
        List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
        names = ZipNames.of(entries);
        long unpacked = 0;
        for (ZipArchiveEntry entry : entries) {
            unpacked += Math.max(0, entry.getSize());
        }
        if (unpacked < 0 || bomb(unpacked, Files.size(path))) {
            zip.close();
            throw new FileRefused(String.format(
                    Locale.ROOT,
                    "%s would unpack its %,d bytes to %,d, which no pictures and no videos do: unpack it yourself"
                            + " if you trust it, and import the folder",
                    path,
                    Files.size(path),
                    unpacked));
        }
    }

    private static IOException refused(Path path, Exception e) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(2);
            boolean begins = head.length == 2 && head[0] == 'P' && head[1] == 'K';
            return new FileRefused(
                    begins
                            ? path + " is a ZIP file that is cut short or damaged ("
                                    + Problem.printable("" + e.getMessage()) + "): copy it again"
                            : path + " is neither a folder nor a ZIP file",
                    e);
        }
    }

    private static boolean bomb(long unpacked, long packed) {
        return unpacked > SMALLEST_BOMB && unpacked > HIGHEST_RATIO * packed;
    }

    /** All files that are packed, in their order there; what is no use goes to {@code problems}. */
    public List<DataFile> files(List<Problem> problems) {
        List<DataFile> files = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            String name = names.of(entry);
            if (name.endsWith("/") && entry.getSize() <= 0) {
                continue; // a folder
            }
            Path place = place(name);
            if (place == null) {
                Path shown = Path.of(written(name.replace('/', '_')));
                problems.add(new Problem(path.resolve(shown), "leads out of the ZIP by its name: pack it anew"));
                continue;
            }
            String reason = reason(entry);
            if (reason == null && !seen.add(place)) {
                reason = "is there twice: the first one is taken";
            }
            if (reason == null) {
                files.add(new Packed(path.resolve(place), place, entry));
            } else {
                problems.add(new Problem(path.resolve(place), reason));
            }
        }
        return files;
    }

    /** What was guessed about the names, or empty. */
    public List<Problem> notes() {
        return names.guessed().map(what -> new Problem(path, what)).stream().toList();
    }

    /** {@code null} if it can be read. */
    private @Nullable String reason(ZipArchiveEntry entry) {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            return "is encrypted: unpack the ZIP with its password, and import the folder";
        }
        if (entry.isUnixSymlink()) {
            return "is a symbolic link inside a ZIP: unpack it, and import the folder";
        }
        if (bomb(entry.getSize(), entry.getCompressedSize())) {
            return String.format(
                    Locale.ROOT,
                    "would unpack its %,d bytes to %,d, which no picture and no video does",
                    entry.getCompressedSize(),
                    entry.getSize());
        }
        if (!zip.canReadEntryData(entry)) {
            ZipMethod method = ZipMethod.getMethodByCode(entry.getMethod());
            return "is packed by method " + entry.getMethod() + (method == null ? "" : " (" + method + ")")
                    + ", which cannot be read here: unpack the ZIP, and import the folder";
        }
        return null;
    }

    /** Where a file of this name lies below the top, or {@code null} if it claims to lie elsewhere. */
    private static @Nullable Path place(String name) {
        if (name.startsWith("/") || name.matches("(?s)[A-Za-z]:.*")) {
            return null;
        }
        Path place = Path.of("");
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                return null;
            }
            if (!part.isEmpty() && !part.equals(".")) {
                place = place.resolve(written(part));
            }
        }
        return place.toString().isEmpty() ? null : place;
    }

    /** {@code part} as this system can write it: what it cannot is written as its number. */
    private static String written(String part) {
        try {
            if (Path.of(part).toString().equals(part)) {
                return part;
            }
        } catch (InvalidPathException e) {
            // below
        }
        StringBuilder plain = new StringBuilder();
        part.codePoints()
                .forEach(c -> plain.append(
                        c > 32 && c < 127 ? Character.toString(c) : String.format(Locale.ROOT, "%%%04X", c)));
        return plain.toString();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    private final class Packed implements DataFile {
        private final Path name;
        private final Path place;
        private final ZipArchiveEntry entry;

        Packed(Path name, Path place, ZipArchiveEntry entry) {
            this.name = name;
            this.place = place;
            this.entry = entry;
        }

        @Override
        public Path path() {
            return name;
        }

        @Override
        public Path place() {
            return place;
        }

        @Override
        public long size() {
            return Math.max(0, entry.getSize());
        }

        @Override
        public FileTime modified() {
            return entry.getLastModifiedTime() == null ? FileTime.fromMillis(0) : entry.getLastModifiedTime();
        }

        @Override
        public InputStream open() throws IOException {
            try {
                return new Checked(zip.getInputStream(entry), entry);
            } catch (LinkageError | RuntimeException e) { // a method whose library is not there, or a damaged record
                throw new IOException("cannot be unpacked (" + e.getMessage() + ")", e);
            }
        }

        @Override
        public Local local() throws IOException {
            long room = Path.of(System.getProperty("java.io.tmpdir")).toFile().getUsableSpace();
            if (size() > room) {
                throw new IOException(String.format(
                        Locale.ROOT,
                        "needs %,d bytes to be unpacked, but %s has only %,d left",
                        size(),
                        System.getProperty("java.io.tmpdir"),
                        room));
            }
            try (InputStream content = open()) {
                return Scratch.copy(place.getFileName().toString(), content);
            }
        }
    }

    /** Refuses content that is not what the ZIP says of it: longer, shorter, or other bytes. */
    private static final class Checked extends FilterInputStream {
        private final ZipArchiveEntry entry;
        private final CRC32 sum = new CRC32();
        private long read;

        Checked(InputStream in, ZipArchiveEntry entry) {
            super(in);
            this.entry = entry;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count;
            try {
                count = in.read(bytes, offset, length);
            } catch (LinkageError | RuntimeException e) {
                throw new IOException("cannot be unpacked (" + e.getMessage() + ")", e);
            }
            if (count > 0) {
                sum.update(bytes, offset, count);
                read += count;
            }
            if (read > entry.getSize() || count < 0 && (read < entry.getSize() || sum.getValue() != entry.getCrc())) {
                throw new IOException("is damaged inside the ZIP: its content is not what the ZIP says of it");
            }
            return count;
        }

        @Override
        public long skip(long bytes) throws IOException {
            return readNBytes((int) Math.min(bytes, 1 << 16)).length; // what is skipped is checked, too
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
