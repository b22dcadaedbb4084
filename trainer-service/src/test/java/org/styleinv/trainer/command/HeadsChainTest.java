package org.styleinv.trainer.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.state.Mantissas;

/**
 * {@code heads-128} from stage to stage, a step of each on small pictures, motion on latents, too: only stage 1 is told the
 * preset.
 */
@Tag("thorough")
class HeadsChainTest {
    @TempDir
    Path folder;

    @Test
    void threeStagesMakeAModelWithTheNoticeOfItsData() throws IOException {
        RenderedFaces.render(folder.resolve("data"), 2, 72, 32, 24, 5, Progress.NONE);
        Chain chain = new Chain(folder.resolve("data"));
        Path g = folder.resolve("g");
        Path e = folder.resolve("e");
        Path m = folder.resolve("m");
        chain.run("generator", g, "--cfg=heads-128", "--resolution=32", "--batch=4", "--kimg=0.004");
        chain.run("encoder", e, "--batch=2", "--kimg=0.002", "--generator=" + g);
        chain.run(
                "motion", m, "--batch=4", "--kimg=0.032", "--latent-kimg=0.016", "--generator=" + g, "--encoder=" + e);
        Path notice = Files.writeString(folder.resolve("says"), "Made by a test.\nKeep this.\n");
        Path out = folder.resolve("model");
        Chain.execute(
                "export",
                "--generator=" + g,
                "--encoder=" + e,
                "--motion=" + m,
                "--out=" + out,
                "--data=two clips",
                "--name=small-heads",
                "--mantissa=13",
                "--notice=" + notice);

        ModelFolder model = ModelFolder.open(out);
        Preset heads = Preset.heads128();
        assertEquals("small-heads", model.name());
        assertEquals(heads.architecture().encoder(), model.architecture().encoder());
        assertEquals(heads.architecture().motion(), model.architecture().motion());
        assertEquals(
                "two clips\n\nMade by a test.\nKeep this.", model.training().data());
        assertEquals("Made by a test.\nKeep this.\n", Files.readString(out.resolve("NOTICE")));
        assertTrue(Runs.preset(m).videoCritic().differences());

        Path s = folder.resolve("s");
        chain.run("style", s, "--batch=4", "--kimg=0.008", "--cfg=heads-128", "--generator=" + g);
        Chain.execute("variant", "--style=" + s, "--model=" + out, "--name=flat", "--data=two clips", "--mantissa=10");
        assertEquals(List.of("flat"), model.variants());
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertEquals(13, Mantissas.bits(model.loadGenerator(manager)));
            assertEquals(13, Mantissas.bits(model.loadMotion(manager)));
            assertEquals(10, Mantissas.bits(model.loadVariant(manager, "flat")));
        }
    }

    @Test
    void whatIsNoNoticeIsRefused() throws IOException {
        Path absent = folder.resolve("absent");
        Path empty = Files.writeString(folder.resolve("empty"), " \n");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0, 1});
        Path large = Files.write(folder.resolve("large"), "x".repeat(60_000).getBytes(StandardCharsets.UTF_8));
        assertRefused(absent, "does not exist");
        assertRefused(empty, "is empty");
        assertRefused(binary, "is no text in UTF-8");
        assertRefused(large, "at most 50000");
        Notice.read(null).copyTo(folder);
        assertFalse(Files.exists(folder.resolve("NOTICE")));
    }

    private static void assertRefused(Path file, String sentence) {
        String said = assertThrows(FileRefused.class, () -> Notice.read(file)).getMessage();
        assertTrue(said.contains(file.toString()) && said.contains(sentence), said);
    }
}
