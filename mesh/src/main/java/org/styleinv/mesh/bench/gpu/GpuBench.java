package org.styleinv.mesh.bench.gpu;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.Access;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.LoadBench;
import org.styleinv.mesh.bench.Rounds;
import org.styleinv.mesh.bench.network.Gemm;
import org.styleinv.mesh.bench.network.NetworkBench;
import org.styleinv.mesh.bench.network.NetworkBench.Kind;
import org.styleinv.mesh.bench.network.PrecisionLoss;
import org.styleinv.mesh.bench.network.PrecisionLoss.Loss;
import org.styleinv.mesh.bench.network.PrecisionLoss.Losses;
import org.styleinv.mesh.bench.network.StepBench;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.PrecisionTrial;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.network.preset.ImageConfig;
import org.styleinv.network.preset.MotionConfig;
import org.styleinv.trainer.command.bench.TrainBench;
import org.styleinv.trainer.preset.Preset;

/**
 * Roofs, networks, training and streams on the device that {@code styleinv.device} names, a line of figures each. What fails, such as a batch that
 * the device has no memory for, is a line, too, and the rest goes on: time on a GPU is dear.
 */
public final class GpuBench {
    private static final double REAL_TIME = 30; // frames a second of a stream

    private final Budget budget;
    private final Consumer<Map<String, @Nullable Object>> lines;
    private final Consumer<String> progress;
    private final List<Precision> precisions;
    private int failures;

    /**
     * @param lines    takes each line as it has been measured
     * @param progress takes what is being measured
     */
    public GpuBench(Budget budget, Consumer<Map<String, @Nullable Object>> lines, Consumer<String> progress) {
        this.budget = budget;
        this.lines = lines;
        this.progress = progress;
        try (NDManager manager = ComputeDevice.manager()) {
            precisions = Arrays.stream(Precision.values())
                    .filter(precision -> PrecisionTrial.pays(precision, manager))
                    .toList();
        }
    }

    /** Parts that failed so far. */
    public int failures() {
        return failures;
    }

    /** Whether the device is no GPU: then nothing of it says how fast one is. */
    public static boolean rehearsal() {
        return !ComputeDevice.chosen().isGpu();
    }

    @FunctionalInterface
    private interface Part {
        Map<String, @Nullable Object> measure() throws Exception;
    }

    private void measure(String what, Part part) throws Exception {
        progress.accept(what);
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        try {
            line.putAll(part.measure());
        } catch (RuntimeException e) {
            failures++;
            line.put("name", "failed");
            line.put("part", what);
            line.put("error", String.valueOf(e.getMessage()));
        }
        lines.accept(line);
    }

    /** The device, and what it is measured by. */
    public void machine() throws Exception {
        measure("the machine", () -> {
            Engine engine = Engine.getInstance();
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("name", "machine");
            line.put("rehearsal", rehearsal());
            line.put("device", ComputeDevice.chosen().toString());
            line.put("gpus", engine.getGpuCount());
            line.put("engine", engine.getEngineName() + " " + engine.getVersion());
            line.put("cores", Runtime.getRuntime().availableProcessors());
            line.put("java", Runtime.version().toString());
            return line;
        });
    }

    /** What large products come to, by precision. */
    public void roofs() throws Exception {
        for (Precision precision : precisions) {
            measure("products, " + precision.brief(), () -> {
                try (NDManager manager = ComputeDevice.manager();
                        var gemm = new Gemm(manager, precision)) {
                    Map<String, Double> medians =
                            new Rounds().with("gemm", gemm::gflops).medians(budget.rounds(), done -> {});
                    Map<String, @Nullable Object> line = new LinkedHashMap<>();
                    line.put("name", "gemm");
                    line.put("precision", precision.brief());
                    line.put("device", manager.getDevice().getDeviceType());
                    line.put("gemm_gflops", Figures.rounded(Rounds.figure(medians, "gemm")));
                    return line;
                }
            });
        }
    }

