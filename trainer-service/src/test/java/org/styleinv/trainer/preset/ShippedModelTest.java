package org.styleinv.trainer.preset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.styleinv.network.checkpoint.ModelFolder;

/** The model in the checkout is the one that this code trains and opens. */
class ShippedModelTest {
    @Test
    void facesSixtyFourOpensWithItsDigestsAndThePresetsArchitecture() throws Exception {
        ModelFolder model = ModelFolder.open(Path.of("..", "models", "faces-64"));
        assertEquals(Preset.faces64().architecture(), model.architecture());
        assertEquals("CC0-1.0", model.training().licence());
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertTrue(model.loadGenerator(manager).has("mapping.w_avg"));
            assertTrue(model.loadEncoder(manager).has("latent_avg"));
            assertTrue(model.loadMotion(manager).has("mapping.motion_encoder.frame_0_const"));
        }
    }
}
