package org.styleinv.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.RegularFile;
import org.styleinv.trainer.evaluate.metric.Statistic;
import org.styleinv.trainer.state.RunRecord;

/**
 * {@code gate.json} of a model folder: what its figures must be for it to be published, by the measure's name, such as
 * {@code {"inversion_psnr_db": {"at_least": 26}, "motion_change_ratio": {"at_least": 0.8, "at_most": 1.25}}}.
 */
public final class Gate {
    /** Its name in a model folder. */
    public static final String FILE = "gate.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int LARGEST = 1 << 20;

    private final Path folder;
    private final Map<String, Bounds> bounds;

    /** At least one is not null. */
    record Bounds(
            @JsonProperty("at_least") @Nullable Double atLeast,
            @JsonProperty("at_most") @Nullable Double atMost) {
        Optional<String> failure(String metric, double value) {
            if (atLeast != null && !(value >= atLeast)) {
                return Optional.of(
                        String.format(Locale.ROOT, "%s is %s, at least %s is wanted", metric, value, atLeast));
            }
            if (atMost != null && !(value <= atMost)) {
                return Optional.of(String.format(Locale.ROOT, "%s is %s, at most %s is wanted", metric, value, atMost));
            }
            return Optional.empty();
        }
    }

    private Gate(Path folder, Map<String, Bounds> bounds) {
        this.folder = folder;
        this.bounds = bounds;
    }

    /** @throws FileRefused where it is damaged, or names a measure that there is not */
    public static Gate of(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        Map<String, Bounds> bounds;
        try {
            bounds = JSON.readValue(
                    RegularFile.bytes(file, LARGEST), new TypeReference<LinkedHashMap<String, Bounds>>() {});
        } catch (JsonProcessingException e) {
            throw new FileRefused(file + " is not a gate: " + e.getOriginalMessage(), e);
        }
        if (bounds == null) {
            throw new FileRefused(file + " is not a gate: it is null");
        }
        for (Map.Entry<String, Bounds> bound : bounds.entrySet()) {
            if (!Measures.NAMES.contains(bound.getKey())) {
                throw new FileRefused(file + " names the measure " + bound.getKey() + ", which there is not; there are "
                        + String.join(", ", Measures.NAMES));
            }
            if (bound.getValue() == null
                    || bound.getValue().atLeast() == null && bound.getValue().atMost() == null) {
                throw new FileRefused(
                        file + " has no threshold for " + bound.getKey() + ": give at_least, at_most or both");
            }
        }
        return new Gate(folder, bounds);
    }

    /** What fails, a sentence each; none where the model may be published. */
    public List<String> failures() throws IOException {
        Optional<Evaluation> taken = Evaluation.of(folder);
        if (taken.isEmpty()
                || !taken.get().model().equals(ModelFolder.openParts(folder).digest())) {
            return List.of(folder + " has a gate, but "
                    + (taken.isEmpty() ? "no evaluation" : "an evaluation of another model")
                    + ": take its figures with `styleinv evaluate --model " + folder + " --data DIR --record`");
        }
        List<String> failures = new ArrayList<>();
        bounds.forEach((metric, bound) -> {
            Optional<Statistic> figure = taken.get().figure(metric);
            if (figure.isEmpty()) {
                failures.add(metric + " was not taken");
            } else {
                bound.failure(metric, figure.get().value()).ifPresent(failures::add);
            }
        });
        return failures;
    }

    /** What the gate in {@code folder} says of its model; empty where there is no gate. */
    public static Optional<Passage> passage(Path folder) throws IOException {
        if (!Files.exists(folder.resolve(FILE))) {
            return Optional.empty();
        }
        List<String> failures = of(folder).failures();
        return Optional.of(new Passage(ModelFolder.openParts(folder).digest(), failures, !failures.isEmpty()));
    }

    /**
     * {@code published.json}: how a model came through its gate.
     *
     * @param model its digest
     * @param forced whether it was published in spite of {@code failures}
     */
    public record Passage(String model, List<String> failures, boolean forced) {
        /** Writes it to a folder that the model is published to. */
        public void write(Path folder) throws IOException {
            RunRecord.replace(folder.resolve("published.json"), JSON.writeValueAsBytes(this));
        }
    }
}
