package org.styleinv.mesh.bench.gpu;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.Styles;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.Rounds;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.wire.Topics;

/** What frames cost with their pixels on the host: each batch fetched before the next is begun, and while it is computed, as the decoder does. */
final class FetchBench {
    private static final int BATCHES = 8; // of a round

    private final Decoder decoder;
    private final List<Styles> batch;

    /** @param rows of a batch */
    FetchBench(Decoder decoder, int rows) {
        this.decoder = decoder;
        batch = Collections.nCopies(rows, Styles.of(decoder.map(decoder.z(1), 1)));
    }

    /** Medians, in milliseconds a frame. */
    Map<String, @Nullable Object> measure(int rounds) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Map<String, Double> medians = new Rounds()
                    .with(
                            "in turn",
                            () -> perFrame(() -> {
                                for (int i = 0; i < BATCHES; i++) {
                                    fetch(begin());
                                }
                            }))
                    .with(
                            "meanwhile",
                            () -> perFrame(() -> {
                                Future<?> before = CompletableFuture.completedFuture(null);
                                for (int i = 0; i < BATCHES; i++) {
                                    Decoder.Painting painting = begin();
                                    before.get();
                                    before = thread.submit(() -> fetch(painting));
                                }
                                before.get();
                            }))
                    .medians(rounds, done -> {});
            double inTurn = Rounds.figure(medians, "in turn");
            double meanwhile = Rounds.figure(medians, "meanwhile");
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("batch", batch.size());
            line.put("ms_per_frame_in_turn", Figures.rounded(inTurn));
            line.put("ms_per_frame", Figures.rounded(meanwhile));
            line.put("ratio", Figures.rounded(meanwhile / inTurn));
            return line;
        } finally {
            thread.shutdownNow();
        }
    }

    private Decoder.Painting begin() {
        return decoder.begin(Topics.BASE, Noise.CONST, batch);
    }

    private static void fetch(Decoder.Painting painting) {
        try (painting) {
            painting.pixels();
        }
    }

    /** Painting of {@link #BATCHES} batches. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private double perFrame(Work work) throws Exception {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e6 / BATCHES / batch.size();
    }
}
