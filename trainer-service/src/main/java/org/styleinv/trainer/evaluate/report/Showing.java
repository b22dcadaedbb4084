package org.styleinv.trainer.evaluate.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.Footage;
import org.styleinv.trainer.evaluate.Subject;

/**
 * Pictures of a model: what it paints, what it makes of pictures that it has not seen, and how it moves.
 *
 * @param seed of every choice
 */
public record Showing(Subject subject, VideoDataset videos, long seed) {
    private static final int SAMPLES = 64;
    private static final int INVERSIONS = 16;
    private static final int STREAMS = 8;
    private static final long[] INDEXES = {
        0, 1, 2, 8, 15, 30, 60, 150, 151, 152, 1_000_000, 1_000_001, 1_000_002, 1_000_030
    };

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

    /** Eight streams, a row each, at indexes near and far. */
    public Sheet streams() {
        List<float[]> all = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Footage stream = stream(i);
            for (long index : INDEXES) {
                all.add(stream.frames(index, 1)[0]);
            }
        }
        return new Sheet(all, INDEXES.length, zoom());
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
