package org.styleinv.network.parity;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.styleinv.network.FileRefused;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;

/** A folder of fixtures. It remembers which files were opened, so that none is passed over in silence. */
public final class FixtureSet {
    static final String MANIFEST = "manifest.json";
    static final String README = "README.md";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final List<String> files;
    private final Map<String, Npz> arrays = new HashMap<>();
    private final Set<String> opened = new HashSet<>();

    private FixtureSet(Path folder, List<String> files) {
        this.folder = folder;
        this.files = files;
    }

    /** @throws IOException where the folder is not one, or is empty */
    public static FixtureSet open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new FileRefused(folder + " is not a folder; it wants one with .npz fixtures");
        }
        try (Stream<Path> listing = Files.list(folder)) {
            List<String> files =
                    listing.map(path -> path.getFileName().toString()).sorted().toList();
            if (files.isEmpty()) {
                throw new FileRefused(folder + " is empty; it wants .npz fixtures");
            }
            return new FixtureSet(folder, files);
        }
    }

    /** Names of all files, sorted. */
    public List<String> files() {
        return files;
    }

    public boolean has(String file) {
        return files.contains(file);
    }

    /** Files that nothing has opened. */
    List<String> unopened() {
        return files.stream().filter(file -> !opened.contains(file)).toList();
    }

    Iterable<Npz> openedArrays() {
        return arrays.values();
    }

    Path path(String file) throws IOException {
        if (!has(file)) {
            throw new NoSuchFileException(file, null, "it is needed, but is not in " + folder);
        }
        opened.add(file);
        return folder.resolve(file);
    }

    /** The arrays of a file. */
    public Npz npz(String file) throws IOException {
        Path path = path(file);
        Npz npz = arrays.get(file);
        if (npz == null) {
            npz = Npz.open(path);
            arrays.put(file, npz);
        }
        return npz;
    }

    JsonNode json(String file) throws IOException {
        byte[] bytes = Files.readAllBytes(path(file));
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IOException(file + " is not valid JSON: " + e.getMessage(), e);
        }
        if (!json.isContainerNode()) {
            throw new IOException(file + " holds neither a list nor an object");
        }
        return json;
    }

    /** A file of names and what belongs to each. */
    JsonNode named(String file) throws IOException {
        JsonNode json = json(file);
        if (!json.isObject()) {
            throw new IOException(file + " holds no JSON object; it wants one with a field for each name");
        }
        return json;
    }

    /** The page beside the fixtures, empty where there is none: it names the few numbers that no array shows. */
    String readme() throws IOException {
        return has(README) ? Files.readString(path(README)) : "";
    }

    /** The values of every variable that {@code network} declares. */
    public Weights weights(NDManager manager, Layer network, String file) throws IOException {
        Npz npz = npz(file);
        Weights weights = new Weights(manager);
        for (Layer.Variable variable : network.variables()) {
            Npz.Array array = npz.get(variable.name());
            if (!java.util.Arrays.equals(variable.shape(), array.shape())) {
                throw new IllegalArgumentException(variable.name() + " in " + file + " has shape "
                        + java.util.Arrays.toString(array.shape()) + ", but the sizes of its neighbours want "
                        + java.util.Arrays.toString(variable.shape()));
            }
            weights.put(variable.name(), array.floats(), array.shape());
        }
        return weights;
    }
}
