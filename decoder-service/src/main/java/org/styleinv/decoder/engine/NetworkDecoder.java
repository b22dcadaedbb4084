package org.styleinv.decoder.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.styleinv.network.FixedBatch;
import org.styleinv.network.HostMemory;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.motion.MotionNoise;
import org.styleinv.network.serving.ModelLoader;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.wire.Topics;

/** The decoder on libtorch: the base generator and its variants, which share one mapping from z. */
public final class NetworkDecoder implements Decoder {
    /** Of every row its pixels, interleaved, and 1 if all of them are finite: one array, so one way to the host. */
    private static final Script TO_BYTES = Script.of(
            "x: Tensor -> Tensor",
            "y = torch.clamp(torch.add(torch.mul(x, 127.5), 128.), 0., 255.)",
            "rgb = torch.flatten(torch.to(torch.permute(y, [0, 2, 3, 1]), 0), 1)",
            "finite = torch.to(torch.all(torch.isfinite(torch.flatten(x, 1)), 1, True), 0)",
            "return torch.cat([rgb, finite], 1)"); // [n, 3 r r + 1]

    private static final int FACES = 16; // that measure how far faces are from the mean

    /** A generator with its weights. */
    record Loaded(Variant variant, Generator generator, Weights weights) {}

    private final NDManager manager;
    private final Map<String, Loaded> loaded = new LinkedHashMap<>();
    private final Loaded base;
    private final Precision precision;
    private final FixedBatch batches;
    private final float[] mean; // of w
    private final double spread; // distance from the mean of the farthest of some faces

    /**
     * @param all the base first
     * @param precision of the convolutions, which the weights were laid out for
     * @param style variant whose look the frames of the base get; empty for its own
     */
    NetworkDecoder(NDManager manager, List<Loaded> all, Precision precision, Optional<String> style) {
        this.manager = manager;
        this.precision = precision;
        all.forEach(one -> loaded.put(one.variant().name(), one));
        base = all.get(0);
        style.ifPresent(name -> {
            Loaded look = loaded.get(name);
            if (look == null) {
                throw new IllegalArgumentException("styleinv.decoder.style is \"" + name
                        + "\", but the model has the variants " + loaded.keySet());
            }
            Variant shown = variant(Topics.BASE, look.variant().digest(), look.generator());
            loaded.put(Topics.BASE, new Loaded(shown, look.generator(), look.weights()));
        });
        batches = FixedBatch.of(manager.getDevice(), base.variant().resolution(), precision)
                .tried(
                        row -> Styles.of(
                                MotionNoise.anchor(row, 0, base.variant().wDim())),
                        this::trial);
        mean = map(z(0), 0);
        spread = IntStream.range(0, FACES)
                .mapToDouble(seed -> fromMean(map(z(seed), 1)))
                .max()
                .orElseThrow();
    }

    private float[] trial(List<Styles> ws) {
        try (NDManager scope = manager.newSubManager()) {
            return synthesize(Pass.inference(scope, base.weights(), precision), base, Noise.CONST, ws)
                    .toFloatArray();
        }
    }

    /** Loads a model folder with all its variants; a missing or damaged one is refused in one sentence. */
    public static Decoder load(Path folder) {
        return load(folder, Optional.empty());
    }

    /** As above, the frames of the base painted in the look of {@code style}. */
    public static Decoder load(Path folder, Optional<String> style) {
        return ModelLoader.first("the decoder", folder, from -> open(from, style));
    }

    /** As {@link #load}, saying only what is wrong with the folder. */
    public static NetworkDecoder open(Path folder, Optional<String> style) throws IOException {
        return ModelLoader.open(folder, (model, manager) -> {
            Generator generator = new Generator(model.architecture().generator());
            Precision precision = model.precision();
            List<Loaded> all = new ArrayList<>();
            all.add(new Loaded(
                    variant(Topics.BASE, model.digest(), generator),
                    generator,
                    model.loadGenerator(manager).constant(generator, precision)));
            for (String name : model.variants()) {
                if (name.equals(Topics.BASE) || !Topics.isVariant(name)) {
                    throw new IOException("variant \"" + name + "\" of " + folder + " needs another name: \"base\" and "
                            + "\"dead\" are taken");
                }
                Weights weights = model.loadVariant(manager, name).constant(generator, precision);
                weights.share(all.get(0).weights()); // layers that a transfer of style left as they were
                all.add(new Loaded(variant(name, model.variantDigest(name), generator), generator, weights));
            }
            return new NetworkDecoder(manager, all, precision, style);
        });
    }

