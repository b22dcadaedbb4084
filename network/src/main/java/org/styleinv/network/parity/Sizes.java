package org.styleinv.network.parity;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/**
 * Configurations of networks, from the shapes of their published arrays alone. What no shape shows is a constant of the
 * published method: the clamp of activations, and 3, 4, 14, 3 units of the backbone.
 */
final class Sizes {
    private static final double CLAMP = 256;

    private final Map<String, long[]> shapes;

    Sizes(Map<String, long[]> shapes) {
        this.shapes = shapes;
    }

    static Sizes of(Npz weights) {
        return new Sizes(weights.shapes());
    }

    private int side(String name, int axis) {
        long[] shape = shapes.get(name);
        if (shape == null || shape.length <= axis) {
            throw new IllegalArgumentException("the sizes of the network cannot be told: "
                    + (shape == null ? "no array " + name : name + " has shape " + Arrays.toString(shape)));
        }
        return Math.toIntExact(shape[axis]);
    }

    boolean has(String name) {
        return shapes.containsKey(name);
    }

    /** The largest number that {@code pattern}'s group captures among the names. */
    private int largest(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return shapes.keySet().stream()
                .map(compiled::matcher)
                .filter(Matcher::find)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
                .max()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the sizes of the network cannot be told: no array is named like " + pattern));
    }

    /** The base that gives {@code channels(r) = min(base / r, max)} at every resolution. */
    private static int base(int resolution, IntUnaryOperator channels) {
        return IntStream.iterate(4, r -> r <= resolution, r -> 2 * r)
                .map(r -> r * channels.applyAsInt(r))
                .max()
                .orElseThrow();
    }

    Generator.Config generator() {
        int resolution = largest("^synthesis\\.b(\\d+)\\.");
        int base = base(resolution, r -> side("synthesis.b" + r + ".conv1.weight", 0));
        return new Generator.Config(
                side("mapping.fc0.weight", 1),
                largest("^mapping\\.fc(\\d+)\\.") + 1,
                new SynthesisNetwork.Config(
                        side("mapping.fc0.weight", 0),
                        resolution,
                        base,
                        side("synthesis.b4.const", 0),
                        has("synthesis.b4.conv1.noise_const"),
                        CLAMP));
    }

    /** @param group most samples of one minibatch standard deviation: no array shows it */
    Discriminator.Config discriminator(int group) {
        int resolution = largest("^b(\\d+)\\.");
        return new Discriminator.Config(
                resolution, base(resolution, this::judgeChannels), judgeChannels(4), group, CLAMP);
    }

    private int judgeChannels(int r) {
        return side(r == 4 ? "b4.conv.weight" : "b" + r + ".conv0.weight", 0);
    }

    /**
     * @param frames of a sample
     * @param group most samples of one minibatch standard deviation: no array shows it
     */
    VideoDiscriminator.Config videoDiscriminator(int frames, int group) {
        int resolution = largest("^b(\\d+)\\.");
        boolean firstFrame = shapes.keySet().stream().anyMatch(name -> name.startsWith("b4cond."));
        int joined = frames - (firstFrame ? 1 : 0);
        // Frames are joined where a block reads several times what the one before it gives.
        int concat = IntStream.iterate(resolution / 2, r -> r > 4, r -> r / 2)
                .filter(r -> side("b" + r + ".conv0.weight", 1) == joined * side("b" + 2 * r + ".conv1.weight", 0))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no block joins " + joined + " frames"));
        return new VideoDiscriminator.Config(
                resolution,
                base(resolution, this::judgeChannels),
                judgeChannels(4),
                group,
                CLAMP,
                frames,
                side("time_encoder.const_embed.weight", 0),
                concat,
                judgeChannels(concat) / side("b" + 2 * concat + ".conv1.weight", 0),
                firstFrame);
    }

    /** @param prefix of the backbone's names, with its dot */
    IrSeBackbone.Config backbone(String prefix) {
        int units = largest("^" + Pattern.quote(prefix) + "body\\.(\\d+)\\.") + 1;
        int published = IrSeBackbone.Config.PUBLISHED_UNITS.stream()
                .mapToInt(count -> count)
                .sum();
        if (units != published) {
            throw new IllegalArgumentException("the backbone has " + units + " units; " + published + " are known");
        }
        int last = -1;
        Integer[] widths = new Integer[IrSeBackbone.STAGES];
        for (int stage = 0; stage < widths.length; stage++) {
            last += IrSeBackbone.Config.PUBLISHED_UNITS.get(stage);
            widths[stage] = side(prefix + "body." + last + ".res_layer.3.weight", 0);
        }
        return new IrSeBackbone.Config(List.of(widths));
    }

    /** Width of the w that a backbone gives. */
    int wDim(String prefix) {
        return side(prefix + "linear.weight", 0);
    }

    /**
     * @param prefix of the temporal style's names, with its dot
     * @param rates of its waves, ascending, radians a frame
     */
    TemporalStyle.Config temporalStyle(String prefix, int clipLength, int anchorDistance, double[] rates) {
        return temporalStyle(
                prefix, clipLength, anchorDistance, 2 * Math.PI / rates[rates.length - 1], 2 * Math.PI / rates[0]);
    }

    TemporalStyle.Config temporalStyle(
            String prefix, int clipLength, int anchorDistance, double minPeriod, double maxPeriod) {
        String encoder = prefix + "motion_encoder.";
        return new TemporalStyle.Config(
                side(prefix + "fcf0.weight", 0),
                side(encoder + "frame_0_const", 0),
                clipLength,
                anchorDistance,
                side(encoder + "time_encoder.periods_predictor.weight", 0),
                minPeriod,
                maxPeriod,
                side(encoder + "conv.0.weight", 2));
    }
}