    /** Painting and motion of the published configuration, with random weights. */
    public void networks() throws Exception {
        for (int resolution : budget.resolutions()) {
            var architecture = new Architecture(
                    ImageConfig.PAPER256.generator(resolution),
                    ImageConfig.PAPER256.encoder(),
                    MotionConfig.FFS.motion());
            for (Kind kind : List.of(Kind.DECODER, Kind.MOTION)) {
                for (Precision precision : precisions) {
                    try (NetworkBench bench = NetworkBench.random(kind, architecture, precision)) {
                        for (int batch : budget.batches()) {
                            measure(
                                    kind.text() + " at " + resolution + " pixels, batch " + batch + ", "
                                            + precision.brief(),
                                    () -> new LinkedHashMap<>(bench.measure(batch, budget.rounds(), done -> {})));
                        }
                    }
                }
            }
        }
    }

    /** What frames of a model differ by, made alone and in a batch, and in each precision from those in float32. */
    public void frames(Path model, Path scratch) throws Exception {
        Path copy = scratch.resolve("frames");
        FolderReplacement.copy(model, copy);
        ModelFolder exact = ModelFolder.open(copy);
        exact = exact.writePrecision(Precision.FLOAT32, exact.training());
        int frames = Collections.max(budget.batches());
        try (var loss = new PrecisionLoss(exact)) {
            for (Precision precision : Precision.values()) {
                ModelFolder served = exact.writePrecision(precision, exact.training());
                measure("frames in " + precision.brief(), () -> {
                    Map<String, @Nullable Object> line = new LinkedHashMap<>();
                    line.put("name", "frames");
                    line.put("model", served.name());
                    line.put("precision", precision.brief());
                    line.put("frames", frames);
                    line.put("alone_and_together", PrecisionLoss.aloneAndTogether(served, frames));
                    if (precision != Precision.FLOAT32) {
                        Loss lost = all(loss.of(served, frames, done -> {}));
                        line.put("psnr_db", Figures.rounded(lost.all()));
                        line.put("psnr_least_db", Figures.rounded(lost.worst()));
                    }
                    return line;
                });
            }
        }
    }

    /** Frames whose pixels come to the host. */
    public void fetching(Path model) throws Exception {
        measure("pixels that come to the host", () -> {
            try (Decoder decoder = NetworkDecoder.load(model)) {
                Map<String, @Nullable Object> line = new LinkedHashMap<>();
                line.put("name", "fetch");
                line.put("model", ModelFolder.open(model).name());
                line.put("resolution", decoder.size().resolution());
                line.putAll(new FetchBench(decoder, Collections.max(budget.batches())).measure(budget.rounds()));
                return line;
            }
        });
    }

    /** Of motion and decoder together, where there is motion. */
    private static Loss all(Losses losses) {
        Loss frames = losses.frames();
        return frames == null ? losses.decoder().get(0) : frames;
    }

    /** Training steps. */
    public void training(Path scratch) throws Exception {
        List<Precision> trained = precisions.stream()
                .filter(precision -> precision != Precision.FLOAT16) // its gradients would want scales
                .toList();
        for (Preset preset : budget.training()) {
            for (Precision precision : trained) {
                String what = "a training step at " + preset.resolution() + " pixels, " + precision.brief();
                measure(what, () -> {
                    Path faces = Files.createTempDirectory(scratch, "faces");
                    try (TrainBench step = TrainBench.rendered(faces, budget.pictures(), preset, precision)) {
                        Map<String, @Nullable Object> line = new LinkedHashMap<>();
                        new StepBench(step).measure(budget.rounds(), done -> {}).forEach(line::put);
                        line.put("preset", preset.name());
                        return line;
                    }
                });
            }
        }
    }

    /** Streams of a mesh: as many as are held at 30 frames a second, and those as fast as they come. */
    public void streams(List<String> addresses, Access access) throws Exception {
        List<Integer> held = new ArrayList<>();
        measure("streams at 30 frames/s", () -> {
            var bench = new LoadBench(addresses, access, REAL_TIME, budget.seconds());
            bench.greet();
            held.add(bench.held(budget.streams(), load -> lines.accept(load.figures())));
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("name", "held");
            line.put("streams", held.get(0));
            line.put("most", budget.streams());
            line.put("fps", REAL_TIME);
            return line;
        });
        for (int count : new TreeSet<>(List.of(1, Math.max(1, held.isEmpty() ? 1 : held.get(0))))) {
            measure(count + " streams as fast as they come", () -> new LoadBench(addresses, access, 0, budget.seconds())
                    .measure(count)
                    .figures());
        }
    }
}
