package org.styleinv.trainer.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.styleinv.network.augment.AugmentPipe;
import org.styleinv.network.stylegan.Noise;

/** The random numbers of one phase of one step: a pure function of (seed, step, phase), so that resuming is exact. */
public final class Draws implements AugmentPipe.Draws {
    /** What a phase shows to a discriminator. */
    public enum Shown {
        FAKE,
        REAL
    }

    private final long origin;
    private final SplittableRandom random;

    public Draws(long seed, long step, int phase) {
        this(seed * 0x9E3779B97F4A7C15L ^ step * 0xBF58476D1CE4E5B9L ^ phase * 0x94D049BB133111EBL);
    }

    private Draws(long origin) {
        this.origin = origin;
        random = new SplittableRandom(origin);
    }

    /** A stream of its own for each of {@code n} pictures, beside this one, which they leave where it is. */
    public List<Draws> each(Shown shown, int n) {
        SplittableRandom seeds = new SplittableRandom(origin ^ (shown.ordinal() + 1) * 0xD1B54A32D192ED03L);
        return Stream.generate(() -> new Draws(seeds.nextLong())).limit(n).toList();
    }

    @Override
    public double uniform() {
        return random.nextDouble();
    }

    @Override
    public boolean happens(double probability) {
        return uniform() < probability;
    }

    @Override
    public double normal() {
        return random.nextGaussian();
    }

    /** From 0 to {@code bound - 1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    public boolean coin() {
        return random.nextBoolean();
    }

    /** Where a synthesis network takes its noise from; only random noise takes a number. */
    public Noise noise(Noise.Mode mode) {
        return switch (mode) {
            case CONST -> Noise.CONST;
            case NONE -> Noise.NONE;
            case RANDOM -> Noise.randomEach(random.nextLong());
        };
    }

    /** Real frames as with {@code balanced}. */
    public NDArray frames(NDManager manager, VideoDataset data, int n, boolean mirror) {
        return frames(manager, data, n, mirror, true);
    }

    /**
     * Real frames {@code [n, 3, r, r]} in [-1, 1].
     *
     * @param balanced whether a clip is drawn, then a frame of it, so that long videos do not dominate ({@code
     *     video-balance}); else every frame is as likely as any other
     */
    public NDArray frames(NDManager manager, VideoDataset data, int n, boolean mirror, boolean balanced) {
        Frames frames = new Frames(data, n);
        for (int i = 0; i < n; i++) {
            int clip = 0;
            int frame;
            if (balanced) {
                clip = below(data.clips());
                frame = below(data.frames(clip));
            } else {
                frame = below(Math.toIntExact(data.totalFrames()));
                while (frame >= data.frames(clip)) {
                    frame -= data.frames(clip++);
                }
            }
            frames.read(i, clip, frame, mirror && coin());
        }
        return frames.array(manager);
    }

    /** Two real frames of each of {@code n} clips, {@code [2n, 3, r, r]}: all first ones, then all second ones. */
    public NDArray pairs(NDManager manager, VideoDataset data, int n, boolean mirror) {
        Frames frames = new Frames(data, 2 * n);
        for (int i = 0; i < n; i++) {
            int clip = below(data.clips());
            boolean mirrored = mirror && coin();
            frames.read(i, clip, below(data.frames(clip)), mirrored);
            frames.read(n + i, clip, below(data.frames(clip)), mirrored);
        }
        return frames.array(manager);
    }

    /** A batch of frames as they are read. */
    private static final class Frames {
        private final VideoDataset data;
        private final Shape shape;
        private final float[] values;

        private Frames(VideoDataset data, int n) {
            this.data = data;
            int r = data.resolution();
            shape = new Shape(n, 3, r, r);
            values = new float[Math.toIntExact(shape.size())];
        }

        private void read(int i, int clip, int frame, boolean mirrored) {
            data.read(clip, frame, mirrored, values, Math.toIntExact(i * (shape.size() / shape.get(0))));
        }

        private NDArray array(NDManager manager) {
            return manager.create(values, shape);
        }
    }

    public NDArray normal(NDManager manager, long... shape) {
        Shape s = new Shape(shape);
        float[] values = new float[Math.toIntExact(s.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, s);
    }
}
