package org.styleinv.trainer.command.stage;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.preset.Preset;
import picocli.CommandLine;

/** A stage that goes on from a model says what that lacks, before any video is read. */
class MissingPartTest {
    @TempDir
    Path folder;

    private Path generator; // alone
    private Path inverse; // with an encoder, without a motion

    @BeforeEach
    void models() throws IOException {
        Architecture whole = Preset.faces64().architecture();
        generator = folder.resolve("generator");
        inverse = folder.resolve("inverse");
        TrainingRecord training = new TrainingRecord("nothing", 30, 0, "unknown", Map.of(), Map.of(), "none");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            var painted = new Generator(whole.generator()).initialize(manager, 1);
            ModelFolder.write(
                    generator, "alone", new Architecture(whole.generator(), null, null), training, painted, null, null);
            ModelFolder.write(
                    inverse,
                    "inverse",
                    new Architecture(whole.generator(), whole.encoder(), null),
                    training,
                    painted,
                    new InversionEncoder(whole.encoder()).initialize(manager, 2),
                    null);
        }
    }

    private String refusal(Callable<Integer> command, String... options) {
        CommandLine line = new CommandLine(command);
        String[] all = Stream.concat(
                        Stream.of("--data=" + folder, "--run=" + folder.resolve("run")), Stream.of(options))
                .toArray(String[]::new);
        line.parseArgs(all);
        return assertThrows(FileRefused.class, command::call).getMessage();
    }

    @Test
    void jointWantsAnEncoder() {
        String said = refusal(new JointCommand(), "--model=" + generator);
        assertTrue(said.startsWith(generator + " has no encoder"), said);
    }

    @Test
    void smoothWantsAnEncoder() {
        String said = refusal(
                new SmoothCommand(), "--generator=" + generator, "--encoder=" + generator, "--model=" + generator);
        assertTrue(said.startsWith(generator + " has no encoder"), said);
    }

    @Test
    void smoothWantsAMotion() {
        String said =
                refusal(new SmoothCommand(), "--generator=" + generator, "--encoder=" + inverse, "--model=" + inverse);
        assertTrue(said.startsWith(inverse + " has no motion"), said);
    }
}
