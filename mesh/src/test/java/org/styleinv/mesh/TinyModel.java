package org.styleinv.mesh;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Models of random numbers: what streams, seeks and survives is the mesh's doing, whatever the frames show. */
public final class TinyModel {
    private static final TrainingRecord UNTRAINED =
            new TrainingRecord("none", 30, 0, "", Map.of(), Map.of(), "Apache-2.0");

    private TinyModel() {}

    /** Writes a model of {@code resolution} pixels, and one variant of it, {@code sketch}. */
    public static ModelFolder write(Path folder, int resolution, int width, long seed) throws IOException {
        return write(folder, resolution, width, seed, seed, "sketch");
    }

    /** As above, with a generator and variants of one's choice: encoder and motion are those of {@code seed}. */
    static ModelFolder write(Path folder, int resolution, int width, long seed, long generatorSeed, String... variants)
            throws IOException {
        var backbone = new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
        var architecture = new Architecture(
                new Generator.Config(
                        width, 2, new SynthesisNetwork.Config(width, resolution, 16 * resolution, width, true, 0)),
                new InversionEncoder.Config(width, backbone),
                new StyleInV.Config(backbone, new TemporalStyle.Config(width, width, 32, 8, 8, 8, 32, 11)));
        try (NDManager manager = NDManager.newBaseManager()) {
            ModelFolder model = ModelFolder.write(
                    folder,
                    "tiny",
                    architecture,
                    UNTRAINED,
                    new Generator(architecture.generator()).initialize(manager, generatorSeed),
                    new InversionEncoder(architecture.encoder()).initialize(manager, seed + 1),
                    new StyleInV(architecture.motion()).initialize(manager, seed + 2));
            for (int i = 0; i < variants.length; i++) {
                model.writeVariant(
                        variants[i],
                        UNTRAINED,
                        new Generator(architecture.generator()).initialize(manager, seed + 3 + i));
            }
            return model;
        }
    }

    public static void main(String[] arguments) throws IOException {
        System.out.println(
                write(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), 1)
                        .digest());
        System.exit(0);
    }
}
