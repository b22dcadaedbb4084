package org.styleinv.trainer.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.run.TrainingRun;
import picocli.CommandLine;

/** The real command as a real process, killed. Every step is a tick and a snapshot, so a kill can fall anywhere. */
@Tag("thorough")
class KilledRunTest {
    private static final int STEPS = 9;

    @TempDir
    static Path folder;

    @BeforeAll
    static void render() throws IOException {
        RenderedFaces.render(folder.resolve("data"), 2, 4, 32, 30, 5, Progress.NONE);
    }

    @Test
    void aRunThatIsKilledAndOneThatIsStoppedEndInTheStateOfAnUndisturbedOne() throws Exception {
        assertEquals(
                0,
                new CommandLine(new TrainCommand()).execute(arguments("whole").toArray(String[]::new)));
        Map<String, float[]> whole = state("whole");

        // kill -9 a little after the third snapshot was there, wherever the fourth is then
        assertEquals(128 + 9, untilTick("killed", 4, ProcessHandle::destroyForcibly));
        // SIGTERM, as an eviction sends: it saves, and its code asks for another try
        assertEquals(TrainingRun.TRY_AGAIN, untilTick("killed", 2, ProcessHandle::destroy));
        assertEquals(0, untilTick("killed", Integer.MAX_VALUE, process -> {}));

        Map<String, float[]> killed = state("killed");
        assertEquals(whole.keySet(), killed.keySet());
        whole.forEach((key, values) -> assertArrayEquals(values, killed.get(key), key));
        String config = Files.readString(folder.resolve("killed/config.json"));
        assertEquals(3, config.split("\"commit\"").length - 1, config);
        assertTrue(config.contains("\"gamma\" : \"2.0\""), config);
    }

    private static List<String> arguments(String run) {
        return List.of(
                "generator",
                "--data=" + folder.resolve("data"),
                "--run=" + folder.resolve(run),
                "--kimg=" + STEPS * 4 / 1000.0,
                "--batch=4",
                "--gamma=2",
                "--d-reg-interval=3",
                "--tick=0",
                "--snapshot=0",
                "--json");
    }

    /** Starts the command, does something to it after a number of ticks, and waits for its exit code. */
    private static int untilTick(String run, int ticks, Consumer<ProcessHandle> then) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Dai.djl.pytorch.num_threads=" + System.getProperty("ai.djl.pytorch.num_threads", "1"), // sums' order
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Trainer.class.getName()));
        command.addAll(arguments(run));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile())
                .start();
        try (BufferedReader out = process.inputReader()) {
            int seen = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (++seen == ticks) {
                    then.accept(process.toHandle()); // a handle leaves the output open
                }
            }
            assertTrue(process.waitFor(1, TimeUnit.MINUTES), "still runs");
            String said = Files.readString(folder.resolve("stderr"));
            assertFalse(said.contains("deprecated"), () -> "libtorch warns users of itself: " + said);
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    /** What the process runs. */
    static final class Trainer {
        public static void main(String[] arguments) {
            System.exit(new CommandLine(new TrainCommand()).execute(arguments));
        }
    }

    private static Map<String, float[]> state(String run) throws IOException {
        Map<String, float[]> state = new HashMap<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                InputStream in = Files.newInputStream(TrainingRun.snapshot(folder.resolve(run)))) {
            for (NDArray array : NDList.decode(manager, in)) {
                if (!array.getName().equals("run.step")) {
                    state.put(array.getName(), array.toFloatArray());
                }
            }
        }
        return state;
    }
}
