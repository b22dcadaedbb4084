package org.styleinv.network.parity.fullsize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Pass;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.check.Views;
import org.styleinv.network.parity.compare.Comparer;
import org.styleinv.network.parity.compare.Segments;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Recipe;
import org.styleinv.network.parity.fixture.Sizes;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/** Generator, encoder and motion in their published sizes, with weights of the {@link Recipe}. */
public final class FullSizeComparer implements Comparer {
    static final String FILE = "fullsize.npz";
    static final String RECIPE = "fullsize_recipe.json";
    private static final double SQRT3 = Math.sqrt(3);
    private static final double CONTENT = 0.7;
    private static final Pattern TRUNCATED = Pattern.compile("G\\.w_psi(\\d)(\\d+)");
    private static final Pattern POOLED = Pattern.compile("G\\.img_avgpool\\d+");
    private static final Pattern DELTA = Pattern.compile("pSp\\.delta_(\\d+)");
    private static final Pattern PAINTED = Pattern.compile("SI\\.img_frame(\\d+)_avgpool\\d+");
    // What no array shows stands in words on the fixtures' page; without one, as published there first.
    private static final Pattern CROP = Pattern.compile("crop rows (\\d+)\\.\\.\\d+ cols (\\d+)\\.\\.");
    private static final Pattern MOTION =
            Pattern.compile("motion_z_distance (\\d+), periods (\\d+)\\.\\.(\\d+), (\\d+) frames");

    @Override
    public String name() {
        return "fullsize";
    }

    @Override
    public List<String> files() {
        return List.of(FILE);
    }

    @Override
    public List<String> companions() {
        return List.of(RECIPE);
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(FILE);
        Recipe recipe = new Recipe(set.named(RECIPE));
        if (recipe.has("G")) {
            Generator generator = new Generator(new Sizes(recipe.shapes("G", "")).generator());
            Pass pass = Pass.inference(manager, recipe.weights(manager, generator, Map.of("", "G")));
            generate(set, golden, checks, recipe, generator, pass);
            if (recipe.has("SI.encoder")) {
                move(set, golden, checks, recipe, generator, pass);
            }
        }
        if (recipe.has("pSp.encoder")) {
            invert(golden, manager, checks, recipe);
        }
        FullSizeCritics.compare(golden, manager, checks, recipe, set.readme());
    }

    private static void generate(
            FixtureSet set, Npz golden, Checks checks, Recipe recipe, Generator generator, Pass pass)
            throws IOException {
        Matcher crop = CROP.matcher(set.readme());
        boolean found = crop.find();
        int top = found ? Integer.parseInt(crop.group(1)) : 100;
        int left = found ? Integer.parseInt(crop.group(2)) : 60;
        for (String array : golden.names()) {
            Matcher truncated = TRUNCATED.matcher(array);
            if (!truncated.matches()) {
                continue;
            }
            double psi = Double.parseDouble(truncated.group(1) + "." + truncated.group(2));
            NDArray z = recipe.input(
                    pass.scope(),
                    "z",
                    SQRT3,
                    golden.get(array).shape()[0],
                    generator.config().zDim());
            NDArray w = generator.mapping().truncate(pass, generator.mapping().forward(pass, z), psi);
            checks.compare(golden, array, w, Tolerance.ELEMENTWISE);
            NDArray image = generator.synthesis().forward(pass, w, Noise.CONST);
            for (String shown : golden.names()) {
                if (POOLED.matcher(shown).matches()) {
                    NDArray pooled = Views.pooled(image, golden.get(shown).side(2));
                    checks.compare(golden, shown, pooled, Tolerance.NETWORK);
                }
            }
            double[] statistics = Views.statistics(image);
            double norm = Math.sqrt(image.square().sum().getFloat());
            checks.compare(
                    golden,
                    "G.img_stats",
                    "",
                    new double[] {statistics[0], statistics[1], statistics[2], norm},
                    Tolerance.NETWORK);
            Npz.Array shown = golden.get("G.img_crop");
            checks.compare(
                    golden,
                    "G.img_crop",
                    image.get(String.format(
                            Locale.ROOT, ":, :, %d:%d, %d:%d", top, top + shown.side(2), left, left + shown.side(3))),
                    Tolerance.NETWORK);
        }
    }

