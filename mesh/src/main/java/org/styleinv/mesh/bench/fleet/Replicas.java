package org.styleinv.mesh.bench.fleet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.styleinv.mesh.bench.Figures;

/** Figures of a service by its number of replicas, from what each turn took. */
final class Replicas {
    private static final double MILLIS = 1e3;

    private Replicas() {}

    /**
     * One turn of a mesh, all replicas busy.
     *
     * @param serviceMs milliseconds of processors a frame, of the service's replicas alone
     * @param meshMs    the same of all processes of the mesh
     * @param fps       frames a second that viewers got
     * @param made      latents or frames that each replica made
     * @param batches   in how many batches, all together
     * @param idle      cores that the mesh took before, while others were read
     */
    record Turn(double serviceMs, double meshMs, double fps, List<Double> made, double batches, double idle) {
        /** Frames a second of the processors' time that the service took: what a core makes that does nothing else. */
        double perCore() {
            return MILLIS / serviceMs;
        }

        double all() {
            return made.stream().mapToDouble(one -> one).sum();
        }

        /** What the least busy replica made, of an even share: 1 where all made as much, 0 where one had nothing to do. */
        double leastShare() {
            return made.stream().mapToDouble(one -> one).min().orElseThrow() * made.size() / all();
        }
    }

    /**
     * The figures of a number of replicas under the names that machines read.
     *
     * @param turns of the mesh with so many, by round
     * @param base  those of the mesh that it is compared with, of the same rounds
     */
    static Map<String, Object> figures(List<Turn> turns, List<Turn> base) {
        Map<String, Object> figures = new LinkedHashMap<>();
        Figures.spread(figures, "fps_per_core", all(turns, Turn::perCore));
        Figures.spread(figures, "ratio", of(turns, base, Turn::perCore));
        Figures.spread(figures, "cpu_ms_per_frame", all(turns, Turn::serviceMs));
        Figures.spread(figures, "mesh_cpu_ms_per_frame", all(turns, Turn::meshMs));
        Figures.spread(figures, "mesh_cpu_ratio", of(turns, base, Turn::meshMs));
        Figures.spread(figures, "fps", all(turns, Turn::fps));
        Figures.spread(figures, "fps_ratio", of(turns, base, Turn::fps));
        Figures.spread(
                figures, "batch", all(turns, turn -> turn.batches() == 0 ? Double.NaN : turn.all() / turn.batches()));
        Figures.spread(figures, "mesh_idle_cores", all(turns, Turn::idle));
        List<Long> made = IntStream.range(0, turns.get(0).made().size())
                .mapToObj(replica -> Math.round(turns.stream()
                        .mapToDouble(turn -> turn.made().get(replica))
                        .sum()))
                .toList();
        figures.put("made_by_replica", made);
        figures.put("idle_replicas", made.stream().filter(one -> one == 0).count());
        figures.put(
                "rounds_with_an_idle_replica",
                turns.stream().filter(turn -> turn.made().contains(0.0)).count());
        Figures.spread(figures, "least_share", all(turns, Turn::leastShare));
        return figures;
    }

    private static double[] all(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return turns.stream().mapToDouble(figure).toArray();
    }

    private static double[] of(List<Turn> turns, List<Turn> base, ToDoubleFunction<Turn> figure) {
        return IntStream.range(0, turns.size())
                .mapToDouble(round -> figure.applyAsDouble(turns.get(round)) / figure.applyAsDouble(base.get(round)))
                .toArray();
    }
}
