package org.styleinv.trainer.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.preset.ImageConfig;
import org.styleinv.network.preset.MotionConfig;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.RenderedFaces;

/** Published presets from stage to stage: networks of published width on small pictures, a step of each. */
@Tag("long")
class PublishedChainTest {
    @TempDir
    Path folder;

    @Test
    void threeStagesOfPublishedWidthMakeAModelThatOpens() throws IOException {
        RenderedFaces.render(folder.resolve("data"), 2, 128, 32, 30, 5, Progress.NONE);
        Chain chain = new Chain(folder.resolve("data"));
        Path g = folder.resolve("g");
        Path e = folder.resolve("e");
        Path m = folder.resolve("m");
        chain.run("generator", g, "--cfg=auto", "--resolution=32", "--batch=4", "--kimg=0.004");
        chain.run("encoder", e, "--cfg=psp_auto", "--batch=2", "--kimg=0.002", "--generator=" + g);
        chain.run(
                "motion",
                m,
                "--cfile=sky",
                "--cname=4c256",
                "--batch=2",
                "--kimg=0.008",
                "--generator=" + g,
                "--encoder=" + e);
        Path out = folder.resolve("model");
        Chain.execute("export", "--generator=" + g, "--encoder=" + e, "--motion=" + m, "--out=" + out, "--data=a test");

        ModelFolder model = ModelFolder.open(out);
        assertEquals(ImageConfig.AUTO.generator(32), model.architecture().generator());
        assertEquals(ImageConfig.AUTO.encoder(), model.architecture().encoder());
        assertEquals(MotionConfig.SKY.motion(), model.architecture().motion());
        for (String file : model.files()) {
            model.verify(file);
        }
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.loadGenerator(manager);
            model.loadEncoder(manager);
            model.loadMotion(manager);
        }
    }
}
