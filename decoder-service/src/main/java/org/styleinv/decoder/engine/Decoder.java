package org.styleinv.decoder.engine;

import java.util.List;
import org.styleinv.network.serving.ModelSwap;
import org.styleinv.network.serving.ServedModel;
import org.styleinv.network.stylegan.Noise;

/**
 * A loaded model: z to w, w to pixels. It takes and returns plain Java and owns every array of the engine, so all calls
 * come from one thread; what they began to paint may be fetched by another.
 */
public interface Decoder extends ServedModel {
    /**
     * One generator of the model.
     *
     * @param name {@code base} or the folder's name below {@code variants}
     * @param digest of its weights
     * @param resolution of its frames, pixels
     * @param wDim width of w
     */
    record Variant(String name, String digest, int resolution, int wDim) {
        public ModelSwap.Size size() {
            return new ModelSwap.Size(wDim, resolution);
        }
    }

    /** What this process paints, the base first. */
    List<Variant> variants();

    /** Of all variants, for they are generators of one architecture. */
    @Override
    default ModelSwap.Size size() {
        return variants().get(0).size();
    }

    /** Width of z. */
    int zDim();

    /** z from a seed: the same for ever. */
    float[] z(long seed);

    /** {@code z -> w}, truncated towards the mean face: 1 = off, 0 = the mean. */
    float[] map(float[] z, double truncationPsi);

    /** Frames that are being computed. They belong to no model: it may be closed meanwhile. */
    interface Painting extends AutoCloseable {
        /**
         * Waits for the frames, on any thread. 8-bit RGB, interleaved, rows from the top:
         * {@code trunc(clamp(x * 127.5 + 128, 0, 255))}. On a CPU a frame is the same to the last bit whatever it is painted with.
         *
         * @throws NotFinite if one of them has no finite picture
         */
        List<byte[]> pixels();

        /** Gives up what is not fetched. */
        @Override
        void close();
    }

    /** Queues frames on the device; a GPU computes them while the caller goes on. Whoever asks closes it. */
    Painting begin(String variant, Noise noise, List<Styles> styles);

    /** Frames as {@link Painting#pixels} gives them. */
    default List<byte[]> paintStyles(String variant, Noise noise, List<Styles> styles) {
        try (Painting painting = begin(variant, noise, styles)) {
            return painting.pixels();
        }
    }

    /** The same with one w for all layers. */
    default List<byte[]> paint(String variant, Noise noise, List<float[]> ws) {
        return paintStyles(variant, noise, ws.stream().map(Styles::of).toList());
    }

    /**
     * How far w lies from the mean of w, measured by the farthest of some faces that the model makes up: about 1 for a face.
     * Whatever is at most {@link #FARTHEST} away has finite pictures, of every variant.
     */
    double distance(float[] w);

    /** Beyond it a latent is no face any more; far below where sums of float32 overflow. */
    double FARTHEST = 1000;

    /**
     * One picture as the network gives it: planes R, G, B of floats in about [-1, 1]. Of the base always in the model's own
     * look, whatever style its frames have: motion and inversion look at it.
     *
     * @throws NotFinite if it is not finite
     */
    float[] synthesize(String variant, Noise noise, float[] w);
}
