package org.styleinv.mesh.bench.picture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.Rounds;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.watermark.MarkKey;
import org.styleinv.network.watermark.Payload;
import org.styleinv.network.watermark.Watermark;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.wire.Topics;

/** What the mark in the pixels costs of a frame, and how near it leaves it to what it was. */
public final class MarkBench implements AutoCloseable {
    private static final int BATCH = 16;
    private static final int REPEATS =
            16; // of what takes a fraction of painting, so that it is compiled before it counts
    private static final float JPEG_QUALITY = 0.92f; // as the decoder has it

    private final Decoder decoder;
    private final List<float[]> ws;
    private final List<byte[]> painted = new ArrayList<>();
    private final Watermark watermark;
    private final int side;

    /** @param frames of faces from seed 0 on */
    public MarkBench(ModelFolder model, int frames) {
        decoder = NetworkDecoder.load(model.folder());
        Decoder.Variant base = decoder.variants().get(0);
        side = base.resolution();
        watermark = new Watermark(new MarkKey(new byte[32]), Payload.of(base.digest(), 0), side);
        ws = IntStream.range(0, frames)
                .mapToObj(seed -> decoder.map(decoder.z(seed), 1))
                .toList();
        paint();
    }

    private void paint() {
        painted.clear();
        for (int from = 0; from < ws.size(); from += BATCH) {
            painted.addAll(
                    decoder.paint(Topics.BASE, Noise.CONST, ws.subList(from, Math.min(ws.size(), from + BATCH))));
        }
    }

    /** Milliseconds a frame. */
    private double time(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e6 / ws.size();
    }

    /** The same of each frame's pixels. */
    private double each(Consumer<byte[]> work) {
        return time(() -> {
                    for (int i = 0; i < REPEATS; i++) {
                        painted.forEach(work);
                    }
                })
                / REPEATS;
    }

    private double encoding(Encoding encoding) {
        return each(rgb -> PictureEncoder.encode(rgb, side, encoding, JPEG_QUALITY));
    }

    /** The figures under the names that machines read. */
    public Map<String, Object> measure(int rounds, IntConsumer progress) throws Exception {
        Map<String, Double> times = new Rounds()
                .with("paint", () -> time(this::paint))
                .with("png", () -> encoding(Encoding.PNG))
                .with("jpeg", () -> encoding(Encoding.JPEG))
                .with("mark", () -> each(watermark::mark))
                .medians(rounds, progress);
        double paint = Rounds.figure(times, "paint");
        double png = Rounds.figure(times, "png");
        double mark = Rounds.figure(times, "mark");
        double[] decibels = painted.stream()
                .mapToDouble(rgb -> psnr(rgb, watermark.mark(rgb)))
                .toArray();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", "mark");
        figures.put("resolution", side);
        figures.put("frames", ws.size());
        figures.put("rounds", rounds);
        figures.put("psnr_db", Figures.rounded(Rounds.median(decibels)));
        figures.put("psnr_least_db", Figures.rounded(Rounds.percentile(decibels, 0)));
        figures.put("ms_mark", Figures.rounded(mark));
        figures.put("ms_png", Figures.rounded(png));
        figures.put("ms_jpeg", Figures.rounded(Rounds.figure(times, "jpeg")));
        figures.put("baseline", "painting, then PNG");
        figures.put("ms_paint", Figures.rounded(paint));
        figures.put("share", Figures.rounded(mark / (paint + png)));
        return figures;
    }

    /** Decibels, infinite where both are the same. */
    static double psnr(byte[] one, byte[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            int off = (one[i] & 255) - (other[i] & 255);
            sum += off * off;
        }
        return 10 * Math.log10(255.0 * 255 * one.length / sum);
    }

    @Override
    public void close() {
        decoder.close();
    }
}
