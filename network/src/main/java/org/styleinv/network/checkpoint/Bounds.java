package org.styleinv.network.checkpoint;

import org.styleinv.network.Layer;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/**
 * How large a network may be, number by number and in all: so that a record or a checkpoint that is damaged, or made to do
 * harm, cannot ask for all memory or for hours. Each bound is several times what any published model has. What is refused
 * is an {@link IllegalArgumentException} with the name of the number, what it is and what it may be.
 */
public final class Bounds {
    private static final int WIDEST = 4096; // w and z have 512 values, layers at most 1024 maps
    private static final int MOST_MAPPING_LAYERS = 64; // 8
    private static final int MOST_CHANNEL_BASE = 1 << 18; // 32768
    private static final int MOST_UNITS = 64; // 36, in IR-SE152
    private static final int MOST_FRAMES = 1 << 20;
    private static final int WIDEST_KERNEL = 63; // 11
    private static final double LARGEST = 1e6; // of what is a size or a time
    private static final long MOST_PARAMETERS = 500_000_000; // 2 GB; the whole model of 256 pixels has 110 million
    private static final long MOST_ACTIVATIONS = 1L << 28; // of one layer for one frame: 1 GB

    private Bounds() {}

    public static void check(Generator.Config generator) {
        if (generator.synthesis() == null) {
            throw new IllegalArgumentException("a generator has a synthesis network");
        }
        SynthesisNetwork.Config synthesis = generator.synthesis();
        whole("zDim", generator.zDim(), 1, WIDEST);
        whole("mappingLayers", generator.mappingLayers(), 1, MOST_MAPPING_LAYERS);
        whole("wDim", synthesis.wDim(), 1, WIDEST);
        whole("channelBase", synthesis.channelBase(), synthesis.resolution(), MOST_CHANNEL_BASE);
        whole("channelMax", synthesis.channelMax(), 1, WIDEST);
        real("convClamp", synthesis.convClamp(), 0);
        long largest = 0;
        for (int at = 4; at <= synthesis.resolution(); at *= 2) {
            largest = Math.max(largest, (long) synthesis.channels(at) * at * at);
        }
        if (largest > MOST_ACTIVATIONS) {
            throw new IllegalArgumentException("the generator has a layer of " + largest
                    + " values for one frame, but at most " + MOST_ACTIVATIONS + " are allowed");
        }
        parameters("the generator", new Generator(generator));
    }

    public static void check(InversionEncoder.Config encoder) {
        whole("wDim", encoder.wDim(), 1, WIDEST);
        check("the encoder", encoder.backbone());
        parameters("the encoder", new InversionEncoder(encoder));
    }

    public static void check(StyleInV.Config motion) {
        if (motion.style() == null) {
            throw new IllegalArgumentException("a motion generator has a temporal style");
        }
        check("the motion generator", motion.backbone());
        TemporalStyle.Config style = motion.style();
        whole("wDim", style.wDim(), 1, WIDEST);
        whole("zDim", style.zDim(), 1, WIDEST);
        whole("clipLength", style.clipLength(), 2, MOST_FRAMES);
        whole("anchorDistance", style.anchorDistance(), 1, MOST_FRAMES);
        whole("frequencies", style.frequencies(), 1, WIDEST);
        whole("kernel", style.kernel(), 1, WIDEST_KERNEL);
        real("minPeriod", style.minPeriod(), 0);
        real("maxPeriod", style.maxPeriod(), 0);
        real("reach", motion.reach(), 0);
        parameters("the motion generator", new StyleInV(motion));
    }

    private static void check(String network, IrSeBackbone.Config backbone) {
        if (backbone == null) {
            throw new IllegalArgumentException(network + " has a backbone");
        }
        backbone.widths().forEach(width -> whole("widths", width, 16, WIDEST));
        whole("reads", backbone.reads(), 0, WIDEST);
        backbone.units().forEach(units -> whole("units", units, 1, MOST_UNITS));
    }

    private static void whole(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ", got " + value);
        }
    }

    private static void real(String name, double value, double least) {
        if (!(value >= least && value <= LARGEST)) {
            throw new IllegalArgumentException(name + " must be from 0 to a million, got " + value);
        }
    }

    /** Declared shapes take no memory for their values, and there are few: all numbers were checked before. */
    private static void parameters(String network, Layer layer) {
        long sum = 0;
        for (Layer.Variable variable : layer.variables()) {
            long size = 1;
            for (long side : variable.shape()) {
                size *= side;
            }
            sum += size;
        }
        if (sum > MOST_PARAMETERS) {
            throw new IllegalArgumentException(
                    network + " has " + sum + " parameters, but at most " + MOST_PARAMETERS + " are allowed");
        }
    }
}
