package org.styleinv.mesh.bench.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.Rounds;
import org.styleinv.mesh.bench.ThreadTime;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.MotionModel.Scene;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.motion.engine.NetworkMotion;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.wire.Topics;

/**
 * What part of a frame's work encoding is. Latents, painting and each encoding of the same frames take turns on the calling thread, and what is
 * compared is that thread's own time of the processor; so the engine must have one compute thread.
 */
public final class PictureBench implements AutoCloseable {
    private static final int BATCH = 16; // frames that are made together, as full batches are
    private static final double LEAST_MS = 60; // of a turn, by repeating it
    private static final float JPEG_QUALITY = 0.92f; // as the decoder has it
    private static final List<Encoding> ENCODINGS = List.of(Encoding.RAW, Encoding.PNG, Encoding.JPEG);
    private static final String LATENTS = "latents";
    private static final String PAINT = "paint";

    private final Decoder decoder;
    private final MotionModel motion;
    private final List<List<Step>> batches = new ArrayList<>();
    private final List<List<float[]>> ws = new ArrayList<>();
    private final List<byte[]> painted = new ArrayList<>();
    private final int side;

    /** @param frames the first sixteen of each face, of seeds from 0 on */
    public PictureBench(ModelFolder model, int frames) throws IOException {
        if (model.architecture().motion() == null) {
            throw new IOException(model.folder() + " has no motion, so it makes no streams: name another with --model");
        }
        decoder = NetworkDecoder.load(model.folder());
        motion = NetworkMotion.load(model.folder());
        side = motion.resolution();
        for (int from = 0; from < frames; from += BATCH) {
            Scene scene = scene(from / BATCH);
            batches.add(LongStream.range(0, Math.min(BATCH, frames - from))
                    .mapToObj(index -> new Step(scene, index, 1))
                    .toList());
        }
        animate();
        paint();
    }

    private Scene scene(long seed) {
        float[] w0 = decoder.map(decoder.z(seed), 1);
        return motion.begin(w0, decoder.synthesize(Topics.BASE, Noise.CONST, w0), seed);
    }

    private void animate() {
        ws.clear();
        batches.forEach(steps -> ws.add(motion.latents(steps)));
    }

    private void paint() {
        painted.clear();
        ws.forEach(batch -> painted.addAll(decoder.paint(Topics.BASE, Noise.CONST, batch)));
    }

    private byte[] encode(byte[] rgb, Encoding encoding) {
        return PictureEncoder.encode(rgb, side, encoding, JPEG_QUALITY);
    }

    private Rounds.Rival each(ThreadTime.Work work) {
        return () -> ThreadTime.of(work, LEAST_MS) / painted.size();
    }

    /** The figures of each encoding under the names that machines read. */
    public List<Map<String, Object>> measure(int rounds, IntConsumer progress) throws Exception {
        Rounds rivals = new Rounds().with(LATENTS, each(this::animate)).with(PAINT, each(this::paint));
        for (Encoding encoding : ENCODINGS) {
            rivals.with(encoding.name(), each(() -> painted.forEach(rgb -> encode(rgb, encoding))));
        }
        Map<String, double[]> times = rivals.all(rounds, progress);
        List<Map<String, Object>> all = new ArrayList<>();
        for (Encoding encoding : ENCODINGS) {
            all.add(figures(encoding, rounds, times));
        }
        return all;
    }

    private Map<String, Object> figures(Encoding encoding, int rounds, Map<String, double[]> times) throws IOException {
        double[] latents = Objects.requireNonNull(times.get(LATENTS));
        double[] paint = Objects.requireNonNull(times.get(PAINT));
        double[] encode = Objects.requireNonNull(times.get(encoding.name()));
        double[] share = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            share[i] = encode[i] / (latents[i] + paint[i] + encode[i]);
        }
        long bytes = 0;
        double[] decibels = new double[painted.size()];
        for (int i = 0; i < decibels.length; i++) {
            byte[] rgb = painted.get(i);
            byte[] stored = encode(rgb, encoding);
            bytes += stored.length;
            decibels[i] = MarkBench.psnr(rgb, encoding == Encoding.RAW ? stored : read(stored));
        }
        double worst = Rounds.percentile(decibels, 0);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", "pictures");
        figures.put("encoding", encoding.name().toLowerCase(Locale.ROOT));
        figures.put("resolution", side);
        figures.put("frames", painted.size());
        figures.put("rounds", rounds);
        figures.put("bytes_per_frame", Figures.rounded((double) bytes / painted.size()));
        figures.put("exact", Double.isInfinite(worst)); // read back, each frame is what was painted
        figures.put("psnr_least_db", Figures.rounded(worst));
        Figures.spread(figures, "ms_encode", encode);
        figures.put("baseline", "latents, painting and encoding");
        Figures.spread(figures, "ms_latents", latents);
        Figures.spread(figures, "ms_paint", paint);
        Figures.spread(figures, "share", share);
        return figures;
    }

    @Override
    public void close() {
        motion.close();
        decoder.close();
    }

    /** Interleaved 8-bit RGB of a stored picture. */
    private static byte[] read(byte[] stored) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(stored));
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            rgb[3 * i] = (byte) (pixels[i] >> 16);
            rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
            rgb[3 * i + 2] = (byte) pixels[i];
        }
        return rgb;
    }
}
