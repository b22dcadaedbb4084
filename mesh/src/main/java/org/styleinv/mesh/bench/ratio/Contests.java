package org.styleinv.mesh.bench.ratio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.mesh.bench.network.Forms;
import org.styleinv.mesh.bench.network.NetworkBench;
import org.styleinv.mesh.bench.network.NetworkBench.Kind;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.trainer.command.bench.TrainBench;

/** The contests that are watched. */
public final class Contests {
    private static final int LONE = 1; // frame
    private static final int FULL = 16; // batch
    private static final int TRAINED = 2; // pictures a step: few, for the sake of time
    private static final int ROUNDS_OF_LONE = 45; // many and short, since one after the other is disturbed alike
    private static final int ROUNDS_OF_FULL = 12; // each of a tenth of a second
    private static final int ROUNDS_OF_STEPS = 3; // each of seconds
    private static final double LEAST_MS = 10; // two or three lone frames

    private final ModelFolder model;
    private final Path scratch;

    /** @param scratch a folder of its own, for what a training step reads */
    public Contests(ModelFolder model, Path scratch) {
        this.model = model;
        this.scratch = scratch;
    }

    /** A contest by its name in the file. */
    public interface Watched {
        String name();

        /** Measures it, with networks and pictures of its own; seconds. */
        double measure() throws Exception;
    }

    private record Network(ModelFolder model, Kind kind, int batch) implements Watched {
        @Override
        public String name() {
            return kind.text() + "-" + batch;
        }

        @Override
        public double measure() throws Exception {
            try (var contest = new OfNetwork(NetworkBench.of(kind, model, Precision.FLOAT32), batch)) {
                return contest.ratio(batch == LONE ? ROUNDS_OF_LONE : ROUNDS_OF_FULL, LEAST_MS);
            }
        }
    }

    private record Step(Path scratch) implements Watched {
        @Override
        public String name() {
            return "train-" + TRAINED;
        }

        @Override
        public double measure() throws Exception {
            try (var contest = new OfSteps(TrainBench.rendered(Files.createTempDirectory(scratch, "faces"), TRAINED))) {
                return contest.ratio(ROUNDS_OF_STEPS, 0);
            }
        }
    }

    /** All of them. */
    public List<Watched> all() {
        List<Watched> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int batch : List.of(LONE, FULL)) {
                all.add(new Network(model, kind, batch));
            }
        }
        all.add(new Step(scratch));
        return all;
    }

    /** A network as it is served against its plain form. */
    private static final class OfNetwork implements Contest {
        private final NetworkBench bench;
        private final Forms forms;

        OfNetwork(NetworkBench bench, int batch) {
            this.bench = bench;
            forms = bench.forms(batch);
        }

        @Override
        public void ours() {
            forms.served();
        }

        @Override
        public void baseline() {
            forms.plain();
        }

        @Override
        public void close() {
            forms.close();
            bench.close();
        }
    }

    /** A period of training steps against the same written plainly. */
    private record OfSteps(TrainBench bench) implements Contest {
        @Override
        public void ours() {
            bench.stepMs();
        }

        @Override
        public void baseline() {
            bench.plainStepMs();
        }

        @Override
        public void close() {
            try {
                bench.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
