package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.Rounds;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.plain.Plain;

/** Where a network's time goes, layer by layer. */
final class LayerBench {
    private static final int RUNS = 5; // of a round

    private final BenchedNetwork subject;
    private final Weights weights;
    private final Weights plain;
    private final Precision precision;
    private final int batch;

    LayerBench(BenchedNetwork subject, Weights weights, Weights plain, Precision precision, int batch) {
        this.subject = subject;
        this.weights = weights;
        this.plain = plain;
        this.precision = precision;
        this.batch = batch;
    }

    private LayerProfile profile(NDManager parent, Map<String, Double> flop) {
        var profile = new LayerProfile(weights, flop);
        for (int run = 0; run < RUNS; run++) {
            try (NDManager scope = parent.newSubManager()) {
                subject.run(new Pass(scope, weights, false, precision).with(profile))
                        .toFloatArray();
            }
        }
        return profile;
    }

    /** A row of figures a layer, and one of all; times, products and bytes are of one frame. */
    List<Map<String, Object>> measure(NDManager here, Gemm gemm, Bandwidth stream, int rounds, IntConsumer progress)
            throws Exception {
        Map<String, Double> flop;
        try (NDManager scope = here.newSubManager()) {
            var counting = new Plain(scope, plain);
            subject.runPlainly(counting).close();
            flop = counting.flopByWeight();
        }
        List<LayerProfile> profiles = new ArrayList<>();
        Map<String, Double> roofs = new Rounds()
                .with("gemm", gemm::gflops)
                .with("stream", stream::gigabytes)
                .with("network", () -> {
                    profiles.add(profile(here, flop));
                    return 0;
                })
                .medians(rounds, progress);
        profiles.remove(0); // the round that does not count
        double gflops = Rounds.figure(roofs, "gemm");
        double gigabytes = Rounds.figure(roofs, "stream");
        double frames = (double) RUNS * batch;
        List<Row> rows = new ArrayList<>();
        profiles.get(0).layers().forEach((name, work) -> {
            double[] times = profiles.stream()
                    .mapToDouble(one ->
                            Objects.requireNonNull(one.layers().get(name)).nanos() / 1e6 / frames)
                    .toArray();
            double products = work.flop() / frames / 1e6 / gflops;
            double moving = work.bytes() / frames / 1e6 / gigabytes;
            rows.add(new Row(
                    name,
                    work.calls() / RUNS,
                    Rounds.median(times),
                    work.flop() / frames,
                    work.bytes() / frames,
                    Math.max(products, moving)));
        });
        Row all = rows.stream().reduce(new Row("all", 0, 0, 0, 0, 0), Row::plus);
        rows.add(all);
        return rows.stream().map(row -> row.figures(all.ms, gflops)).toList();
    }

    /**
     * Of one frame, calls of one batch.
     *
     * @param roof milliseconds that it must take
     */
    private record Row(String layer, long calls, double ms, double flop, double bytes, double roof) {
        Row plus(Row other) {
            return new Row(
                    layer,
                    calls + other.calls,
                    ms + other.ms,
                    flop + other.flop,
                    bytes + other.bytes,
                    roof + other.roof);
        }

        Map<String, Object> figures(double all, double gflops) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("layer", layer);
            figures.put("calls", calls);
            figures.put("ms_per_frame", Figures.rounded(ms));
            figures.put("share", Figures.rounded(ms / all));
            figures.put("gflop_per_frame", Figures.rounded(flop / 1e9));
            figures.put("mb_per_frame", Figures.rounded(bytes / 1e6));
            figures.put("useful_gflops", Figures.rounded(flop / 1e6 / ms));
            figures.put("percent_of_gemm", Figures.rounded(100 * flop / 1e6 / ms / gflops));
            figures.put("percent_of_roof", Figures.rounded(100 * roof / ms));
            return figures;
        }
    }
}
