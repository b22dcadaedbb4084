package org.styleinv.trainer.evaluate.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.Footage;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.video.VideoWriter;

/**
 * Pictures of a model: what it paints, what it makes of pictures that it has not seen, and how it moves.
 *
 * @param seed of every choice
 */
public record Showing(MeasuredModel subject, VideoDataset videos, long seed) {
    private static final int SAMPLES = 64;
    private static final int INVERSIONS = 16;
    private static final int STREAMS = 8;
    private static final int ABREAST = 4; // clips in a row of the film
    private static final int FILMED = 256; // pixels a side of each, about
    private static final int PART = 16; // frames at a time

    /** Those of {@link #streams()}. */
    static final List<Long> INDEXES =
            List.of(0L, 1L, 2L, 8L, 15L, 30L, 60L, 150L, 151L, 152L, 1_000_000L, 1_000_001L, 1_000_002L, 1_000_030L);

    /** Writes {@code samples.png}, {@code inversions.png} and {@code streams.png}, as far as the model has them. */
    public void write(Path folder) throws IOException {
        samples().write(folder.resolve("samples.png"));
        if (subject.inverts()) {
            inversions().write(folder.resolve("inversions.png"));
        }
        if (subject.moves()) {
            streams().write(folder.resolve("streams.png"));
        }
    }

    /** Pictures from seeds, untruncated. */
    public Sheet samples() {
        return new Sheet(Arrays.asList(subject.samples(seed, 0, SAMPLES)), 8, zoom());
    }

    /** Unseen frames and, behind each, its inversion. */
    public Sheet inversions() {
        List<float[]> all = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < INVERSIONS; i++) {
            int clip = random.nextInt(videos.clips());
            float[] frame = frame(clip, random.nextInt(videos.frames(clip)));
            all.add(frame);
            all.add(subject.inverted(frame));
        }
        return new Sheet(all, 8, zoom());
    }

    /** Eight streams, a row each, at {@link #INDEXES}, near and far. */
    public Sheet streams() {
        List<float[]> all = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Footage stream = stream(i);
            for (long index : INDEXES) {
                all.add(stream.frames(index, 1)[0]);
            }
        }
        return new Sheet(all, INDEXES.size(), zoom());
    }

    /**
     * A film of four videos and, below each, a stream that begins with its first frame; with a model that cannot invert
     * it, one from a seed.
     */
    byte[] film(int frames, double fps) throws IOException {
        int clips = Math.min(ABREAST, videos.clips());
        List<Footage> streams = new ArrayList<>();
        for (int i = 0; i < clips; i++) {
            streams.add(subject.inverts() ? subject.ofFrame(frame(i, 0), seed + i) : subject.ofSeed(seed, i));
        }
        Path folder = Files.createTempDirectory("styleinv-film");
        Path file = folder.resolve("clip.mp4");
        int zoom = Math.max(1, FILMED / subject.resolution());
        int side = subject.resolution() * zoom;
        try {
            try (VideoWriter writer = new VideoWriter(file, clips * side, 2 * side, fps)) {
                for (int from = 0; from < frames; from += PART) {
                    List<float[][]> parts = new ArrayList<>();
                    for (Footage stream : streams) {
                        parts.add(stream.frames(from, Math.min(PART, frames - from)));
                    }
                    for (int i = 0; i < parts.get(0).length; i++) {
                        List<float[]> cells = new ArrayList<>();
                        for (int clip = 0; clip < clips; clip++) {
                            cells.add(frame(clip, Math.min(from + i, videos.frames(clip) - 1)));
                        }
                        for (float[][] part : parts) {
                            cells.add(part[i]);
                        }
                        writer.write(new Sheet(cells, clips, zoom).rgb());
                    }
                }
            }
            return Files.readAllBytes(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /** By turns from seeds and from unseen frames. */
    Footage stream(int i) {
        return i % 2 == 0 || !subject.inverts()
                ? subject.ofSeed(seed, i)
                : subject.ofFrame(frame(i / 2 % videos.clips(), 0), seed + i);
    }

    float[] frame(int clip, int index) {
        float[] values = new float[3 * videos.resolution() * videos.resolution()];
        videos.read(clip, index, false, values, 0);
        return values;
    }

    private int zoom() {
        return subject.resolution() < 128 ? 2 : 1;
    }
}