    private static void invert(Npz golden, NDManager manager, Checks checks, Recipe recipe) {
        Sizes sizes = new Sizes(recipe.shapes("pSp.encoder", "encoder."));
        InversionEncoder encoder =
                new InversionEncoder(new InversionEncoder.Config(sizes.wDim("encoder."), sizes.backbone("encoder.")));
        Pass pass = Pass.inference(manager, recipe.weights(manager, encoder, Map.of("encoder.", "pSp.encoder")));
        for (String array : golden.names()) {
            Matcher delta = DELTA.matcher(array);
            if (delta.matches()) {
                int r = Integer.parseInt(delta.group(1));
                NDArray image =
                        recipe.input(manager, "img" + r, 1, golden.get(array).shape()[0], 3, r, r);
                checks.compare(golden, array, encoder.forward(pass, image), Tolerance.FULL_SIZE_LATENT);
            }
        }
    }

    private static TemporalStyle.Config time(FixtureSet set, Sizes sizes) throws IOException {
        Matcher words = MOTION.matcher(set.readme());
        boolean found = words.find();
        return sizes.temporalStyle(
                "mapping.",
                found ? Integer.parseInt(words.group(4)) : 128,
                found ? Integer.parseInt(words.group(1)) : 128,
                found ? Double.parseDouble(words.group(2)) : 32,
                found ? Double.parseDouble(words.group(3)) : 1024);
    }

    /** Each listed time on the way that serving goes: one frame after another, from the segment that it lies in. */
    private static void move(FixtureSet set, Npz golden, Checks checks, Recipe recipe, Generator generator, Pass g)
            throws IOException {
        NDManager manager = g.scope();
        Map<String, long[]> shapes = new HashMap<>(recipe.shapes("SI.encoder", "encoder."));
        shapes.putAll(recipe.shapes("SI.mapping", "mapping."));
        Sizes sizes = new Sizes(shapes);
        StyleInV motion = new StyleInV(new StyleInV.Config(sizes.backbone("encoder."), time(set, sizes)));
        Pass pass = Pass.inference(
                manager, recipe.weights(manager, motion, Map.of("encoder.", "SI.encoder", "mapping.", "SI.mapping")));
        TemporalStyle style = motion.style();
        int resolution = generator.synthesis().config().resolution();
        int width = style.config().wDim();
        double[] frames = golden.get("SI.frames").values();
        double last = java.util.Arrays.stream(frames).max().orElse(0);
        int anchors = style.config().anchors(last);
        checks.compare(golden, "SI.traj_len", "", new double[] {anchors}, 0);

        NDArray noise =
                recipe.input(manager, "zm", SQRT3, 1, anchors, style.config().zDim());
        NDArray w0 = recipe.input(manager, "wc", CONTENT, 1, width);
        NDArray codes = new Segments(style, pass).codes(noise, frames).squeeze(0); // [t, 2F]
        checks.compare(golden, "SI.motion_v", codes, Tolerance.ELEMENTWISE);
        NDArray features = motion.prefix(pass, recipe.input(manager, "siimg", 1, 1, 3, resolution, resolution));
        NDList styles = new NDList();
        NDList latents = new NDList();
        for (int t = 0; t < frames.length; t++) {
            NDArray s = style.styles(pass, w0, List.of(codes.get(t).toFloatArray()));
            styles.add(s);
            latents.add(motion.encode(pass, features, s, w0));
        }
        checks.compare(golden, "SI.styles", NDArrays.concat(styles), Tolerance.ELEMENTWISE);
        checks.compare(golden, "SI.codes", NDArrays.concat(latents), Tolerance.FULL_SIZE_LATENT);
        for (String array : golden.names()) {
            Matcher painted = PAINTED.matcher(array);
            if (painted.matches()) {
                NDArray image =
                        generator.synthesis().forward(g, latents.get(Integer.parseInt(painted.group(1))), Noise.NONE);
                NDArray pooled = Views.pooled(image, golden.get(array).side(2));
                checks.compare(golden, array, pooled, Tolerance.FULL_SIZE_LATENT);
            }
        }
    }
}
