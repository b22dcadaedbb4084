package org.styleinv.network.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * Adaptive discriminator augmentation: each transformation happens to each picture with a probability that the trainer
 * adapts. Pictures of one clip share everything. Real and generated pictures go through it alike, gradients too, twice.
 * Training GANs with Limited Data (Karras et al. 2020), section 3 and appendix B; all constants are its.
 */
public final class AugmentPipe {
    /** The transformations, in their order. */
    public enum Step {
        XFLIP,
        ROTATE90,
        XINT,
        SCALE,
        ROTATE,
        ANISO,
        XFRAC,
        BRIGHTNESS,
        CONTRAST,
        LUMAFLIP,
        HUE,
        SATURATION,
        IMGFILTER,
        NOISE,
        CUTOUT;

        /** @throws IllegalArgumentException listing the names, where there is no such step */
        public static Step named(String name) {
            for (Step step : values()) {
                if (step.name().equals(name.toUpperCase(Locale.ROOT))) {
                    return step;
                }
            }
            throw new IllegalArgumentException("there is no augmentation " + name + "; there are "
                    + java.util.Arrays.toString(values()).toLowerCase(Locale.ROOT));
        }
    }

    /** Blitting, geometry and colour: the published choice. */
    public static final Set<Step> BGC = EnumSet.range(Step.XFLIP, Step.SATURATION);

    /** BGC, filters and cutout. */
    public static final Set<Step> BGCFC = EnumSet.copyOf(
            java.util.stream.Stream.concat(BGC.stream(), java.util.stream.Stream.of(Step.IMGFILTER, Step.CUTOUT))
                    .toList());

    private static final List<String> GROUPS = List.of("blit", "geom", "color", "filter", "noise", "cutout");
    private static final List<Set<Step>> GROUP_STEPS = List.of(
            EnumSet.range(Step.XFLIP, Step.XINT),
            EnumSet.range(Step.SCALE, Step.XFRAC),
            EnumSet.range(Step.BRIGHTNESS, Step.SATURATION),
            EnumSet.of(Step.IMGFILTER),
            EnumSet.of(Step.NOISE),
            EnumSet.of(Step.CUTOUT));
    private static final String LETTERS = "bgcfnc"; // of the groups, in their order

    /** Published names of sets of steps: each group's, then the first groups together by their letters. */
    public static final List<String> NAMES = java.util.stream.Stream.concat(
                    GROUPS.stream(),
                    java.util.stream.IntStream.rangeClosed(2, LETTERS.length()).mapToObj(n -> LETTERS.substring(0, n)))
            .toList();

