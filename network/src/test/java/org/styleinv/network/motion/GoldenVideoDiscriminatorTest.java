package org.styleinv.network.motion;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.Autograd;
import org.styleinv.network.Golden;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;

/** Both video discriminators against stored reference numbers. */
class GoldenVideoDiscriminatorTest {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static VideoDiscriminator.Config config(boolean firstFrameCondition) {
        return new VideoDiscriminator.Config(64, 1024, 48, 4, 256, 4, 32, 16, 2, firstFrameCondition);
    }

    @ParameterizedTest
    @CsvSource({"video_discriminator, false", "video_discriminator_ffc, true"})
    void judgesAndPenalisesTheGradient(String file, boolean firstFrameCondition) {
        assumeTrue(Golden.has(file), () -> file + " is not stored here: give -Dstyleinv.golden=FOLDER");
        VideoDiscriminator discriminator = new VideoDiscriminator(config(firstFrameCondition));
        // Both files hold one clip; it is stored once.
        NDArray clip = Golden.open("video_discriminator").in(manager, "img");
        Golden golden = Golden.open(file);
        Weights weights = Golden.open(file + "_weights").weights(manager, discriminator);
        Pass pass = Pass.inference(manager, weights);
        NDArray ts = golden.in(manager, "ts");

        golden.check("time_embedding", discriminator.timeEmbedding(pass, ts), 1e-5);
        golden.check("cmap_time", discriminator.timeCondition(pass, ts), 1e-5);
        golden.check("logits", discriminator.forward(pass, clip, ts), 1e-5);
        golden.check("logits_fractional", discriminator.forward(pass, clip, golden.in(manager, "ts_fractional")), 1e-5);

        Pass training = Pass.training(manager, weights);
        List<NDArray> parameters = weights.parameters(discriminator);
        clip.setRequiresGradient(true);
        NDArray gradient = Autograd.gradient(
                training, discriminator.forward(training, clip, ts).sum(), clip);
        NDArray penalty = gradient.square().sum(new int[] {1, 2, 3});
        golden.check("r1_penalty", penalty, 1e-4);
        golden.check("r1_grad_slice", gradient.get(":, :, ::8, ::8"), 1e-4);
        Golden.checkGradients(
                file + "_r1_gradstats",
                "",
                discriminator,
                Autograd.gradients(training, penalty.mul(0.5).mean(), parameters),
                1e-3);
    }
}
