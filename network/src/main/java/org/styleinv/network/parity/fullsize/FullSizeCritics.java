package org.styleinv.network.parity.fullsize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Objects;
import org.styleinv.network.Pass;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Groups;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Recipe;
import org.styleinv.network.parity.fixture.Sizes;
import org.styleinv.network.stylegan.Discriminator;

/** Networks of published size that judge pictures: discriminators, and the networks of perceptual losses. */
final class FullSizeCritics {
    private static final double SQRT3 = Math.sqrt(3);

    private FullSizeCritics() {}

    static void compare(Npz golden, NDManager manager, Checks checks, Recipe recipe, String readme) {
        if (recipe.has("D.image")) {
            judgePictures(golden, manager, checks, recipe);
        }
        if (recipe.has("D.video")) {
            judgeVideos(golden, manager, checks, recipe);
        }
        PerceptualChecks.compare(golden, manager, checks, recipe, readme);
    }

    private static void judgePictures(Npz golden, NDManager manager, Checks checks, Recipe recipe) {
        Sizes sizes = new Sizes(recipe.shapes("D.image", ""));
        Npz.Array logits = golden.get("D.image_logits");
        int resolution = sizes.discriminator(1).resolution();
        NDArray image = recipe.input(manager, "dimg", 1, logits.shape()[0], 3, resolution, resolution);
        Pass pass = Pass.inference(
                manager, recipe.weights(manager, new Discriminator(sizes.discriminator(1)), Map.of("", "D.image")));
        Discriminator discriminator = Groups.fitting(
                logits.shape()[0],
                group -> new Discriminator(sizes.discriminator(group)),
                candidate -> candidate.forward(pass, image),
                logits);
        checks.compare(golden, "D.image_logits", discriminator.forward(pass, image), Tolerance.NETWORK);
    }

    private static void judgeVideos(Npz golden, NDManager manager, Checks checks, Recipe recipe) {
        Sizes sizes = new Sizes(recipe.shapes("D.video", ""));
        NDArray ts = golden.in(manager, "D.video_ts");
        long clips = ts.getShape().get(0);
        int frames = (int) ts.getShape().get(1);
        VideoDiscriminator.Config size = sizes.videoDiscriminator(frames, 1);
        Pass pass =
                Pass.inference(manager, recipe.weights(manager, new VideoDiscriminator(size), Map.of("", "D.video")));
        Npz.Array logits = golden.get("D.video_logits");
        // The fixtures' page says sqrt(3) of this input; the first published numbers were made with 1.
        NDArray first = null;
        for (double b : new double[] {1, SQRT3}) {
            NDArray clip = recipe.input(manager, "vimg", b, clips, 3L * frames, size.resolution(), size.resolution());
            for (int group : Groups.candidates(clips).toArray()) {
                NDArray ours = new VideoDiscriminator(sizes.videoDiscriminator(frames, group)).forward(pass, clip, ts);
                first = first == null ? ours : first;
                if (Groups.fits(ours, logits)) {
                    checks.compare(golden, "D.video_logits", ours, Tolerance.NETWORK);
                    return;
                }
            }
        }
        checks.compare(golden, "D.video_logits", Objects.requireNonNull(first), Tolerance.NETWORK);
    }
}
