package org.styleinv.trainer.evaluate.detector;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.image.Quantise;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.Digests;
import org.styleinv.trainer.evaluate.Eta;
import org.styleinv.trainer.evaluate.Footage;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.evaluate.Rows;

/**
 * What a detector sees of real and of generated pictures or clips, row by row; rows that were taken before are there.
 *
 * @param digest of the subject
 * @param count pictures or clips
 * @param cache folder of the rows
 */
record Looking(
        Detector detector,
        PublishedMeasure measure,
        MeasuredModel subject,
        String digest,
        VideoDataset data,
        int count,
        long seed,
        Path cache,
        Consumer<String> say) {
    private static final int VIDEO = 16; // consecutive frames of a generated video that stand as pictures

    /** Of real data; the caller closes them. As many as asked for, or of clips as many as there are. */
    Rows real() throws IOException {
        int[] clips = clips();
        if (clips.length == 0) {
            throw new FileRefused("no video of the data has the " + measure.span() + " frames that "
                    + measure.published() + " takes from each (the longest has " + data.longest()
                    + "): give longer videos, or another metric");
        }
        int rows = measure.frames() == 1 ? count : Math.min(count, clips.length);
        // Real data are known by what they show: another model's evaluation finds these rows, too.
        Rows all = Rows.open(cache, "real", key(data.digest()), detector.width());
        return filled(all, rows, "real", i -> measure.frames() == 1 ? picture(i) : clip(clips[(int) i]));
    }

    /** Of the subject. */
    Rows made() throws IOException {
        Rows all = Rows.open(cache, "made", key(digest), detector.width());
        return filled(all, count, "generated", i -> measure.frames() == 1 ? generatedPicture(i) : generatedClip(i));
    }

    /** Pixels of one picture or clip, each frame planar. */
    private interface Source {
        float[][] at(long index);
    }

    private Rows filled(Rows rows, int wanted, String what, Source source) throws IOException {
        try {
            int batch = measure.use().batch;
            Eta eta = new Eta(what + (measure.frames() == 1 ? " pictures" : " clips"), say);
            rows.fillBatches(
                    wanted,
                    first -> {
                        int part = (int) Math.min(batch, wanted - first);
                        int r = data.resolution();
                        int size = measure.frames() * 3 * r * r;
                        byte[] bytes = new byte[part * size];
                        for (int i = 0; i < part; i++) {
                            put(source.at(first + i), bytes, i * size);
                        }
                        return measure.frames() == 1
                                ? detector.look(bytes, part, 3, r, r)
                                : detector.look(bytes, part, 3, measure.frames(), r, r);
                    },
                    eta);
            return rows;
        } catch (IOException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /** Frames of planes to planes of frames, {@code [3, t, h, w]}, as bytes. */
    private static void put(float[][] frames, byte[] into, int offset) {
        int plane = frames[0].length / 3;
        for (int c = 0; c < 3; c++) {
            for (int t = 0; t < frames.length; t++) {
                for (int p = 0; p < plane; p++) {
                    into[offset + (c * frames.length + t) * plane + p] =
                            (byte) Quantise.measured(frames[t][c * plane + p]);
                }
            }
        }
    }

    /** A random frame of a random video. */
    private float[][] picture(long index) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ index);
        int clip = random.nextInt(data.clips());
        return new float[][] {frame(clip, random.nextInt(data.frames(clip)))};
    }

    /** From a random frame on. */
    private float[][] clip(int clip) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ clip);
        int start = random.nextInt(data.frames(clip) - measure.span() + 1);
        return IntStream.range(0, measure.frames())
                .mapToObj(i -> frame(clip, start + i * measure.stride()))
                .toArray(float[][]::new);
    }

    private float[] frame(int clip, int index) {
        float[] values = new float[3 * data.resolution() * data.resolution()];
        data.read(clip, index, false, values, 0);
        return values;
    }

    /** Videos that are long enough, each once, in an order of the seed. */
    private int[] clips() {
        int[] clips = IntStream.range(0, data.clips())
                .filter(clip -> data.frames(clip) >= measure.span())
                .toArray();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = clips.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int clip = clips[i];
            clips[i] = clips[other];
            clips[other] = clip;
        }
        return clips;
    }

    private float[][] generatedPicture(long index) {
        return subject.moves()
                ? subject.ofSeed(seed, index / VIDEO).frames(index % VIDEO, 1)
                : subject.samples(seed, index, 1);
    }

    private float[][] generatedClip(long index) {
        Footage stream = subject.ofSeed(seed, index);
        return measure.stride() == 1
                ? stream.frames(0, measure.frames())
                : IntStream.range(0, measure.frames())
                        .mapToObj(i -> stream.frames((long) i * measure.stride(), 1)[0])
                        .toArray(float[][]::new);
    }

    private String key(String of) {
        return Digests.of(
                of,
                detector.digest(),
                measure.use().toString(),
                Arrays.toString(new int[] {data.resolution(), measure.frames(), measure.stride()}),
                Long.toString(seed));
    }

    /** What it takes, in words. */
    String protocol(long real) {
        String kind = measure.frames() == 1
                ? String.format(
                        Locale.ROOT,
                        "%d random frames of random videos against %d frames of %s",
                        real,
                        count,
                        subject.moves() ? "generated videos, 16 in a row of each" : "seeds")
                : String.format(
                        Locale.ROOT,
                        "%d videos, a random stretch of each, against the beginnings of %d generated ones, %d frames, stride %d",
                        real,
                        count,
                        measure.frames(),
                        measure.stride());
        return String.format(
                Locale.ROOT,
                "%s of %d%s: %s at %d x %d, data %s, detector %s %s",
                measure.published(),
                count,
                count == measure.count() ? "" : String.format(Locale.ROOT, " (published: %d)", measure.count()),
                kind,
                data.resolution(),
                data.resolution(),
                Digests.brief(data.digest()),
                measure.use().file,
                Digests.brief(detector.digest()));
    }
}
