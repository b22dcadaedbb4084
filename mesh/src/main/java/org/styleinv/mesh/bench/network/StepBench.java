package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDManager;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.Rounds;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass.Precision;
import org.styleinv.trainer.command.bench.TrainBench;

/** A training step against the same step written plainly, its wait for data, and its memory over many steps. */
public final class StepBench {
    /** Periods of steps before memory counts: the engine's pools and the Java compiler's have grown by then. */
    private static final int WARM_UP_PERIODS = 6;

    private static final int POINTS = 20; // at which memory is looked at

    private final TrainBench bench;

    public StepBench(TrainBench bench) {
        this.bench = bench;
    }

    /** The figures under the names that machines read; a frame is a picture of the batch. */
    public Map<String, Object> measure(int rounds, IntConsumer progress) throws Exception {
        Map<String, Double> medians;
        String device;
        try (NDManager manager = ComputeDevice.manager();
                var gemm = new Gemm(manager, Precision.FLOAT32)) {
            device = manager.getDevice().getDeviceType();
            medians = new Rounds()
                    .with("step", bench::stepMs)
                    .with("plain", bench::plainStepMs)
                    .with("loading", bench::loadingMs)
                    .with("gemm", gemm::gflops)
                    .medians(rounds, progress);
        }
        double ms = Rounds.figure(medians, "step");
        double useful = bench.flop() / 1e6 / ms;
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", "train");
        figures.put("resolution", bench.resolution());
        figures.put("batch", bench.batch());
        figures.put("precision", bench.precision().brief());
        figures.put("device", device);
        figures.put("rounds", rounds);
        figures.put("ms_per_iteration", Figures.rounded(ms));
        figures.put("ms_per_frame", Figures.rounded(ms / bench.batch()));
        figures.put("seconds_per_kimg", Figures.rounded(ms / bench.batch())); // a thousand of both
        figures.put("useful_gflops", Figures.rounded(useful));
        figures.put("gemm_gflops", Figures.rounded(Rounds.figure(medians, "gemm")));
        figures.put("percent_of_gemm", Figures.rounded(100 * useful / Rounds.figure(medians, "gemm")));
        figures.put("baseline", "plain eager DJL step, f32");
        figures.put("baseline_ms_per_frame", Figures.rounded(Rounds.figure(medians, "plain") / bench.batch()));
        figures.put("ratio", Figures.rounded(ms / Rounds.figure(medians, "plain")));
        figures.put("loading_share", Figures.rounded(Rounds.figure(medians, "loading") / ms));
        return figures;
    }

    /**
     * Takes {@code iterations} steps and looks at memory now and then; the last line says how far it moved from the median of
     * the first quarter of looks to that of the last.
     */
    public void memory(int iterations, Consumer<Map<String, Object>> line) {
        List<double[]> looks = new ArrayList<>();
        for (int i = 0; i < WARM_UP_PERIODS; i++) {
            bench.stepMs();
        }
        int periods = Math.max(POINTS, (iterations + TrainBench.PERIOD - 1) / TrainBench.PERIOD);
        for (int i = 1; i <= periods; i++) {
            bench.stepMs();
            if (i * POINTS / periods > (i - 1) * POINTS / periods) {
                double[] look = look();
                looks.add(look);
                Map<String, Object> figures = new LinkedHashMap<>();
                figures.put("name", "train-memory");
                figures.put("iteration", i * TrainBench.PERIOD);
                figures.put("rss_mb", Figures.rounded(look[0]));
                figures.put("native_mb", Figures.rounded(look[1]));
                line.accept(figures);
            }
        }
        Map<String, Object> sum = new LinkedHashMap<>();
        sum.put("name", "train-memory");
        sum.put("iterations", periods * TrainBench.PERIOD);
        sum.put("rss_growth", Figures.rounded(growth(looks, 0)));
        sum.put("native_growth", Figures.rounded(growth(looks, 1)));
        line.accept(sum);
    }

    /** Resident memory, and what of it is not Java's heap. */
    private static double[] look() {
        System.gc();
        double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() / 1048576.0;
        double resident = TrainBench.residentMb();
        return new double[] {resident, resident - heap};
    }

    private static double growth(List<double[]> looks, int which) {
        int quarter = looks.size() / 4;
        double first = median(looks.subList(0, quarter), which);
        return median(looks.subList(looks.size() - quarter, looks.size()), which) / first - 1;
    }

    private static double median(List<double[]> looks, int which) {
        return Rounds.median(looks.stream().mapToDouble(look -> look[which]).toArray());
    }
}
