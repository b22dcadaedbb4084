package org.styleinv.mesh.bench.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.MotionModel.Scene;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.motion.engine.NetworkMotion;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.wire.Topics;

/** How far the frames of a model in one precision are from those in another, with the engines of the services. */
public final class PrecisionLoss implements AutoCloseable {
    private static final int OF_A_STREAM = 16; // frames of one seed
    private static final int APART = 8; // from one frame to the next
    private static final double WHITE = 255;
    private static final double EQUAL = 99; // dB of frames without a difference: records hold finite numbers

    /**
     * Of some frames.
     *
     * @param all   peak signal-to-noise ratio of all of them together, dB
     * @param worst that of the frame that is furthest away
     */
    public record Loss(double all, double worst) {
        private static Loss of(List<Double> meanSquares) {
            return new Loss(
                    psnr(meanSquares.stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElseThrow()),
                    psnr(meanSquares.stream()
                            .mapToDouble(Double::doubleValue)
                            .max()
                            .orElseThrow()));
        }

        private static double psnr(double meanSquare) {
            return Math.min(EQUAL, 10 * Math.log10(WHITE * WHITE / meanSquare));
        }
    }

    /** A model's engines; {@code motion} is null where it has none. */
    private record Engines(Decoder decoder, @Nullable MotionModel motion) {
        static Engines open(ModelFolder model) {
            Path folder = model.folder();
            Decoder decoder = NetworkDecoder.load(folder);
            try {
                return new Engines(decoder, model.architecture().motion() == null ? null : NetworkMotion.load(folder));
            } catch (RuntimeException e) {
                decoder.close();
                throw e;
            }
        }

        /** The first latents of a stream, made together. */
        List<float[]> latents(int stream, int frames) {
            return latents(stream, IntStream.range(0, frames));
        }

        /** One of them, made alone. */
        float[] latent(int stream, int frame) {
            return latents(stream, IntStream.of(frame)).get(0);
        }

        /** Of faces that stand still where there is no motion. */
        private List<float[]> latents(int stream, IntStream frames) {
            if (motion == null) {
                return frames.mapToObj(i -> decoder.map(decoder.z((long) stream * OF_A_STREAM + i), 1))
                        .toList();
            }
            float[] w0 = decoder.map(decoder.z(stream), 1);
            Scene scene = motion.begin(w0, decoder.synthesize(Topics.BASE, Noise.CONST, w0), stream);
            try {
                return motion.latents(frames.mapToObj(i -> new Step(scene, (long) i * APART, 1))
                        .toList());
            } finally {
                motion.end(scene);
            }
        }

        void close() {
            decoder.close();
            if (motion != null) {
                motion.close();
            }
        }
    }

    private final Engines exact;

    /** @param exact what others are held against; its folder may change afterwards */
    public PrecisionLoss(ModelFolder exact) throws IOException {
        this.exact = Engines.open(exact);
    }

    /**
     * What is lost.
     *
     * @param decoder of each variant, the base first: pictures of the same latents
     * @param frames  of streams of the base, motion and decoder both in the other precision; null where there is no motion
     */
    public record Losses(
            List<String> variants,
            List<Loss> decoder,
            @Nullable Loss frames) {}

    /** What is lost in {@code model}, which differs by its precision alone, in so many frames. */
    public Losses of(ModelFolder model, int frames, IntConsumer progress) throws IOException {
        Engines near = Engines.open(model);
        try {
            List<String> variants =
                    exact.decoder.variants().stream().map(Decoder.Variant::name).toList();
            List<List<Double>> painted = variants.stream()
                    .<List<Double>>map(name -> new ArrayList<>())
                    .toList();
            List<Double> moved = new ArrayList<>();
            for (int done = 0; done < frames; done += OF_A_STREAM) {
                int stream = done / OF_A_STREAM;
                List<float[]> latents = exact.latents(stream, Math.min(OF_A_STREAM, frames - done));
                List<byte[]> own = List.of();
                for (int i = variants.size() - 1; i >= 0; i--) {
                    own = exact.decoder.paint(variants.get(i), Noise.CONST, latents);
                    compare(own, near.decoder.paint(variants.get(i), Noise.CONST, latents), painted.get(i));
                }
                if (near.motion != null) { // the base was the last
                    List<float[]> others = near.latents(stream, latents.size());
                    compare(own, near.decoder.paint(Topics.BASE, Noise.CONST, others), moved);
                }
                progress.accept(done + latents.size());
            }
            return new Losses(
                    variants, painted.stream().map(Loss::of).toList(), moved.isEmpty() ? null : Loss.of(moved));
        } finally {
            near.close();
        }
    }

    /**
     * The largest difference of a value, from 0 to 255, between frames that were made alone and the same frames made in one batch,
     * latents and pixels both: what a device promises of them.
     */
    public static int aloneAndTogether(ModelFolder model, int frames) throws IOException {
        Engines engines = Engines.open(model);
        try {
            List<float[]> latents = new ArrayList<>();
            for (int done = 0; done < frames; done += OF_A_STREAM) {
                latents.addAll(engines.latents(done / OF_A_STREAM, Math.min(OF_A_STREAM, frames - done)));
            }
            List<byte[]> together = engines.decoder.paint(Topics.BASE, Noise.CONST, latents);
            int largest = 0;
            for (int i = 0; i < frames; i++) {
                float[] latent = engines.latent(i / OF_A_STREAM, i % OF_A_STREAM);
                byte[] alone = engines.decoder
                        .paint(Topics.BASE, Noise.CONST, List.of(latent))
                        .get(0);
                for (int k = 0; k < alone.length; k++) {
                    largest = Math.max(largest, Math.abs((alone[k] & 255) - (together.get(i)[k] & 255)));
                }
            }
            return largest;
        } finally {
            engines.close();
        }
    }

    private static void compare(List<byte[]> exact, List<byte[]> near, List<Double> meanSquares) {
        for (int i = 0; i < exact.size(); i++) {
            byte[] one = exact.get(i);
            byte[] other = near.get(i);
            double sum = 0;
            for (int k = 0; k < one.length; k++) {
                int difference = (one[k] & 255) - (other[k] & 255);
                sum += difference * difference;
            }
            meanSquares.add(sum / one.length);
        }
    }

    @Override
    public void close() {
        exact.close();
    }
}
