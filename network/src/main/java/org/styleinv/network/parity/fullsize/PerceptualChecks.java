package org.styleinv.network.parity.fullsize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Pass;
import org.styleinv.network.inversion.ArcFace;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Recipe;
import org.styleinv.network.parity.fixture.Sizes;
import org.styleinv.network.perceptual.Lpips;

/** Identity and perceptual distance of two sets of pictures that differ a little, in published size. */
final class PerceptualChecks {
    private static final double PICTURE = 0.8;
    private static final double DIFFERENCE = 0.2;
    // The sizes of the pictures and of the part that LPIPS sees stand in words on the fixtures' page; without one, as
    // published there first.
    private static final Pattern RESOLUTION = Pattern.compile("full-width networks at (\\d+)x\\d+");
    private static final int USUAL_RESOLUTION = 256;
    private static final Pattern CROP = Pattern.compile("first (\\d+)x\\d+ crop");
    private static final int USUAL_CROP = 128;

    private PerceptualChecks() {}

    static void compare(Npz golden, NDManager manager, Checks checks, Recipe recipe, String readme) {
        Matcher words = CROP.matcher(readme);
        int crop = words.find() ? Integer.parseInt(words.group(1)) : USUAL_CROP;
        if (recipe.has("ID.facenet")) {
            identify(golden, manager, checks, recipe, readme);
        }
        for (Lpips.Network network : Lpips.Network.values()) {
            String name = "LPIPS." + network.name().toLowerCase(Locale.ROOT);
            if (recipe.has(name)) {
                resemble(golden, manager, checks, recipe, readme, network, name, crop);
            }
        }
    }

    /** Two sets of pictures that differ a little, {@code [n, 3, r, r]}. */
    private record Pictures(NDArray a, NDArray b) {
        static Pictures of(NDManager manager, Recipe recipe, String readme, long n) {
            Matcher words = RESOLUTION.matcher(readme);
            int r = words.find() ? Integer.parseInt(words.group(1)) : USUAL_RESOLUTION;
            NDArray a = recipe.input(manager, "ida", PICTURE, n, 3, r, r);
            return new Pictures(a, a.add(recipe.input(manager, "idb", DIFFERENCE, n, 3, r, r)));
        }
    }

    private static int width(Map<String, long[]> shapes, String bias) {
        return Math.toIntExact(Objects.requireNonNull(shapes.get(bias), bias)[0]);
    }

    private static void identify(Npz golden, NDManager manager, Checks checks, Recipe recipe, String readme) {
        Map<String, long[]> shapes = recipe.shapes("ID.facenet", "");
        int features = width(shapes, "output_layer.3.bias");
        ArcFace network = new ArcFace(new ArcFace.Config(new Sizes(shapes).backbone(""), features));
        Pass pass = Pass.inference(manager, recipe.weights(manager, network, Map.of("", "ID.facenet")));
        long n = golden.get("ID.feat_a").shape()[0];
        Pictures pictures = Pictures.of(manager, recipe, readme, n);
        NDArray a = network.features(pass, pictures.a);
        NDArray b = network.features(pass, pictures.b);
        checks.compare(golden, "ID.feat_a", a, Tolerance.NETWORK);
        checks.compare(golden, "ID.loss", ArcFace.loss(pass, b, a), Tolerance.GRADIENT);
    }

    private static void resemble(
            Npz golden,
            NDManager manager,
            Checks checks,
            Recipe recipe,
            String readme,
            Lpips.Network network,
            String name,
            int side) {
        Map<String, long[]> shapes = recipe.shapes(name, "");
        List<Integer> widths = network.places().stream()
                .map(place -> width(shapes, "net.layers." + place + ".bias"))
                .toList();
        Lpips lpips = new Lpips(network, widths);
        Pass pass = Pass.inference(
                manager, recipe.weights(manager, lpips, name, key -> key.replaceFirst("^features\\.", "net.layers.")
                        .replaceFirst("^lin(\\d)\\.model\\.", "lin.$1.")));
        long n = golden.get(name + "_each").shape()[0];
        String crop = String.format(Locale.ROOT, ":, :, :%1$d, :%1$d", side);
        Pictures pictures = Pictures.of(manager, recipe, readme, n);
        NDArray each = lpips.each(pass, pictures.b.get(crop), pictures.a.get(crop));
        checks.compare(golden, name + "_each", each, Tolerance.NETWORK);
        checks.compare(golden, name, each.mean(), Tolerance.NETWORK);
    }
}
