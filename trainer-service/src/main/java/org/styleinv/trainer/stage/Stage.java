package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.styleinv.trainer.evaluate.MeasuredModel;

/** One of the trainings that make a model: what a step is, and what a run of it leaves behind. */
public interface Stage extends AutoCloseable {
    String name();

    /** Images that one step shows. */
    int batch();

    /**
     * Takes one optimisation step. Everything random in it follows from the run's seed and {@code step}, so a resumed run
     * goes on exactly.
     */
    Step step(long step);

    /** Everything that a resumed run needs, by name; the arrays themselves, to be read or written in place. */
    Map<String, NDArray> state();

    /** Writes pictures that show how far the training is. */
    void draw(Path file) throws IOException;

    /** Writes a sample clip, where the stage makes video. */
    default void film(Path file) throws IOException {}

    /** The loss by which a snapshot is the best so far, higher being better; none where no loss says so. */
    default Optional<String> better() {
        return Optional.empty();
    }

    /** What {@code --metrics} measures: what is trained, as it would be served. The weights stay the stage's. */
    default Optional<MeasuredModel> subject() {
        return Optional.empty();
    }

    @Override
    void close();
}
