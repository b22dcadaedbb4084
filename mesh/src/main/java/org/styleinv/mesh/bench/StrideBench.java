package org.styleinv.mesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.MotionModel.Scene;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.motion.engine.NetworkMotion;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.wire.Topics;

/**
 * What it costs, and what it saves, that the network makes every k-th latent and those between lie straight between them. Errors are of
 * the frames between: those of the network are the same to the bit.
 */
public final class StrideBench implements AutoCloseable {
    private static final int CHUNK = 16; // frames that are made together
    private static final double WHITE = 255;

    private final Decoder decoder;
    private final MotionModel motion;
    private final int frames;
    private final int streams;

    /** Errors of some frames, and of the worst. */
    private static final class Errors {
        private double squares; // of pixels, each from 0 to 255
        private double worst;
        private long count;
        private double wayOff; // in W
        private double way;

        void add(double meanSquare) {
            squares += meanSquare;
            worst = Math.max(worst, meanSquare);
            count++;
        }

        private static double psnr(double meanSquare) {
            return 10 * Math.log10(WHITE * WHITE / meanSquare);
        }
    }

    /**
     * @param frames of each stream, from index 0
     * @param streams seeds from 0, each with the motion of the same seed
     */
    public StrideBench(ModelFolder model, int frames, int streams) throws IOException {
        if (model.architecture().motion() == null) {
            throw new IOException(model.folder() + " has no motion, so it makes no streams: name another with --model");
        }
        this.frames = frames;
        this.streams = streams;
        decoder = NetworkDecoder.load(model.folder());
        motion = NetworkMotion.load(model.folder());
    }

    private Scene scene(long seed) {
        float[] w0 = decoder.map(decoder.z(seed), 1);
        return motion.begin(w0, decoder.synthesize(Topics.BASE, Noise.CONST, w0), seed);
    }

    private List<float[]> latents(Scene scene, int stride) {
        List<float[]> latents = new ArrayList<>();
        for (int from = 0; from < frames; from += CHUNK * stride) {
            latents.addAll(motion.latents(LongStream.range(from, Math.min(frames, from + (long) CHUNK * stride))
                    .mapToObj(index -> new Step(scene, index, 1, stride))
                    .toList()));
        }
        return latents;
    }

    /** Milliseconds a frame of all streams' latents. */
    private double time(int stride) {
        long nanos = 0;
        for (int seed = 0; seed < streams; seed++) {
            Scene scene = scene(seed);
            long begun = System.nanoTime();
            latents(scene, stride);
            nanos += System.nanoTime() - begun;
            motion.end(scene);
        }
        return nanos / 1e6 / streams / frames;
    }

    /** The figures of a stride under the names that machines read. */
    public Map<String, Object> measure(int stride, int rounds, IntConsumer progress) throws Exception {
        Map<String, Double> times = new Rounds()
                .with("every", () -> time(1))
                .with("stride", () -> time(stride))
                .medians(rounds, progress);
        Errors errors = new Errors();
        for (int seed = 0; seed < streams; seed++) {
            compare(seed, stride, errors);
        }
        double every = Rounds.figure(times, "every");
        double strided = Rounds.figure(times, "stride");
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", "stride");
        figures.put("stride", stride);
        figures.put("resolution", motion.resolution());
        figures.put("frames", frames);
        figures.put("streams", streams);
        figures.put("frames_between", errors.count);
        figures.put("psnr_db", Figures.rounded(Errors.psnr(errors.squares / errors.count)));
        figures.put("psnr_least_db", Figures.rounded(Errors.psnr(errors.worst)));
        figures.put("w_error", Figures.rounded(errors.wayOff / errors.way));
        figures.put("rounds", rounds);
        figures.put("ms_per_frame", Figures.rounded(strided));
        figures.put("baseline", "stride 1");
        figures.put("baseline_ms_per_frame", Figures.rounded(every));
        figures.put("ratio", Figures.rounded(strided / every));
        return figures;
    }

    private void compare(long seed, int stride, Errors errors) {
        Scene scene = scene(seed);
        List<float[]> every = latents(scene, 1);
        List<float[]> strided = latents(scene, stride);
        motion.end(scene);
        for (int from = 0; from < frames; from += CHUNK) {
            int to = Math.min(frames, from + CHUNK);
            List<byte[]> exact = decoder.paint(Topics.BASE, Noise.CONST, every.subList(from, to));
            List<byte[]> near = decoder.paint(Topics.BASE, Noise.CONST, strided.subList(from, to));
            for (int i = 0; i < exact.size(); i++) {
                if ((from + i) % stride != 0) {
                    errors.add(meanSquare(exact.get(i), near.get(i)));
                    errors.wayOff += distance(every.get(from + i), strided.get(from + i));
                    errors.way += distance(every.get(from + i), every.get(0));
                }
            }
        }
    }

    private static double meanSquare(byte[] one, byte[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            int difference = (one[i] & 255) - (other[i] & 255);
            sum += difference * difference;
        }
        return sum / one.length;
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (double) (one[i] - other[i]);
        }
        return Math.sqrt(sum);
    }

    @Override
    public void close() {
        motion.close();
        decoder.close();
    }
}
