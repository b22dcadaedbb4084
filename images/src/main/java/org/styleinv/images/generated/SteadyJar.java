package org.styleinv.images.generated;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * {@code generated-bytecode.jar} of a packaged application, the same from each packaging of the same sources. Quarkus 3.33 runs its build
 * steps in parallel and counts what they hand to each other ({@link ProxyKeys}) as they come, and writes down sets in the order that
 * they happen to have ({@link RecordedSets}, {@link SharedMappings}). These orders mean nothing: here they get one. Later versions of
 * Quarkus mean to do so themselves (quarkusio/quarkus#7027).
 */
public final class SteadyJar {
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0); // zip's first year, in any time zone

    private SteadyJar() {}

    /**
     * @param jar as Quarkus wrote it
     * @param to  a file that is written anew
     */
    public static void write(Path jar, Path to) throws IOException {
        SortedMap<String, byte[]> entries = read(jar);
        for (boolean named :
                new boolean[] {false, true}) { // what differs by its keys alone has an order when these have names
            entries.putAll(RecordedSets.inOrder(entries, named));
            entries.putAll(ProxyKeys.inOrder(entries));
        }
        entries.putAll(SharedMappings.inOrder(entries));
        try (OutputStream out = Files.newOutputStream(to);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> one : entries.entrySet()) {
                var entry = new ZipEntry(one.getKey());
                entry.setTimeLocal(TIME);
                zip.putNextEntry(entry);
                zip.write(one.getValue());
                zip.closeEntry();
            }
        }
    }

    private static SortedMap<String, byte[]> read(Path jar) throws IOException {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return entries;
    }

    /** Whether the text is somewhere in a class, so that most need not be parsed. */
    static boolean mentions(byte[] type, String text) {
        return new String(type, StandardCharsets.ISO_8859_1).contains(text);
    }
}
