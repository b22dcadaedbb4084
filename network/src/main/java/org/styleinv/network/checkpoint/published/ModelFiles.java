package org.styleinv.network.checkpoint.published;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.Constants;
import org.styleinv.network.checkpoint.ExportRecord;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.file.SafeTensors.Source;

/** Published checkpoints into a model folder, and a model folder into files that others read. */
public final class ModelFiles {
    private ModelFiles() {}

    /** Hears how far work is. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} tensors of {@code total}. */
        void at(int done, int total);
    }

    /**
     * Makes a model folder of checkpoints. It appears when it is whole; where anything is wrong nothing is left.
     *
     * @param files such as a pSp and a StyleInV pickle, which together are a whole model; their generators are equal
     * @param folder absent, or empty
     * @throws FileRefused in one sentence naming the file and what is wrong
     */
    public static ModelFolder importAll(List<Published> files, Path folder, Progress progress) throws IOException {
        Map<String, List<Source>> networks = new TreeMap<>();
        for (Published file : files) {
            for (String network : file.networks()) {
                List<Source> tensors = file.sources(network);
                List<Source> known = networks.putIfAbsent(network, tensors);
                if (known != null && !equal(known, tensors)) {
                    throw new FileRefused(file.file() + " has another " + network + " than the file before it: import "
                            + "checkpoints that belong together");
                }
            }
        }
        Architecture architecture = architecture(files);
        String name = FolderReplacement.name(folder);
        FolderReplacement.make(folder, at -> {
            ModelFolder made = ModelFolder.write(at, name, architecture, record(files), watched(networks, progress));
            return ModelJudge.verify(made);
        });
        return ModelFolder.openParts(folder);
    }

    private static Map<String, List<Source>> watched(Map<String, List<Source>> networks, Progress progress) {
        int total = networks.values().stream().mapToInt(List::size).sum();
        AtomicInteger done = new AtomicInteger();
        Map<String, List<Source>> watched = new TreeMap<>();
        networks.forEach((network, tensors) -> watched.put(
                network,
                tensors.stream()
                        .map(tensor -> new Source(tensor.entry(), () -> {
                            progress.at(done.incrementAndGet(), total);
                            return tensor.values().read();
                        }))
                        .toList()));
        return watched;
    }

    @SuppressWarnings("NullAway") // javac loses annotations of nested types in compact constructors
    private static @Nullable Architecture architecture(List<Published> files) throws FileRefused {
        if (files.stream().allMatch(file -> file.generator().isEmpty())) {
            for (Published file : files) {
                if (file.encoder().isPresent() || file.motion().isPresent()) {
                    throw new FileRefused(
                            file.file() + " has " + String.join(" and ", file.networks())
                                    + " without the generator that it belongs to: name the file that has its G beside this one");
                }
            }
            return null;
        }
        try {
            return new Architecture(
                    first(files, Published::generator).orElseThrow(),
                    first(files, Published::encoder).orElse(null),
                    first(files, Published::motion).orElse(null));
        } catch (IllegalArgumentException e) {
            throw new FileRefused(files.get(0).file() + " does not fit: " + e.getMessage(), e);
        }
    }

    private static <T> Optional<T> first(List<Published> files, Function<Published, Optional<T>> part) {
        return files.stream().flatMap(file -> part.apply(file).stream()).findFirst();
    }

    private static TrainingRecord record(List<Published> files) {
        String names =
                files.stream().map(file -> file.file().getFileName().toString()).collect(Collectors.joining(", "));
        double fps = files.stream().mapToDouble(Published::fps).max().orElse(0);
        return new TrainingRecord("imported from " + names, fps, 0, "", Map.of(), Map.of(), "NOASSERTION");
    }

    private static boolean equal(List<Source> one, List<Source> other) throws IOException {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!one.get(i).entry().toString().equals(other.get(i).entry().toString())
                    || !one.get(i).values().read().equals(other.get(i).values().read())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes each network of a model as one safetensors file under the published names, with the constants that PyTorch's
     * strict loading asks for.
     *
     * @param folder absent, or empty
     * @return the files
     */
    public static List<Path> export(ModelFolder model, Path folder) throws IOException {
        for (String file : model.files()) {
            model.verify(file);
        }
        return FolderReplacement.make(folder, at -> {
            List<Path> written = new ArrayList<>();
            for (String file : model.files()) {
                Path from = model.folder().resolve(file);
                SafeTensors.write(
                        at.resolve(file),
                        Constants.complete(SafeTensors.sources(from)),
                        ExportRecord.of(model.architecture(), file));
                written.add(folder.resolve(file));
            }
            return written;
        });
    }
}
