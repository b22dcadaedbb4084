package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Groups;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Sizes;

/** A video discriminator, of either form, its time condition and R1. */
public final class VideoDiscriminatorComparer implements Comparer {
    public static final String WEIGHTS = "video_discriminator_weights.npz";

    private final String file;

    /** @param file without its ending */
    public VideoDiscriminatorComparer(String file) {
        this.file = file;
    }

    @Override
    public String name() {
        return file;
    }

    @Override
    public List<String> files() {
        return List.of(file + ".npz", file + "_r1_gradstats.json");
    }

    @Override
    public List<String> companions() {
        return List.of(file + "_weights.npz");
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(file + ".npz");
        NDArray clip = golden.in(manager, "img");
        NDArray ts = golden.in(manager, "ts");
        int frames = golden.get("ts").side(1);
        String weightsFile = file + "_weights.npz";
        Sizes sizes = Sizes.of(set.npz(weightsFile));
        Weights weights =
                set.weights(manager, new VideoDiscriminator(sizes.videoDiscriminator(frames, 1)), weightsFile);
        Pass pass = Pass.inference(manager, weights);
        VideoDiscriminator discriminator = Groups.fitting(
                clip.getShape().get(0),
                group -> new VideoDiscriminator(sizes.videoDiscriminator(frames, group)),
                candidate -> candidate.forward(pass, clip, ts),
                golden.get("logits"));

        checks.compareComputed(set.npz(weightsFile), discriminator, "fourier_coefs");
        checks.compare(golden, "time_embedding", discriminator.timeEmbedding(pass, ts), Tolerance.ELEMENTWISE);
        checks.compare(golden, "cmap_time", discriminator.timeCondition(pass, ts), Tolerance.ELEMENTWISE);
        checks.compare(golden, "logits", discriminator.forward(pass, clip, ts), Tolerance.NETWORK);
        checks.compare(
                golden,
                "logits_fractional",
                discriminator.forward(pass, clip, golden.in(manager, "ts_fractional")),
                Tolerance.NETWORK);

        R1Checks.compare(
                set,
                golden,
                manager,
                checks,
                file + "_r1_gradstats.json",
                discriminator,
                weights,
                (training, run, shown) -> discriminator.forward(training, shown, run.in(golden, "ts")));
    }
}