    /** @throws IllegalArgumentException listing the names, where no set is called so */
    public static Set<Step> named(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "there are no augmentations " + name + "; there are " + String.join(", ", NAMES));
        }
        int group = GROUPS.indexOf(name);
        Set<Step> steps = EnumSet.noneOf(Step.class);
        for (int i = 0; i < GROUPS.size(); i++) {
            if (group < 0 ? i < name.length() : i == group) {
                steps.addAll(GROUP_STEPS.get(i));
            }
        }
        return steps;
    }

    /** Where chance comes from: a random generator in training, fixed values for reference numbers. */
    public interface Draws {
        /** Whether something of a probability happens. */
        boolean happens(double probability);

        /** In [0, 1). */
        double uniform();

        /** Standard normal. */
        double normal();

        /** Angle of the second rotation, around the squeezed picture: as a share of half a turn, in [-1, 1). */
        default double secondTurn() {
            return 2 * uniform() - 1;
        }
    }

    private static final double SHIFT = 0.125; // of the side, most
    private static final double SCALE = 0.2; // standard deviation, octaves
    private static final double ANISOTROPY = 0.2; // standard deviation, octaves
    private static final double FRACTION = 0.125; // of the side, standard deviation
    private static final double BRIGHTNESS = 0.2; // standard deviation
    private static final double CONTRAST = 0.5; // standard deviation, octaves
    private static final double SATURATION = 1; // standard deviation, octaves
    private static final double NOISE = 0.1; // standard deviation
    private static final double CUTOUT = 0.5; // of the side

    private static final Script COLOUR = Script.of("x: Tensor, m: Tensor -> Tensor", """
            y = torch.reshape(x, [torch.size(m, 0), -1, 3, torch.mul(torch.size(x, 2), torch.size(x, 3))])
            m = torch.unsqueeze(m, 1)
            y = torch.add(torch.matmul(torch.slice(m, 3, 0, 3), y), torch.slice(m, 3, 3, 4))
            return torch.reshape(y, torch.size(x))""");
    private static final Script PICK =
            Script.of("x: Tensor, index: Tensor -> Tensor", "return torch.index_select(x, 0, index)");
    private static final Script CONCAT = Script.of("xs: List[Tensor] -> Tensor", "return torch.cat(xs, 0)");
    private static final Script MULTIPLY = Script.of("x: Tensor, m: Tensor -> Tensor", "return torch.mul(x, m)");
    private static final Script ADD = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.add(x, y)");

    private final Set<Step> steps;

    /** @param steps what may happen, such as {@link #BGC} */
    public AugmentPipe(Set<Step> steps) {
        this.steps = steps.isEmpty() ? EnumSet.noneOf(Step.class) : EnumSet.copyOf(steps);
    }

    /**
     * {@code x [n, 3*frames, h, w] -> [n, 3*frames, h, w]}: frames of a clip, side by side, move and change colour alike.
     *
     * @param probability of each transformation, in [0, 1]
     */
    public NDArray apply(Pass pass, NDArray x, double probability, Draws draws) {
        int n = Math.toIntExact(x.getShape().get(0));
        return apply(pass, x, probability, java.util.Collections.nCopies(n, draws));
    }

    /** The same with a source of chance for each picture: what happens to one does not depend on its batch mates. */
    public NDArray apply(Pass pass, NDArray x, double probability, List<? extends Draws> draws) {
        int n = Math.toIntExact(x.getShape().get(0));
        if (draws.size() != n) {
            throw new IllegalArgumentException(
                    "augmentation wants draws for each of " + n + " pictures, got " + draws.size());
        }
        int h = Math.toIntExact(x.getShape().get(2));
        int w = Math.toIntExact(x.getShape().get(3));
        if (x.getShape().get(1) % 3 != 0) {
            throw new IllegalArgumentException("augmentation wants frames of three colours, got "
                    + x.getShape().get(1) + " channels");
        }
        if (has(Step.XFLIP, Step.XFRAC)) {
            x = moved(pass, x, probability, draws);
        }
        if (has(Step.BRIGHTNESS, Step.SATURATION)) {
            float[] matrices = new float[12 * n];
            for (int i = 0; i < n; i++) {
                double[][] rows = colour(probability, draws.get(i)).rows();
                for (int k = 0; k < 12; k++) {
                    matrices[12 * i + k] = (float) rows[k / 4][k % 4];
                }
            }
            x = COLOUR.call(pass, x, pass.scope().create(matrices, new Shape(n, 3, 4)));
        }
        if (steps.contains(Step.IMGFILTER)) {
            x = BandFilter.apply(pass, x, gains(n, probability, draws));
        }
        if (steps.contains(Step.NOISE)) {
            x = ADD.call(pass, x, noise(pass, x.getShape(), probability, draws));
        }
        return steps.contains(Step.CUTOUT) ? MULTIPLY.call(pass, x, mask(pass, n, h, w, probability, draws)) : x;
    }

    /** The pictures that chance moves, each moved by itself; the others, which resampling would hardly change, as they are. */
    private NDArray moved(Pass pass, NDArray x, double probability, List<? extends Draws> draws) {
        int w = Math.toIntExact(x.getShape().get(3));
        int h = Math.toIntExact(x.getShape().get(2));
        NDList pictures = new NDList(x);
        long[] order = LongStream.range(0, draws.size()).toArray();
        for (int i = 0; i < order.length; i++) {
            Affine inverse = geometry(w, h, probability, draws.get(i));
            if (inverse != null) {
                NDArray still = PICK.call(pass, x, pass.scope().create(new long[] {i}));
                order[i] = order.length + pictures.size() - 1;
                pictures.add(Warp.apply(pass, still, inverse));
            }
        }
        return pictures.size() == 1
                ? x
                : PICK.call(
                        pass,
                        CONCAT.callWithList(pass, pictures).get(0),
                        pass.scope().create(order));
    }

    private boolean has(Step from, Step to) {
        return EnumSet.range(from, to).stream().anyMatch(steps::contains);
    }

    private boolean draw(Step step, double probability, Draws draws) {
        return steps.contains(step) && draws.happens(probability);
    }

    /** Where a pixel of the result comes from, in pixels from the middle; the steps' inverses, the last one first; null where none happens. */
    private @Nullable Affine geometry(int w, int h, double probability, Draws draws) {
        List<Affine> happened = new ArrayList<>();
        if (draw(Step.XFLIP, probability, draws)) {
            happened.add(Affine.scale(1 - 2 * Math.floor(draws.uniform() * 2), 1));
        }
        if (draw(Step.ROTATE90, probability, draws)) {
            happened.add(Affine.rotate(Math.PI / 2 * Math.floor(draws.uniform() * 4)));
        }
        if (draw(Step.XINT, probability, draws)) {
            double x = Math.rint((2 * draws.uniform() - 1) * SHIFT * w);
            double y = Math.rint((2 * draws.uniform() - 1) * SHIFT * h);
            happened.add(Affine.translate(-x, -y));
        }
        if (draw(Step.SCALE, probability, draws)) {
            double scale = Math.pow(2, -draws.normal() * SCALE);
            happened.add(Affine.scale(scale, scale));
        }
        // Twice with this probability is once or more with the given one.
        double turn = 1 - Math.sqrt(Math.max(0, 1 - probability));
        if (draw(Step.ROTATE, turn, draws)) {
            happened.add(Affine.rotate(Math.PI * (2 * draws.uniform() - 1)));
        }
        if (draw(Step.ANISO, probability, draws)) {
            double scale = Math.pow(2, draws.normal() * ANISOTROPY);
            happened.add(Affine.scale(1 / scale, scale));
        }
        if (draw(Step.ROTATE, turn, draws)) {
            happened.add(Affine.rotate(Math.PI * draws.secondTurn()));
        }
        if (draw(Step.XFRAC, probability, draws)) {
            double x = draws.normal() * FRACTION * w;
            double y = draws.normal() * FRACTION * h;
            happened.add(Affine.translate(-x, -y));
        }
        return happened.stream().reduce(Affine::after).orElse(null);
    }

    private Affine colour(double probability, Draws draws) {
        Affine colour = Affine.identity(4);
        if (draw(Step.BRIGHTNESS, probability, draws)) {
            double by = draws.normal() * BRIGHTNESS;
            colour = Affine.translate(by, by, by).after(colour);
        }
        if (draw(Step.CONTRAST, probability, draws)) {
            double by = Math.pow(2, draws.normal() * CONTRAST);
            colour = Affine.scale(by, by, by).after(colour);
        }
        if (draw(Step.LUMAFLIP, probability, draws)) {
            colour = Affine.grey(1, -2 * Math.floor(draws.uniform() * 2)).after(colour);
        }
        if (draw(Step.HUE, probability, draws)) {
            colour = Affine.turnHue(Math.PI * (2 * draws.uniform() - 1)).after(colour);
        }
        if (draw(Step.SATURATION, probability, draws)) {
            double by = Math.pow(2, draws.normal() * SATURATION);
            colour = Affine.grey(by, 1 - by).after(colour);
        }
        return colour;
    }

    /** A gain for each octave of each picture. */
    private double[][] gains(int n, double probability, List<? extends Draws> draws) {
        double[][] gains = new double[n][];
        for (int i = 0; i < n; i++) {
            gains[i] = BandFilter.flat();
            for (int band = 0; band < gains[i].length; band++) {
                if (draw(Step.IMGFILTER, probability, draws.get(i))) {
                    BandFilter.amplify(gains[i], band, Math.pow(2, draws.get(i).normal()));
                }
            }
        }
        return gains;
    }

    private NDArray noise(Pass pass, Shape shape, double probability, List<? extends Draws> draws) {
        float[] values = new float[Math.toIntExact(shape.size())];
        int size = values.length / Math.toIntExact(shape.get(0));
        for (int i = 0; i < shape.get(0); i++) {
            double deviation = draw(Step.NOISE, probability, draws.get(i))
                    ? Math.abs(draws.get(i).normal()) * NOISE
                    : 0;
            for (int k = i * size; deviation > 0 && k < (i + 1) * size; k++) {
                values[k] = (float) (deviation * draws.get(i).normal());
            }
        }
        return pass.scope().create(values, shape);
    }

    /** Zero in a rectangle of half the side around a random point: {@code [n, 1, h, w]}. */
    private NDArray mask(Pass pass, int n, int h, int w, double probability, List<? extends Draws> draws) {
        float[] values = new float[n * h * w];
        for (int i = 0; i < n; i++) {
            double size = draw(Step.CUTOUT, probability, draws.get(i)) ? CUTOUT : 0;
            double x = size > 0 ? draws.get(i).uniform() : 0;
            double y = size > 0 ? draws.get(i).uniform() : 0;
            for (int k = 0; k < h * w; k++) {
                boolean beside = Math.abs((k % w + 0.5) / w - x) >= size / 2;
                boolean above = Math.abs((k / w + 0.5) / h - y) >= size / 2;
                values[i * h * w + k] = beside || above ? 1 : 0;
            }
        }
        return pass.scope().create(values, new Shape(n, 1, h, w));
    }

    /** The filter around geometry, {@code [12]}. */
    public static double[] geometryFilter() {
        return Wavelets.geometry();
    }

    /** The octaves' filters, {@code [4, 43]}, one after another. */
    public static double[] filterBank() {
        return java.util.Arrays.stream(Wavelets.bank())
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
    }
}
