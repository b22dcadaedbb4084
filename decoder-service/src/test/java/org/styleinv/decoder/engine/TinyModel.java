package org.styleinv.decoder.engine;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Folders of untrained models, and how they come to be where a service looks. */
public final class TinyModel {
    public static final int SIDE = 16;
    private static final TrainingRecord UNTRAINED =
            new TrainingRecord("none", 0, 1, "none", Map.of(), Map.of(), "Apache-2.0");

    private TinyModel() {}

    public static Generator.Config config(int wDim, int resolution, int channels) {
        return new Generator.Config(
                24, 2, new SynthesisNetwork.Config(wDim, resolution, channels * resolution, channels, true, 256));
    }

    /** A model of 16x16 with those variants. */
    public static ModelFolder write(Path folder, long seed, String... variants) throws IOException {
        return write(folder, config(32, SIDE, 32), seed, variants);
    }

    public static ModelFolder write(Path folder, Generator.Config config, long seed, String... variants)
            throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return write(folder, config, new Generator(config).initialize(manager, seed), variants);
        }
    }

    public static ModelFolder write(Path folder, Generator.Config config, Weights base, String... variants)
            throws IOException {
        ModelFolder model =
                ModelFolder.write(folder, "tiny", new Architecture(config, null, null), UNTRAINED, base, null, null);
        for (String variant : variants) {
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                model.writeVariant(variant, UNTRAINED, new Generator(config).initialize(manager, variant.hashCode()));
            }
        }
        return model;
    }

    /** Replaces a folder as publishing does: the old one goes aside, the new one comes in its place. */
    public static void publish(Path made, Path at) throws IOException {
        Path aside = at.resolveSibling(at.getFileName() + ".old");
        if (Files.exists(at)) {
            Files.move(at, aside, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(made, at, StandardCopyOption.ATOMIC_MOVE);
        if (Files.exists(aside)) {
            delete(aside);
        }
    }

    public static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(java.util.Comparator.reverseOrder()).toList();
        }
        for (Path one : all) {
            Files.delete(one);
        }
    }
}
