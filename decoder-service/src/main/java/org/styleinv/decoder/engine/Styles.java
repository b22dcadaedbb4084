package org.styleinv.decoder.engine;

/**
 * The styles of one frame: {@code coarse} in the first {@code split} layers, {@code fine} in those behind (StyleGAN, Karras
 * 2019, 3.1: style mixing).
 *
 * @param coarse w, {@code [wDim]}
 * @param fine w, {@code [wDim]}
 * @param split layers that take {@code coarse}
 */
public record Styles(float[] coarse, float[] fine, int split) {
    private static final int SMALLEST = 8; // the block of 4 pixels is the first layer alone

    /** One w for all layers. */
    public static Styles of(float[] w) {
        return new Styles(w, w, 0);
    }

    /** {@code w}, and {@code w + shift} in the layers from a resolution on. */
    public static Styles shifted(float[] w, float[] shift, int fromResolution) {
        float[] fine = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            fine[i] = w[i] + shift[i];
        }
        return new Styles(w, fine, layersBelow(fromResolution));
    }

    /** Whether layers of a model of that resolution begin at {@code fromResolution}. */
    public static boolean isLayer(int fromResolution, int resolution) {
        return fromResolution >= SMALLEST && fromResolution <= resolution && Integer.bitCount(fromResolution) == 1;
    }

    /** Layers with a w of their own below a block: one of 4 pixels, two of every other. */
    private static int layersBelow(int resolution) {
        return 2 * Integer.numberOfTrailingZeros(resolution / SMALLEST) + 1;
    }

    /** The w of a layer, from 0. */
    float[] at(int layer) {
        return layer < split ? coarse : fine;
    }

    /** Whether all layers have the same. */
    boolean isOne() {
        return coarse == fine;
    }
}
