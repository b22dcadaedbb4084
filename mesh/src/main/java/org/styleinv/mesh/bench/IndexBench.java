package org.styleinv.mesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.proto.wire.Topics;

/** What a frame costs far out in a video: a frame is a function of its index, so it should cost the same everywhere. */
public final class IndexBench implements AutoCloseable {
    private static final double MILLIS = 1e3;

    private final InProcess model;
    private final int frames;

    /** @param frames of a stream in a round */
    public IndexBench(ModelFolder model, int frames) throws IOException {
        this.model = new InProcess(model);
        this.frames = frames;
    }

    /** The figures of each index under the names that machines read; the ratio is to the first of them. */
    public List<Map<String, Object>> measure(List<Long> indexes, int rounds, IntConsumer progress) throws Exception {
        Rounds rivals = new Rounds();
        for (long index : indexes) {
            rivals.with(
                    Long.toString(index),
                    () -> MILLIS / Viewing.fps(List.of(model.view(0, index, frames, Topics.BASE))));
        }
        Map<String, Double> times = rivals.medians(rounds, progress);
        double base = Rounds.figure(times, Long.toString(indexes.get(0)));
        List<Map<String, Object>> all = new ArrayList<>();
        for (long index : indexes) {
            double time = Rounds.figure(times, Long.toString(index));
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("name", "index");
            figures.put("index", index);
            figures.put("resolution", model.resolution());
            figures.put("device", model.device());
            figures.put("frames", frames);
            figures.put("rounds", rounds);
            figures.put("ms_per_frame", Figures.rounded(time));
            figures.put("baseline", "index " + indexes.get(0));
            figures.put("baseline_ms_per_frame", Figures.rounded(base));
            figures.put("ratio", Figures.rounded(time / base));
            all.add(figures);
        }
        return all;
    }

    @Override
    public void close() {
        model.close();
    }
}
