package org.styleinv.network.checkpoint.published;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.styleinv.network.checkpoint.torch.PyModule;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/**
 * What architecture the modules of a published pickle have: sizes from their tensors, the rest from their attributes. A
 * setting that these networks do not have is refused, by {@link IllegalArgumentException} in a part of a sentence.
 */
final class PublishedNetworks {
    private static final double PUBLISHED_CLAMP = 256; // of every published generator, where tensors are all there is

    private PublishedNetworks() {}

    /** The StyleGAN2 generator. */
    static Generator.Config generator(PublishedPart part) {
        Map<String, long[]> tensors = part.shapes();
        if (tensors.containsKey("mapping.embed.weight")) {
            throw new IllegalArgumentException("conditions on classes, which these networks do not");
        }
        part.module().ifPresent(module -> {
            require(module, "c_dim", 0L, "conditions on classes");
            require(module, "img_channels", 3L, "paints other than three colours");
        });
        int layers = count(tensors, "mapping.fc%d.weight");
        int resolution = 4;
        while (resolution < 2048 && tensors.containsKey("synthesis.b" + 2 * resolution + ".conv1.weight")) {
            resolution *= 2;
        }
        int coarse = side(tensors, "synthesis.b4.conv1.weight", 0);
        int fine = side(tensors, "synthesis.b" + resolution + ".conv1.weight", 0);
        Optional<PyModule> synthesis = part.module().map(module -> child(module, "synthesis"));
        var config = new SynthesisNetwork.Config(
                side(tensors, "synthesis.b4.conv1.affine.weight", 1),
                resolution,
                synthesis
                        .flatMap(module -> module.attribute("_init_kwargs", "channel_base"))
                        .map(value -> integer("channel_base", value))
                        .orElse(Math.multiplyExact(fine, resolution)),
                synthesis
                        .flatMap(module -> module.attribute("_init_kwargs", "channel_max"))
                        .map(value -> integer("channel_max", value))
                        .orElse(coarse),
                tensors.containsKey("synthesis.b4.conv1.noise_strength"),
                part.module()
                        .map(module -> child(module, "synthesis.b4.conv1")
                                .attribute("conv_clamp")
                                .map(value -> number("conv_clamp", value))
                                .orElse(0.0))
                        .orElse(PUBLISHED_CLAMP));
        return new Generator.Config(side(tensors, "mapping.fc0.weight", 1), layers, config);
    }

    /** The raw inversion encoder, pSp. */
    static InversionEncoder.Config encoder(PublishedPart part) {
        return new InversionEncoder.Config(side(part.shapes(), "encoder.linear.weight", 0), backbone(part));
    }

    /** The motion generator. */
    static StyleInV.Config motion(PublishedPart part) {
        PyModule module = part.module()
                .orElseThrow(
                        () -> new IllegalArgumentException("is a dictionary of a motion generator's tensors, whose "
                                + "settings (clip length, periods) are not in it: name the pickle it is from"));
        require(module, "skip_encoder", false, "is the ablation without an encoder");
        require(module, "input_residual", true, "gives latents that are not relative to the first");
        require(module, "use_pca", false, "moves along principal components");
        PyModule encoder = child(module, "encoder");
        require(encoder, "use_modulation", false, "modulates convolutions instead of features");
        require(encoder, "normalize_adain", true, "does not scale its modulated features");
        IrSeBackbone.Config backbone = backbone(part);
        checkAdaIn(encoder, backbone);

        Map<String, long[]> tensors = part.shapes();
        String motion = "mapping.motion_encoder.";
        if (!tensors.containsKey(motion + "frame_0_const")) {
            throw new IllegalArgumentException("is the ablation without first-frame awareness");
        }
        return new StyleInV.Config(
                backbone,
                new TemporalStyle.Config(
                        side(tensors, "mapping.fcf1.weight", 0),
                        side(tensors, motion + "conv.0.weight", 0),
                        setting(module, "sampling", "max_num_frames"),
                        setting(module, "motion", "motion_z_distance"),
                        side(tensors, motion + "time_encoder.freqs", 1),
                        period(module, "min_period_len"),
                        period(module, "max_period_len"),
                        side(tensors, motion + "conv.0.weight", 2)));
    }

    private static int setting(PyModule module, String... path) {
        String name = String.join(".", path);
        return integer(
                name,
                module.attribute("mapping_opts", path)
                        .orElseThrow(() -> new IllegalArgumentException("has no setting " + name)));
    }

    private static double period(PyModule module, String name) {
        return number(
                name,
                module.attribute("mapping_opts", "motion", "time_enc", name)
                        .orElseThrow(() -> new IllegalArgumentException("has no setting " + name)));
    }

    /** A stage begins where a unit halves the size; without the modules that say so, where the width changes. */
    private static IrSeBackbone.Config backbone(PublishedPart part) {
        Map<String, long[]> tensors = part.shapes();
        List<Integer> widths = new ArrayList<>();
        List<Integer> units = new ArrayList<>();
        int all = count(tensors, "encoder.body.%d.res_layer.3.weight");
        for (int unit = 0; unit < all; unit++) {
            String conv = "encoder.body." + unit + ".res_layer.3";
            int width = side(tensors, conv + ".weight", 0);
            boolean begins = part.module()
                    .map(module -> halves(child(module, conv)))
                    .orElse(unit > 0 && widths.get(widths.size() - 1) != width);
            if (begins || unit == 0) {
                widths.add(width);
                units.add(0);
            }
            units.set(units.size() - 1, units.get(units.size() - 1) + 1);
        }
        return new IrSeBackbone.Config(widths, units);
    }

    private static boolean halves(PyModule convolution) {
        return convolution
                .attribute("stride")
                .filter(stride -> stride instanceof Object[] sides
                        && sides.length == 2
                        && Long.valueOf(2).equals(sides[0]))
                .isPresent();
    }

    /** Modulation follows the last unit of each stage. */
    private static void checkAdaIn(PyModule encoder, IrSeBackbone.Config backbone) {
        List<Object> expected = new ArrayList<>();
        long last = -1;
        for (int units : backbone.units()) {
            last += units;
            expected.add(last);
        }
        Object actual = encoder.attribute("adain_index").orElse(expected);
        if (!expected.equals(actual)) {
            throw new IllegalArgumentException("modulates after other units than the last of each stage");
        }
    }

    private static PyModule child(PyModule module, String path) {
        return module.child(path).orElseThrow(() -> new IllegalArgumentException("has no module " + path));
    }

    private static void require(PyModule module, String name, Object expected, String otherwise) {
        if (!expected.equals(module.attribute(name).orElse(expected))) {
            throw new IllegalArgumentException(
                    otherwise + " (" + name + " is not " + expected + "), which these networks do not");
        }
    }

    /** How many names there are that count from 0. */
    private static int count(Map<String, long[]> tensors, String name) {
        return (int) IntStream.range(0, tensors.size())
                .takeWhile(i -> tensors.containsKey(String.format(Locale.ROOT, name, i)))
                .count();
    }

    private static int side(Map<String, long[]> tensors, String name, int axis) {
        long[] shape = tensors.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("has no tensor " + name);
        }
        if (shape.length <= axis) {
            throw new IllegalArgumentException("has the tensor " + name + " of " + shape.length + " axes");
        }
        return Math.toIntExact(shape[axis]);
    }

    private static int integer(String name, Object value) {
        if (value instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        throw new IllegalArgumentException("has the setting " + name + " that is no whole number");
    }

    private static double number(String name, Object value) {
        if (value instanceof Long || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        throw new IllegalArgumentException("has the setting " + name + " that is no number");
    }
}
