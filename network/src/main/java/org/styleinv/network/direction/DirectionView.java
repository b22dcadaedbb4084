package org.styleinv.network.direction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.image.Quantise;
import org.styleinv.network.motion.MotionNoise;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/** Shows what a direction changes: pictures along it, and where in them and how they differ. */
public final class DirectionView {
    private static final int FACES = 6;
    private static final int BLOCKS = 8; // a picture is so many blocks wide; what changes more finely is shape
    private static final double MOSTLY_COLOUR = 0.5;
    private static final int CROWD = 48; // faces that tell how much a measure differs between faces
    private static final double SEEN = 0.25; // of that deviation, for one of w along the direction
    private static final double RIVAL = 1.5; // how much more than any other part of the picture

    private final Generator generator;
    private final Weights weights;
    private final int resolution;
    private double @Nullable [] crowd;

    /** By how many standard deviations among faces a measure changes with one standard deviation of w along a direction. */
    public record Change(Appearance measure, double deviations) {
        @Override
        public String toString() {
            return measure.called(deviations);
        }
    }

    /**
     * What a direction does to some faces.
     *
     * @param levels mean change of a channel from one end to the other, of 255
     * @param where the part of the picture that changes most: {@code top}, {@code middle}, {@code bottom} or {@code border}
     * @param colour whether most of it is even change of large areas; else edges move
     * @param changes what was measured, the largest first
     */
    public record Effect(double levels, String where, boolean colour, List<Change> changes) {
        /**
         * What it is called, as {@code skin-light}: empty if it does not change one part of a portrait clearly and more than
         * any other, or changes areas where that part has edges.
         */
        public Optional<String> name() {
            Change most = changes.get(0);
            double rival = changes.stream()
                    .filter(change -> change.measure().part != most.measure().part)
                    .mapToDouble(change -> Math.abs(change.deviations()))
                    .max()
                    .orElse(0);
            double size = Math.abs(most.deviations());
            boolean clear = size >= SEEN && size >= RIVAL * rival && most.measure().part.colour == colour;
            return clear ? Optional.of(most.toString()) : Optional.empty();
        }
    }

    public DirectionView(Generator generator, Weights weights) {
        this.generator = generator;
        this.weights = weights;
        resolution = generator.config().synthesis().resolution();
    }

    /** Measures {@code direction} between {@code -strength} and {@code strength}, over the faces of the first seeds. */
    public Effect effect(float[] direction, double strength) {
        int side = resolution;
        double[] change = new double[side * side]; // mean over channels and faces
        double[] measured = new double[Appearance.values().length];
        double even = 0;
        double all = 0;
        for (int seed = 0; seed < FACES; seed++) {
            int[] low = planes(moved(seed, direction, -strength));
            int[] high = planes(moved(seed, direction, strength));
            double[] before = Appearance.of(side, low);
            double[] after = Appearance.of(side, high);
            for (int i = 0; i < measured.length; i++) {
                measured[i] += (after[i] - before[i]) / (FACES * 2 * strength);
            }
            for (int c = 0; c < 3; c++) {
                double[] difference = new double[side * side];
                for (int i = 0; i < difference.length; i++) {
                    difference[i] = high[c * difference.length + i] - low[c * difference.length + i];
                    change[i] += Math.abs(difference[i]) / (3 * FACES);
                    all += difference[i] * difference[i];
                }
                even += even(difference);
            }
        }
        double levels = 0;
        for (double value : change) {
            levels += value / change.length;
        }
        return new Effect(levels, where(change), all > 0 && even / all >= MOSTLY_COLOUR, changes(measured));
    }

    private List<Change> changes(double[] measured) {
        double[] deviations = crowd();
        return Arrays.stream(Appearance.values())
                .map(measure -> new Change(
                        measure, measured[measure.ordinal()] / Math.max(1e-9, deviations[measure.ordinal()])))
                .sorted(Comparator.comparingDouble(change -> -Math.abs(change.deviations())))
                .toList();
    }