    /** What a decoder of that folder would compute: equal identities paint equal frames. */
    public static String identity(ModelFolder model) throws IOException {
        StringBuilder identity = new StringBuilder(model.digest());
        for (String name : model.variants()) {
            identity.append(' ').append(name).append('=').append(model.variantDigest(name));
        }
        return identity.toString();
    }

    private static Variant variant(String name, String digest, Generator generator) {
        var config = generator.config().synthesis();
        return new Variant(name, digest, config.resolution(), config.wDim());
    }

    @Override
    public List<Variant> variants() {
        return loaded.values().stream().map(Loaded::variant).toList();
    }

    @Override
    public int zDim() {
        return base.generator().config().zDim();
    }

    @Override
    public float[] z(long seed) {
        // A motion never uses anchor 0's noise, so that place of the counter is free for the content.
        return MotionNoise.anchor(seed, 0, zDim());
    }

    @Override
    public float[] map(float[] z, double truncationPsi) {
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, base.weights());
            NDArray w = base.generator().mapping().forward(pass, scope.create(z, new Shape(1, z.length)));
            return base.generator().mapping().truncate(pass, w, truncationPsi).toFloatArray();
        }
    }

    @Override
    public double distance(float[] w) {
        return fromMean(w) / Math.max(spread, Float.MIN_NORMAL);
    }

    private double fromMean(float[] w) {
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
            double off = (double) w[i] - mean[i];
            sum += off * off;
        }
        return Math.sqrt(sum);
    }

    @Override
    public Painting begin(String variant, Noise noise, List<Styles> styles) {
        Loaded one = Objects.requireNonNull(loaded.get(variant), variant);
        List<NetworkPainting.Part> parts = new ArrayList<>();
        try {
            for (FixedBatch.Part<Styles> part : batches.parts(styles)) {
                try (NDManager scope = manager.newSubManager()) {
                    Pass pass = Pass.inference(scope, one.weights(), precision);
                    NDArray images = synthesize(pass, one, noise, part.rows()); // [n, 3, r, r]
                    parts.add(new NetworkPainting.Part(TO_BYTES.call(pass, images), part.count()));
                }
            }
            return new NetworkPainting(parts);
        } catch (RuntimeException e) {
            new NetworkPainting(parts).close();
            throw e;
        }
    }

    @Override
    public float[] synthesize(String variant, Noise noise, float[] w) {
        Loaded one = variant.equals(Topics.BASE) ? base : Objects.requireNonNull(loaded.get(variant), variant);
        try (NDManager scope = manager.newSubManager()) {
            List<Styles> rows = batches.parts(List.of(Styles.of(w))).get(0).rows(); // the same bits as in a batch
            float[] images = synthesize(Pass.inference(scope, one.weights(), precision), one, noise, rows)
                    .toFloatArray();
            float[] planes = Arrays.copyOf(images, images.length / rows.size());
            for (float value : planes) {
                if (!Float.isFinite(value)) {
                    throw new NotFinite("the picture of this latent is not finite: it is no face of this model");
                }
            }
            return planes;
        }
    }

    private static NDArray synthesize(Pass pass, Loaded one, Noise noise, List<Styles> styles) {
        var synthesis = one.generator().synthesis();
        if (styles.stream().allMatch(Styles::isOne)) {
            return synthesis.forward(pass, layer(pass, one, styles, 0), noise);
        }
        List<NDArray> ws = new ArrayList<>();
        for (int i = 0; i < synthesis.config().numWs(); i++) {
            int at = i;
            boolean asBefore = i > 0 && styles.stream().allMatch(row -> row.at(at) == row.at(at - 1));
            ws.add(asBefore ? ws.get(i - 1) : layer(pass, one, styles, i));
        }
        return synthesis.forward(pass, ws, noise);
    }

    /** The w of one layer, {@code [n, wDim]}. */
    private static NDArray layer(Pass pass, Loaded one, List<Styles> styles, int layer) {
        int width = one.variant().wDim();
        float[] values = new float[styles.size() * width];
        for (int i = 0; i < styles.size(); i++) {
            System.arraycopy(styles.get(i).at(layer), 0, values, i * width, width);
        }
        return HostMemory.toDevice(pass, values, new Shape(styles.size(), width));
    }

    /** Arrays that live as long as the model, for tests. */
    int arrays() {
        return manager.getManagedArrays().size()
                + loaded.values().stream()
                        .mapToInt(one ->
                                one.weights().manager().getManagedArrays().size())
                        .sum();
    }

    @Override
    public void close() {
        manager.close();
    }
}
