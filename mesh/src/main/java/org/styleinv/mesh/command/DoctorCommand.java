package org.styleinv.mesh.command;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.bytedeco.ffmpeg.global.avcodec;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.FrameReading;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.local.Hosts;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.PrecisionTrial;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.trainer.data.video.VideoReader;
import org.styleinv.video.VideoWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doctor}: tries each thing that a mesh stands on, and says what to do about those that do not work. */
@Command(
        name = "doctor",
        description = "Try what a mesh needs on this machine: engine, memory, broker, video, model, ports.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final long LEAST_MEMORY = 2L << 30; // the demo takes about 1 GiB
    private static final long LEAST_DISK = 1L << 30;

    private static final String TEMPORARY =
            "name a folder that can be written with STYLEINV_JAVA_OPTS=-Djava.io.tmpdir=DIR";
    private static final String ENGINE =
            "let DJL_CACHE_DIR name a folder that can be written, on Linux for x86-64 with glibc; --verbose shows all";

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    private boolean sick;

    /** Something tried: what came out, and what to do about it if it did not work. */
    private record Finding(State state, String detail, String remedy) {
        static Finding good(String detail, Object... values) {
            return new Finding(State.OK, String.format(Locale.ROOT, detail, values), "");
        }

        static Finding so(String detail, String remedy) {
            return new Finding(State.NOTE, detail, remedy);
        }

        static Finding bad(String detail, String remedy) {
            return new Finding(State.BAD, detail, remedy);
        }
    }

    private enum State {
        OK,
        NOTE,
        BAD
    }

    private interface Trial {
        Finding run() throws Exception;
    }

    @Override
    public Integer call() {
        Logging.none();
        check("java", DoctorCommand::java, "use a JDK of version 17 or later, named by JAVA_HOME");
        check("memory", DoctorCommand::memory, "use a JDK that can see this machine's memory, such as OpenJDK");
        check("disk", DoctorCommand::disk, TEMPORARY);
        check("engine", () -> onDevice(DoctorCommand::engine), ENGINE);
        check("device", () -> onDevice(DoctorCommand::device), ENGINE);
        check("threads", DoctorCommand::threads, "give a whole number for ai.djl.pytorch.num_threads");
        check("model", this::model, "name another with --model, or make one with `styleinv train`");
        check("broker", DoctorCommand::broker, TEMPORARY);
        check("video", DoctorCommand::video, "write frames as PNG instead: `styleinv generate --out DIR`");
        check("encoders", DoctorCommand::encoders, "let JavaCPP write its cache: -Dorg.bytedeco.javacpp.cachedir=DIR");
        check("ports", DoctorCommand::ports, "give `styleinv up` other ports");
        return sick ? 1 : 0;
    }

    /** @param remedy where the trial itself breaks off; one that comes to an end knows better */
    private void check(String name, Trial trial, String remedy) {
        report.status("trying " + name);
        Finding finding;
        try {
            finding = trial.run();
        } catch (Exception | LinkageError e) {
            if (report.verbose()) {
                e.printStackTrace();
            }
            finding = Finding.bad(Errors.sentence(e), remedy);
        }
        sick |= finding.state() == State.BAD;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("check", name);
        json.put("ok", finding.state() != State.BAD);
        json.put("detail", finding.detail());
        json.put("remedy", finding.remedy());
        report.json(json);
        String mark =
                switch (finding.state()) {
                    case OK -> "ok ";
                    case NOTE -> " ! ";
                    case BAD -> "BAD";
                };
        report.say(
                "%s  %-9s %s%s",
                mark, name, finding.detail(), finding.remedy().isEmpty() ? "" : ": " + finding.remedy());
    }

    private static Finding java() {
        return Finding.good(
                "%s %s on %s %s",
                System.getProperty("java.vm.name"),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
    }

    private static Finding memory() {
        long heap = Runtime.getRuntime().maxMemory();
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        String detail = String.format(
                Locale.ROOT,
                "%.1f GiB of memory, %.1f free; heap up to %d MiB",
                system.getTotalMemorySize() / 0x1p30,
                system.getFreeMemorySize() / 0x1p30,
                heap >> 20);
        return system.getTotalMemorySize() < LEAST_MEMORY
                ? Finding.bad(detail, "a mesh wants 2 GiB, so give this machine or container more")
                : Finding.good("%s", detail);
    }

    private static Finding disk() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        long free = Files.getFileStore(temporary).getUsableSpace();
        String detail = String.format(Locale.ROOT, "%.1f GiB free in %s", free / 0x1p30, temporary);
        return free < LEAST_DISK
                ? Finding.bad(
                        detail,
                        "the broker of a demo lives there, so free some, or name another with STYLEINV_JAVA_OPTS=-Djava.io.tmpdir=DIR")
                : Finding.good("%s", detail);
    }

    /** A device that is not there is no fault of the engine's. */
    private static Finding onDevice(Function<Device, Finding> trial) {
        Device device;
        try {
            device = ComputeDevice.chosen();
        } catch (IllegalArgumentException e) {
            return Finding.bad(Errors.sentence(e), "let STYLEINV_DEVICE name one that is there, or leave it out");
        }
        return trial.apply(device);
    }

    private static Finding engine(Device device) {
        long start = System.nanoTime();
        Engine engine = Engine.getInstance();
        try (NDManager manager = NDManager.newBaseManager(device, engine.getEngineName())) {
            int n = 512;
            NDArray a = manager.ones(new Shape(n, n), DataType.FLOAT32);
            double loaded = (System.nanoTime() - start) / 1e9;
            a.matMul(a).sum().getFloat(); // warms up
            int rounds = 8;
            long begin = System.nanoTime();
            for (int i = 0; i < rounds; i++) {
                a.matMul(a).getFloat(0, 0);
            }
            double gflops = 2.0 * n * n * n * rounds / (System.nanoTime() - begin);
            return Finding.good(
                    "%s %s, loaded in %.1f s, %.0f GFLOP/s on products of 512 x 512",
                    engine.getEngineName(), engine.getVersion(), loaded, gflops);
        }
    }

    private static Finding device(Device device) {
        int gpus = Engine.getInstance().getGpuCount();
        if (device.isGpu()) {
            return Finding.good("%s of %d CUDA devices", device, gpus);
        }
        return gpus > 0
                ? Finding.good("the CPU, as styleinv.device says, though there are %d CUDA devices", gpus)
                : Finding.so("CPU only", "for a GPU, let PYTORCH_LIBRARY_PATH name a libtorch for CUDA: docs/gpu.md");
    }

    private static Finding threads() {
        int cores = Runtime.getRuntime().availableProcessors();
        Integer threads = Integer.getInteger("ai.djl.pytorch.num_threads");
        Integer between = Integer.getInteger("ai.djl.pytorch.num_interop_threads");
        String detail = "cores " + cores + ", compute threads " + (threads == null ? "as many" : threads)
                + ", threads between operations " + (between == null ? "many" : between);
        return threads != null && threads > cores || between == null || between > 1
                ? Finding.so(detail, "more threads than cores are ten times slower; the launcher ./styleinv sets both")
                : Finding.good("%s", detail);
    }

    private Finding model() throws IOException {
        Path folder = choice.model();
        if (!Files.isDirectory(folder)) {
            return Finding.bad(
                    "there is no model folder " + folder, "name one with --model, or make one with `styleinv train`");
        }
        ModelFolder model = ModelFolder.open(folder);
        String detail = String.format(
                Locale.ROOT,
                "%s with %s, served in %s, digest %s, %s",
                model.name(),
                String.join(", ", ModelJudge.verify(model)),
                model.precision().text(),
                FrameReading.brief(model.digest()),
                folder);
        if (model.precision() == Precision.FLOAT32) {
            return Finding.good("%s", detail);
        }
        try (NDManager manager = ComputeDevice.manager()) {
            ModelJudge.demandPrecision(model, manager);
        }
        return PrecisionTrial.warning(model.precision())
                .map(warning -> Finding.so(detail, warning + ": `styleinv model precision MODEL OUT --precision f32`"))
                .orElseGet(() -> Finding.good("%s", detail));
    }

    private static Finding broker() throws IOException {
        Path data = Files.createTempDirectory("styleinv-");
        long start = System.nanoTime();
        try (var broker = EmbeddedBroker.start(data, Mesh.BROKER, "localhost", 0)) {
            return Finding.good("Kafka starts in %.1f s", (System.nanoTime() - start) / 1e9);
        } finally {
            Stopping.delete(data);
        }
    }

    /** Writes and reads ten frames; that an encoder is compiled in does not yet mean that it works. */
    private static Finding video() throws IOException {
        Path scratch = Files.createTempDirectory("styleinv-");
        try {
            Path file = scratch.resolve("trial.mp4");
            try (var writer = new VideoWriter(file, 64, 64, 30)) {
                for (int i = 0; i < 10; i++) {
                    writer.write(new byte[64 * 64 * 3]);
                }
            }
            int read = 0;
            try (var reader = new VideoReader(file)) {
                while (reader.next().isPresent()) {
                    read++;
                }
            }
            return read == 10
                    ? Finding.good("H.264 in MP4 is written and read")
                    : Finding.bad(
                            "of 10 frames written to an MP4, " + read + " were read", "write frames as PNG: --out DIR");
        } finally {
            Stopping.delete(scratch);
        }
    }

    private static Finding encoders() {
        List<String> found = new ArrayList<>();
        for (String name : List.of("libopenh264", "libvpx", "libvpx-vp9", "libsvtav1", "libaom-av1", "mjpeg", "png")) {
            if (avcodec.avcodec_find_encoder_by_name(name) != null) {
                found.add(name);
            }
        }
        return found.contains("libopenh264")
                ? Finding.good("%s", String.join(", ", found))
                : Finding.bad(
                        "no libopenh264 among " + found, "use the ffmpeg that comes with this build, not another");
    }

    private static Finding ports() {
        List<String> taken = new ArrayList<>();
        Map.of("--port", 9000, "--kafka-port", 9092, "--http-port", 8080).forEach((option, port) -> {
            try {
                Hosts.demandPort("the port", option, port);
            } catch (Failure e) {
                taken.add(port + " (" + option + ")");
            }
        });
        return taken.isEmpty()
                ? Finding.good("9000, 9092 and 8080 are free for `styleinv up`")
                : Finding.so(
                        "taken: " + String.join(", ", taken),
                        "stop what listens there, or give `styleinv up` other ports; the demo takes free ones");
    }
}
