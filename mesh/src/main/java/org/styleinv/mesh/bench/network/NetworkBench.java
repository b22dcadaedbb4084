package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.Rounds;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.PrecisionTrial;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.plain.Plain;
import org.styleinv.network.stylegan.Generator;

/** A network as it is served against its plain form in eager DJL, and both against what the machine can multiply. */
public final class NetworkBench implements AutoCloseable {
    private static final long LEAST_NS = 200_000_000; // of one measurement

    /** What is measured. */
    public enum Kind {
        DECODER,
        ENCODER,
        MOTION;

        /** As machines read it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final NDManager manager;
    private final Kind kind;
    private final Architecture architecture;
    private final Weights weights; // as a service has them
    private final Weights plain; // as files have them
    private final Precision precision;

    private NetworkBench(NDManager manager, Kind kind, Architecture architecture, Weights plain, Precision precision) {
        this.manager = manager;
        this.kind = kind;
        this.architecture = architecture;
        this.plain = plain;
        this.precision = precision;
        weights = plain.copy(manager)
                .constant(
                        switch (kind) {
                            case DECODER -> new Generator(architecture.generator());
                            case ENCODER -> new InversionEncoder(encoder(architecture));
                            case MOTION -> new StyleInV(motion(architecture));
                        },
                        precision);
    }

    /** A network of a model. */
    public static NetworkBench of(Kind kind, ModelFolder folder, Precision precision) throws IOException {
        NDManager manager = ComputeDevice.manager();
        try {
            PrecisionTrial.demand(precision, manager);
            Weights weights =
                    switch (kind) {
                        case DECODER -> folder.loadGenerator(manager);
                        case ENCODER -> folder.loadEncoder(manager);
                        case MOTION -> folder.loadMotion(manager);
                    };
            return new NetworkBench(manager, kind, folder.architecture(), weights, precision);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** A network of random weights: its speed is that of a trained one. */
    public static NetworkBench random(Kind kind, Architecture architecture, Precision precision) {
        NDManager manager = ComputeDevice.manager();
        try {
            PrecisionTrial.demand(precision, manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        Weights weights =
                switch (kind) {
                    case DECODER -> new Generator(architecture.generator()).initialize(manager, 1);
                    case ENCODER -> new InversionEncoder(encoder(architecture)).initialize(manager, 1);
                    case MOTION -> new StyleInV(motion(architecture)).initialize(manager, 1);
                };
        return new NetworkBench(manager, kind, architecture, weights, precision);
    }

    static InversionEncoder.Config encoder(Architecture architecture) {
        return Objects.requireNonNull(architecture.encoder(), "whose weights are there");
    }

    static StyleInV.Config motion(Architecture architecture) {
        return Objects.requireNonNull(architecture.motion(), "whose weights are there");
    }

    /** The figures at one batch, under the names that machines read; times are of one frame. */
    public Map<String, Object> measure(int batch, int rounds, IntConsumer progress) throws Exception {
        Map<String, Double> medians;
        double flop;
        try (NDManager here = manager.newSubManager();
                var gemm = new Gemm(here, precision)) {
            BenchedNetwork subject = subject(here, batch);
            flop = flop(here, subject) / batch;
            medians = new Rounds()
                    .with(
                            "network",
                            () -> milliseconds(here, scope -> {
                                        var pass = new Pass(scope, weights, false, precision);
                                        Arrival.await(pass, subject.run(pass));
                                    })
                                    / batch)
                    .with(
                            "plain",
                            () -> milliseconds(
                                            here,
                                            scope -> Arrival.await(
                                                    Pass.inference(scope, plain),
                                                    subject.runPlainly(new Plain(scope, plain))))
                                    / batch)
                    .with("gemm", gemm::gflops)
                    .medians(rounds, progress);
        }
        double ms = Rounds.figure(medians, "network");
        double useful = flop / 1e6 / ms;
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", kind.text());
        figures.put("resolution", architecture.generator().synthesis().resolution());
        figures.put("batch", batch);
        figures.put("precision", precision.brief());
        figures.put("device", manager.getDevice().getDeviceType());
        figures.put("rounds", rounds);
        figures.put("gflop_per_frame", Figures.rounded(flop / 1e9));
        figures.put("ms_per_frame", Figures.rounded(ms));
        figures.put("useful_gflops", Figures.rounded(useful));
        figures.put("gemm_gflops", Figures.rounded(Rounds.figure(medians, "gemm")));
        figures.put("percent_of_gemm", Figures.rounded(100 * useful / Rounds.figure(medians, "gemm")));
        figures.put("baseline", "plain eager DJL, f32");
        figures.put("baseline_ms_per_frame", Figures.rounded(Rounds.figure(medians, "plain")));
        figures.put("ratio", Figures.rounded(ms / Rounds.figure(medians, "plain")));
        return figures;
    }

    private BenchedNetwork subject(NDManager here, int batch) {
        return switch (kind) {
            case DECODER -> BenchedNetwork.decoder(here, architecture, plain, batch);
            case ENCODER -> BenchedNetwork.encoder(here, architecture, batch);
            case MOTION -> BenchedNetwork.motion(here, architecture, plain, batch);
        };
    }

    /**
     * Where the time of a batch goes: a row of figures a layer, in the order of the network, and one of all. Times are medians of
     * the rounds; a roof is what the products could take at the rate of a large one, or the bytes at that of a large sum, whichever is longer.
     */
    public List<Map<String, Object>> layers(int batch, int rounds, IntConsumer progress) throws Exception {
        try (NDManager here = manager.newSubManager();
                var gemm = new Gemm(here, precision);
                var stream = new Bandwidth(here)) {
            return new LayerBench(subject(here, batch), weights, plain, precision, batch)
                    .measure(here, gemm, stream, rounds, progress);
        }
    }

    /** Both forms on one batch, to be run in turns; the caller closes them before this. */
    public Forms forms(int batch) {
        return new Forms(manager.newSubManager(), weights, plain, precision, here -> subject(here, batch));
    }

    private double flop(NDManager parent, BenchedNetwork subject) {
        try (NDManager scope = parent.newSubManager()) {
            var counting = new Plain(scope, plain);
            NDArray result = subject.runPlainly(counting);
            result.close();
            return counting.flop();
        }
    }

    /** Of one run, taken over as many as fill the least time. */
    private static double milliseconds(NDManager parent, Consumer<NDManager> run) {
        long start = System.nanoTime();
        int runs = 0;
        do {
            try (NDManager scope = parent.newSubManager()) {
                run.accept(scope);
            }
            runs++;
        } while (System.nanoTime() - start < LEAST_NS);
        return (System.nanoTime() - start) / 1e6 / runs;
    }

    @Override
    public void close() {
        manager.close();
    }
}