    /** The standard deviation of each measure among the model's faces. */
    private double[] crowd() {
        if (crowd == null) {
            double[] sums = new double[Appearance.values().length];
            double[] squares = new double[sums.length];
            float[] still = new float[generator.config().synthesis().wDim()];
            for (int seed = 0; seed < CROWD; seed++) {
                double[] measures = Appearance.of(resolution, planes(moved(seed, still, 0)));
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += measures[i];
                    squares[i] += measures[i] * measures[i];
                }
            }
            double[] deviations = new double[sums.length];
            for (int i = 0; i < sums.length; i++) {
                deviations[i] = Math.sqrt(Math.max(0, (squares[i] - sums[i] * sums[i] / CROWD) / (CROWD - 1)));
            }
            crowd = deviations;
        }
        return crowd;
    }

    /** The part of the energy that is left when each block is its mean. */
    private double even(double[] difference) {
        int block = Math.max(1, resolution / BLOCKS);
        double energy = 0;
        for (int top = 0; top < resolution; top += block) {
            for (int left = 0; left < resolution; left += block) {
                double sum = 0;
                int count = 0;
                for (int y = top; y < Math.min(resolution, top + block); y++) {
                    for (int x = left; x < Math.min(resolution, left + block); x++) {
                        sum += difference[y * resolution + x];
                        count++;
                    }
                }
                energy += sum * sum / count;
            }
        }
        return energy;
    }

    private String where(double[] change) {
        String[] names = {"top", "middle", "bottom", "border"};
        double[] sums = new double[names.length];
        int[] counts = new int[names.length];
        int margin = Math.max(1, resolution / 8);
        for (int y = 0; y < resolution; y++) {
            for (int x = 0; x < resolution; x++) {
                boolean border = Math.min(Math.min(x, y), resolution - 1 - Math.max(x, y)) < margin;
                int part = border ? 3 : Math.min(2, 3 * (y - margin) / Math.max(1, resolution - 2 * margin));
                sums[part] += change[y * resolution + x];
                counts[part]++;
            }
        }
        int most = 0;
        for (int part = 1; part < names.length; part++) {
            if (sums[part] / Math.max(1, counts[part]) > sums[most] / Math.max(1, counts[most])) {
                most = part;
            }
        }
        return names[most];
    }

    /** The face of a seed at each of some strengths: rows from the top, each pixel red, green, blue. */
    public List<byte[]> pictures(int seed, float[] direction, double... strengths) {
        List<byte[]> pictures = new ArrayList<>();
        for (double strength : strengths) {
            int[] planes = planes(moved(seed, direction, strength));
            int size = resolution * resolution;
            byte[] rgb = new byte[3 * size];
            for (int i = 0; i < size; i++) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * i + c] = (byte) planes[c * size + i];
                }
            }
            pictures.add(rgb);
        }
        return pictures;
    }

    private float[] moved(int seed, float[] direction, double strength) {
        int zDim = generator.config().zDim();
        try (NDManager scope = weights.manager().newSubManager()) {
            float[] w = generator
                    .mapping()
                    .forward(
                            Pass.inference(scope, weights),
                            scope.create(MotionNoise.anchor(seed, 0, zDim), new Shape(1, zDim)))
                    .toFloatArray();
            for (int i = 0; i < w.length; i++) {
                w[i] += (float) (strength * direction[i]);
            }
            return w;
        }
    }

    /** Levels of the face of w: red, green and blue one after the other. */
    private int[] planes(float[] w) {
        try (NDManager scope = weights.manager().newSubManager()) {
            NDArray latent = scope.create(w, new Shape(1, w.length));
            float[] painted = generator
                    .synthesis()
                    .forward(Pass.inference(scope, weights), latent, Noise.CONST)
                    .toFloatArray();
            int[] levels = new int[painted.length];
            for (int i = 0; i < levels.length; i++) {
                levels[i] = Quantise.saved(painted[i]);
            }
            return levels;
        }
    }
}
