package org.styleinv.trainer.command.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.stage.Tiny;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A model of 32 pixels goes on at 64. */
class JointGrowthTest {
    @TempDir
    Path folder;

    private final InversionEncoder.Config encoder = new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE);

    @BeforeEach
    void modelAndData() throws IOException {
        RenderedFaces.render(folder.resolve("data"), 2, 8, 2 * Tiny.SIZE, 30, 5, Progress.NONE);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ModelFolder.write(
                    folder.resolve("model"),
                    "small",
                    new Architecture(Tiny.GENERATOR, encoder, null),
                    new TrainingRecord("nothing", 30, 0, "unknown", Map.of(), Map.of(), "none"),
                    new Generator(Tiny.GENERATOR).initialize(manager, 1),
                    new InversionEncoder(encoder).initialize(manager, 2),
                    null);
        }
    }

    private JointCommand command(String... more) {
        JointCommand command = new JointCommand();
        new CommandLine(command)
                .parseArgs(Stream.concat(
                                Stream.of(
                                        "--data=" + folder.resolve("data"),
                                        "--run=" + folder.resolve("run"),
                                        "--model=" + folder.resolve("model"),
                                        "--batch=4",
                                        "--kimg=0.008",
                                        "--json"),
                                Stream.of(more))
                        .toArray(String[]::new));
        return command;
    }

    /** While the discriminator learns alone, what is kept is where generator and encoder begin. */
    @Test
    void theGeneratorGrowsAndTheEncoderStaysWhatItIs() throws IOException {
        assertEquals(0, command("--resolution=64", "--critic-kimg=1").call());
        Path run = folder.resolve("run");
        Preset grown = Runs.preset(run);
        assertEquals(64, grown.resolution());
        InversionEncoder.Config reads =
                Objects.requireNonNull(grown.architecture().encoder());
        assertEquals(32, reads.backbone().reads());
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ModelFolder model = ModelFolder.open(folder.resolve("model"));
            Weights painter = Runs.generator(manager, grown, run).weights();
            Weights before = model.loadGenerator(manager);
            for (String name : before.arrays().keySet()) {
                assertArrayEquals(
                        before.get(name).toFloatArray(), painter.get(name).toFloatArray(), name);
            }
            for (float value : painter.get("synthesis.b64.torgb.weight").toFloatArray()) {
                assertEquals(0, value, "the new block adds nothing yet");
            }
            Weights inverter = Runs.encoder(manager, new InversionEncoder(reads), run);
            assertArrayEquals(
                    model.loadEncoder(manager).get("encoder.linear.weight").toFloatArray(),
                    inverter.get("encoder.linear.weight").toFloatArray());
        }
    }

    @Test
    void bothLearnFromThereOn() throws IOException {
        assertEquals(0, command("--resolution=64", "--critic-kimg=0").call());
        Path run = folder.resolve("run");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Weights painter = Runs.generator(manager, Runs.preset(run), run).weights();
            float moved = 0;
            for (float value : painter.get("synthesis.b64.torgb.weight").toFloatArray()) {
                moved = Math.max(moved, Math.abs(value));
            }
            assertTrue(moved > 0, "the new block has learned");
        }
    }

    @Test
    void whatIsNoGrowthIsRefused() {
        for (String side : new String[] {"16", "48", "96"}) {
            String said = assertThrows(ParameterException.class, () -> command("--resolution=" + side)
                            .call())
                    .getMessage();
            assertTrue(said.contains("resolution must be 32") && said.contains("got " + side), said);
        }
    }
}
