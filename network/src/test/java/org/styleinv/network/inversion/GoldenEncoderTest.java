package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Golden;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Weights;

/** The inversion encoder against stored reference numbers. */
class GoldenEncoderTest {
    private final NDManager manager = NDManager.newBaseManager();
    private final InversionEncoder encoder =
            new InversionEncoder(new InversionEncoder.Config(48, new IrSeBackbone.Config(List.of(16, 16, 24, 48))));
    private final Golden golden = Golden.open("encoder");
    private final Weights weights = Golden.open("encoder_weights").weights(manager, encoder);
    private final Pass pass = Pass.inference(manager, weights);
    private final NDArray image = golden.in(manager, "img");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void invertsAPicture() {
        golden.check("ws", encoder.forward(pass, image).expandDims(1).repeat(1, 10), 1e-5);
    }

    @Test
    void passesEachStage() {
        NDArray x = encoder.backbone().input(pass, image);
        golden.check("after_input_layer_slice", x.get(":, :4, ::4, ::4"), 1e-5);
        x = encoder.backbone().stage(pass, 0, x);
        golden.check("after_body2", x.get(":, :, ::4, ::4"), 1e-5);
        x = encoder.backbone().stage(pass, 1, x);
        golden.check("after_body6", x.get(":, :, ::2, ::2"), 1e-5);
        x = encoder.backbone().stage(pass, 2, x);
        golden.check("after_body20", x, 1e-5);
        golden.check("after_body23", encoder.backbone().stage(pass, 3, x), 1e-5);
    }

    @Test
    void usesAndTracksTheBatchsStatisticsWhenAsked() {
        NDArray w = encoder.forward(pass.with(Statistics.BATCH), image);
        golden.check("delta_train_mode", w.sub(weights.get("latent_avg")), 1e-4);
        golden.check("bn0_running_mean_after", weights.get("encoder.input_layer.1.running_mean"), 1e-5);
        golden.check("bn0_running_var_after", weights.get("encoder.input_layer.1.running_var"), 1e-5);
    }
}
