package org.styleinv.trainer.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.MotionSegment;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/** What is measured: a generator, and where there are such, an encoder and a motion. It paints as the services do. */
public final class MeasuredModel implements AutoCloseable {
    private static final int PART = 16; // frames at a time
    private static final String NO_ENCODER = "the model has no encoder: see inverts()";
    private static final String NO_MOTION = "the model has no motion: see moves()";

    private final NDManager root = ComputeDevice.manager();
    private final Generator generator;
    private final Weights generatorWeights;
    private final @Nullable InversionEncoder encoder; // null where there is none, as its weights
    private final @Nullable Weights encoderWeights;
    private final @Nullable StyleInV motion; // likewise
    private final @Nullable Weights motionWeights;
    private final Precision precision; // of painting and moving

    /** A generator in training; whoever owns the weights keeps them. */
    public MeasuredModel(Generator generator, Weights generatorWeights) {
        this(generator, generatorWeights, null, null);
    }

    /** A generator and an encoder, one of them or both in training. */
    public MeasuredModel(
            Generator generator,
            Weights generatorWeights,
            @Nullable InversionEncoder encoder,
            @Nullable Weights encoderWeights) {
        this(generator, generatorWeights, encoder, encoderWeights, null, null);
    }

    /** A motion in training, and what it goes with. */
    public MeasuredModel(
            Generator generator,
            Weights generatorWeights,
            @Nullable InversionEncoder encoder,
            @Nullable Weights encoderWeights,
            @Nullable StyleInV motion,
            @Nullable Weights motionWeights) {
        this.generator = generator;
        this.generatorWeights = generatorWeights;
        this.encoder = encoder;
        this.encoderWeights = encoderWeights;
        this.motion = motion;
        this.motionWeights = motionWeights;
        precision = Precision.FLOAT32;
    }

    /** A model as it is served; what it lacks of encoder and motion cannot be measured. */
    public MeasuredModel(ModelFolder model) throws IOException {
        generator = new Generator(model.architecture().generator());
        generatorWeights = model.loadGenerator(root);
        InversionEncoder.Config inverse = model.architecture().encoder();
        encoder = inverse == null ? null : new InversionEncoder(inverse);
        encoderWeights = inverse == null ? null : model.loadEncoder(root);
        StyleInV.Config moving = model.architecture().motion();
        motion = moving == null ? null : new StyleInV(moving);
        motionWeights = moving == null ? null : model.loadMotion(root);
        precision = model.precision();
    }

    public int resolution() {
        return generator.config().synthesis().resolution();
    }

    public boolean inverts() {
        return encoder != null;
    }

    public boolean moves() {
        return motion != null;
    }

    /** Pictures from seeds, untruncated: picture {@code i} depends on nothing but {@code first + i}. */
    public float[][] samples(long seed, long first, int count) {
        float[][] samples = new float[count][];
        for (int from = 0; from < count; from += PART) {
            int part = Math.min(PART, count - from);
            try (NDManager scope = root.newSubManager()) {
                Pass pass = Pass.inference(scope, generatorWeights, precision);
                NDArray z = scope.create(
                        noise(seed, first + from, part),
                        new Shape(part, generator.config().zDim()));
                split(generator.forward(pass, z, 1, Noise.CONST), samples, from);
            }
        }
        return samples;
    }

    private float[] noise(long seed, long first, int count) {
        int width = generator.config().zDim();
        float[] z = new float[count * width];
        for (int i = 0; i < count; i++) {
            SplittableRandom random =
                    new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ (first + i) * 0xBF58476D1CE4E5B9L);
            for (int k = 0; k < width; k++) {
                z[i * width + k] = (float) random.nextGaussian();
            }
        }
        return z;
    }

    /** A frame as the generator paints its inversion. */
    public float[] inverted(float[] frame) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, generatorWeights, precision);
            return paint(pass, encoded(pass, frame)).toFloatArray();
        }
    }

    /** The stream of an identity that was never photographed. */
    public Footage ofSeed(long seed, long identity) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, generatorWeights, precision);
            NDArray z = scope.create(
                    noise(seed, identity, 1), new Shape(1, generator.config().zDim()));
            return new Stream(generator.mapping().forward(pass, z).toFloatArray(), seed + identity);
        }
    }

    /** The stream of who is seen in {@code frame}. */
    public Footage ofFrame(float[] frame, long motionSeed) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, Objects.requireNonNull(encoderWeights, NO_ENCODER));
            return new Stream(encoded(pass, frame).toFloatArray(), motionSeed);
        }
    }

    private NDArray encoded(Pass pass, float[] frame) {
        NDArray x = pass.scope().create(frame, new Shape(1, 3, resolution(), resolution()));
        return Objects.requireNonNull(encoder, NO_ENCODER)
                .forward(
                        pass.with(Objects.requireNonNull(encoderWeights, NO_ENCODER))
                                .with(Precision.FLOAT32),
                        x);
    }

    private NDArray paint(Pass pass, NDArray w) {
        return generator.synthesis().forward(pass.with(generatorWeights), w, Noise.CONST);
    }

    private static void split(NDArray images, float[][] into, int from) {
        float[] all = images.toFloatArray();
        int count = Math.toIntExact(images.getShape().get(0));
        int size = all.length / count;
        for (int i = 0; i < count; i++) {
            into[from + i] = Arrays.copyOfRange(all, i * size, (i + 1) * size);
        }
    }

    @Override
    public void close() {
        root.close();
    }

    private final class Stream implements Footage {
        private final float[] w0;
        private final long motionSeed;
        private final float[] still;

        Stream(float[] w0, long motionSeed) {
            this.w0 = w0;
            this.motionSeed = motionSeed;
            try (NDManager scope = root.newSubManager()) {
                Pass pass = Pass.inference(scope, generatorWeights, precision);
                still = paint(pass, scope.create(w0, new Shape(1, w0.length))).toFloatArray();
            }
        }

        @Override
        public int resolution() {
            return MeasuredModel.this.resolution();
        }

        @Override
        public float[] still() {
            return still;
        }

        @Override
        public float[][] frames(long first, int count) {
            StyleInV moving = Objects.requireNonNull(motion, NO_MOTION);
            float[][] frames = new float[count][];
            for (int from = 0; from < count; from += PART) {
                try (NDManager scope = root.newSubManager()) {
                    Pass pass = Pass.inference(scope, Objects.requireNonNull(motionWeights, NO_MOTION), precision);
                    NDArray w = scope.create(w0, new Shape(1, w0.length));
                    NDArray x0 = scope.create(still, new Shape(1, 3, resolution(), resolution()));
                    List<float[]> codes = codes(moving.style(), pass, first + from, Math.min(PART, count - from));
                    NDArray styles = moving.style().styles(pass, w, codes);
                    split(paint(pass, moving.encode(pass, moving.prefix(pass, x0), styles, w)), frames, from);
                }
            }
            return frames;
        }

        private List<float[]> codes(TemporalStyle style, Pass pass, long first, int count) {
            MotionSegment segment = null;
            List<float[]> codes = new ArrayList<>();
            for (long frame = first; frame < first + count; frame++) {
                if (segment == null || segment.anchor() != style.anchorAt(frame)) {
                    segment = style.segment(pass, motionSeed, style.anchorAt(frame));
                }
                codes.add(segment.code(frame % style.config().anchorDistance()));
            }
            return codes;
        }
    }
}
