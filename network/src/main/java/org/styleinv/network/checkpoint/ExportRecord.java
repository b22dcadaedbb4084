package org.styleinv.network.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;

/** What an exported file says of its network beside the tensors, so that it can be imported again as it was. */
public final class ExportRecord {
    /** In the metadata of a safetensors file. */
    public static final String KEY = "styleinv";

    /**
     * The one network that a file has.
     *
     * @param network as a model folder calls its file
     * @param generator its settings, if it is that; the other two are null, as all three are for a network of training
     */
    public record Config(
            @Nullable String network,
            Generator.@Nullable Config generator,
            InversionEncoder.@Nullable Config encoder,
            StyleInV.@Nullable Config motion) {}

    private ExportRecord() {}

    /** Metadata for one of a model's files; {@code format} is what other readers of safetensors ask for. */
    public static Map<String, String> of(Architecture architecture, String file) {
        String network = file.replace(".safetensors", "");
        Config config =
                switch (file) {
                    case ModelFolder.GENERATOR -> new Config(network, architecture.generator(), null, null);
                    case ModelFolder.ENCODER -> new Config(network, null, architecture.encoder(), null);
                    case ModelFolder.MOTION -> new Config(network, null, null, architecture.motion());
                    default -> new Config(network, null, null, null);
                };
        return Map.of("format", "pt", KEY, new String(Records.bytes(config), StandardCharsets.UTF_8));
    }

    public static Config read(Path file, String record) throws IOException {
        try {
            return Records.parse(record.getBytes(StandardCharsets.UTF_8), Config.class);
        } catch (IOException e) {
            throw new FileRefused(file + " has metadata that are no settings of a network: " + e.getMessage(), e);
        }
    }
}
