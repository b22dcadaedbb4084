package org.styleinv.mesh.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import org.styleinv.client.Access;

/** Streams through a mesh, all together and the same in turn, against the same model in process. */
public final class StreamBench {
    private final List<String> addresses;
    private final Access access;
    private final InProcess model;
    private final List<Look> looks;
    private final int frames;
    private final int rounds;
    private final boolean own;

    /**
     * What a stream is painted as.
     *
     * @param digest that its frames carry
     */
    public record Look(String variant, String digest) {}

    /**
     * @param addresses of a mesh's replicas
     * @param looks  of the model in process, which streams take one after another
     * @param frames of each stream
     * @param own    whether the mesh is in this process: then what its threads take is looked at
     */
    public StreamBench(
            List<String> addresses,
            Access access,
            InProcess model,
            List<Look> looks,
            int frames,
            int rounds,
            boolean own) {
        this.own = own && ThreadShares.known();
        this.access = access;
        this.addresses = addresses;
        this.model = model;
        this.looks = looks;
        this.frames = frames;
        this.rounds = rounds;
    }

    /** The figures of {@code streams} streams under the names that machines read. */
    public Map<String, Object> measure(int streams, IntConsumer progress) throws Exception {
        List<List<Viewing>> together = new ArrayList<>();
        List<List<Viewing>> alone = new ArrayList<>();
        Map<String, Double> fps;
        ThreadShares threads = new ThreadShares();
        try (var viewers = new Viewers(
                addresses, access, streams, looks.stream().map(Look::variant).toList())) {
            fps = new Rounds()
                    .with("in_turn", () -> note(alone, viewers.inTurn(frames)))
                    .with("together", () -> note(together, together(viewers, threads)))
                    .with("in_process", () -> Viewing.fps(direct(streams)))
                    .medians(rounds, progress);
        }
        together.remove(0); // the round that does not count
        double[] first = all(together, Viewing::firstFrameMs);
        double[] gaps = together.stream()
                .flatMap(List::stream)
                .flatMapToDouble(Viewing::gapsMs)
                .toArray();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", "stream");
        figures.put("streams", streams);
        figures.put("variants", Math.min(streams, looks.size()));
        figures.put("resolution", model.resolution());
        figures.put("device", model.device());
        figures.put("frames", frames);
        figures.put("rounds", rounds);
        figures.put("fps", Figures.rounded(Rounds.figure(fps, "together")));
        figures.put("fps_in_process", Figures.rounded(Rounds.figure(fps, "in_process")));
        figures.put("ratio", Figures.rounded(Rounds.figure(fps, "together") / Rounds.figure(fps, "in_process")));
        figures.put("fps_in_turn", Figures.rounded(Rounds.figure(fps, "in_turn")));
        figures.put("batching_gain", Figures.rounded(Rounds.figure(fps, "together") / Rounds.figure(fps, "in_turn")));
        figures.put(
                "fairness",
                Figures.rounded(Rounds.median(
                        together.stream().mapToDouble(Viewing::fairness).toArray())));
        figures.put("first_frame_p50_ms", Figures.rounded(Rounds.percentile(first, 0.5)));
        figures.put("inter_frame_p50_ms", Figures.rounded(Rounds.percentile(gaps, 0.5)));
        figures.put("inter_frame_p95_ms", Figures.rounded(Rounds.percentile(gaps, 0.95)));
        figures.put("inter_frame_p99_ms", Figures.rounded(Rounds.percentile(gaps, 0.99)));
        figures.put("same_frames", sameFrames(together.get(0), alone.get(0)));
        if (own) {
            figures.put("cores", Figures.rounded(threads.cores()));
            figures.put("threads", threads.shares());
        }
        return figures;
    }

    private List<Viewing> together(Viewers viewers, ThreadShares threads) throws Exception {
        if (!own) {
            return viewers.together(frames);
        }
        List<Viewing> viewings = new ArrayList<>();
        threads.during(() -> viewings.addAll(viewers.together(frames)));
        return viewings;
    }

    private double note(List<List<Viewing>> all, List<Viewing> viewings) {
        all.add(viewings);
        return Viewing.fps(viewings);
    }

    private List<Viewing> direct(int streams) throws Exception {
        List<Viewing> viewings = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            viewings.add(model.view(i, 0, frames, look(i).variant()));
        }
        return viewings;
    }

    /** Whether mesh and process made the same bits of the same model: else they did not do the same work. */
    private boolean sameFrames(List<Viewing> together, List<Viewing> alone) throws Exception {
        for (int i = 0; i < together.size(); i++) {
            if (!together.get(i).model().equals(look(i).digest())) {
                throw new IllegalStateException("the mesh serves the model "
                        + together.get(i).model() + ", but the one in process is "
                        + look(i).digest() + ": name the mesh's with --model");
            }
        }
        List<Viewing> direct = direct(together.size());
        for (int i = 0; i < direct.size(); i++) {
            long check = direct.get(i).check();
            if (together.get(i).check() != check || alone.get(i).check() != check) {
                return false;
            }
        }
        return true;
    }

    private Look look(int stream) {
        return looks.get(stream % looks.size());
    }

    private static double[] all(List<List<Viewing>> rounds, ToDoubleFunction<Viewing> figure) {
        return rounds.stream().flatMap(List::stream).mapToDouble(figure).toArray();
    }
}
