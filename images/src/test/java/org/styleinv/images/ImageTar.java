package org.styleinv.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A small image, read into memory as an engine of containers reads it.
 *
 * @param config  as in the image
 * @param files   by their names without the first slash, as the last layer has them
 * @param folders their modes, by their names with a slash at the end
 * @param layers  what is in each, the lowest first
 */
record ImageTar(
        JsonNode config, SortedMap<String, Entry> files, Map<String, Integer> folders, List<List<String>> layers) {
    /** A file: its mode, its time, what is in it. */
    record Entry(int mode, long seconds, byte[] bytes) {}

    /** What is in an archive, by name. */
    static Map<String, byte[]> parts(Path tar) throws IOException {
        Map<String, byte[]> parts = new HashMap<>();
        try (var in = new TarArchiveInputStream(Files.newInputStream(tar))) {
            for (TarArchiveEntry part = in.getNextEntry(); part != null; part = in.getNextEntry()) {
                parts.put(part.getName(), in.readAllBytes());
            }
        }
        return parts;
    }

    static ImageTar read(Path tar) throws IOException {
        Map<String, byte[]> parts = parts(tar);
        var json = new ObjectMapper();
        JsonNode manifest = json.readTree(parts.get("manifest.json")).get(0);
        var image = new ImageTar(
                json.readTree(parts.get(manifest.path("Config").asText())),
                new TreeMap<>(),
                new HashMap<>(),
                new ArrayList<>());
        for (JsonNode layer : manifest.path("Layers")) {
            image.add(parts.get(layer.asText()));
        }
        return image;
    }

    private void add(byte[] layer) throws IOException {
        List<String> names = new ArrayList<>();
        try (var in = new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(layer)))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
                if (entry.isDirectory()) {
                    folders.put(entry.getName(), entry.getMode());
                } else {
                    long seconds = entry.getLastModifiedTime().toMillis() / 1000;
                    files.put(entry.getName(), new Entry(entry.getMode(), seconds, in.readAllBytes()));
                }
            }
        }
        layers.add(names);
    }

    /** Names of what a jar has, without folders. */
    static List<String> entries(byte[] jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (var in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
