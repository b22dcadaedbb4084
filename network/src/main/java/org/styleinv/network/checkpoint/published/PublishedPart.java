package org.styleinv.network.checkpoint.published;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.checkpoint.Constants;
import org.styleinv.network.checkpoint.torch.PyModule;
import org.styleinv.network.checkpoint.torch.Tensor;
import org.styleinv.network.file.SafeTensors.Source;

/**
 * A network in a published file: a module with its attributes, or a dictionary of its tensors alone.
 *
 * @param module empty for a dictionary
 */
record PublishedPart(Map<String, Source> tensors, Optional<PyModule> module) {
    /** What tools put a dictionary of tensors under: torch's own users, Lightning, BasicSR. */
    private static final List<String> WRAPPERS = List.of("state_dict", "params_ema", "params", "model", "weights");

    /** What a wrapper of the whole network puts before each name: {@code nn.DataParallel}, and those above. */
    private static final List<String> PREFIXES = List.of("module.", "model.", "generator.", "G_ema.", "G.", "net.");

    private static final int DEEPEST = 4;

    /** What {@code value} is, empty where it is no network. */
    static Optional<PublishedPart> of(@Nullable Object value) {
        for (int depth = 0; depth < DEEPEST && value instanceof Map<?, ?> map; depth++) {
            Map<String, Source> tensors = tensors(map);
            if (!tensors.isEmpty()) {
                return Optional.of(new PublishedPart(bare(tensors), Optional.empty()));
            }
            value = WRAPPERS.stream()
                    .map(map::get)
                    .filter(inner -> inner instanceof Map || inner instanceof PyModule)
                    .findFirst()
                    .orElse(null);
        }
        if (value instanceof PyModule module) {
            Map<String, Source> tensors = new LinkedHashMap<>();
            module.tensors().forEach((name, tensor) -> tensors.put(name, tensor.source(name)));
            return Optional.of(new PublishedPart(tensors, Optional.of(module)));
        }
        return Optional.empty();
    }

    /** Tensors of a file that has nothing else. */
    static PublishedPart of(List<Source> sources) {
        Map<String, Source> tensors = new LinkedHashMap<>();
        sources.forEach(source -> tensors.put(source.entry().name(), source));
        return new PublishedPart(bare(tensors), Optional.empty());
    }

    private static Map<String, Source> tensors(Map<?, ?> map) {
        Map<String, Source> tensors = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (key instanceof String name && value instanceof Tensor tensor) {
                tensors.put(name, tensor.source(name));
            }
        });
        return tensors;
    }

    private static Map<String, Source> bare(Map<String, Source> tensors) {
        Map<String, Source> bare = tensors;
        for (String prefix : PREFIXES) {
            if (bare.keySet().stream().allMatch(name -> name.startsWith(prefix) && name.length() > prefix.length())) {
                Map<String, Source> shorter = new LinkedHashMap<>();
                bare.forEach((name, source) -> {
                    String rest = name.substring(prefix.length());
                    shorter.put(rest, Constants.renamed(rest, source));
                });
                bare = shorter;
            }
        }
        return bare;
    }

    /** What network it is, as a model folder calls its file; empty where it is none of those with a mapping of their own. */
    Optional<String> kind() {
        if (tensors.containsKey("mapping.motion_encoder.frame_0_const")) {
            return Optional.of("motion");
        }
        if (tensors.containsKey("synthesis.b4.conv1.weight")) {
            return Optional.of("generator");
        }
        if (tensors.containsKey("encoder.linear.weight")) {
            return Optional.of("encoder");
        }
        if (tensors.containsKey("b4.out.weight")) {
            return Optional.of(
                    tensors.containsKey("time_encoder.const_embed.weight") ? "video_discriminator" : "discriminator");
        }
        return Optional.empty();
    }

    Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, source) -> shapes.put(name, source.entry().shape()));
        return shapes;
    }
}
