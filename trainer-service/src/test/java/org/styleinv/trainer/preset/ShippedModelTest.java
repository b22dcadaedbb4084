package org.styleinv.trainer.preset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.trainer.evaluate.Gate;

/** The models in the checkout are those that this code trains and opens. */
class ShippedModelTest {
    /** The demo's model, with all that it brings along; its own gate lets it through. */
    @Test
    void headsHaveTheirVariantsTheirNoticeAndTheirGate() throws Exception {
        Path folder = Path.of("..", "models", "heads-128");
        ModelFolder model = ModelFolder.open(folder);
        assertEquals("heads-128", model.name());
        assertEquals(Preset.heads128().architecture(), model.architecture());
        assertEquals("MIT", model.training().licence());
        assertTrue(model.training().data().contains("Copyright (c) Microsoft Corporation."));
        assertEquals(List.of("flat", "pencil"), model.variants());
        for (String file : model.files()) {
            model.verify(file);
        }
        for (String variant : model.variants()) {
            model.verifyVariant(variant);
        }
        assertEquals(List.of(), Gate.of(folder).failures());
        for (String file : List.of("NOTICE", "example.png", "preview.png", "embedding/embedding.json")) {
            assertTrue(Files.exists(folder.resolve(file)), file);
        }
    }

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
