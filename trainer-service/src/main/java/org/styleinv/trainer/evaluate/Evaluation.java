package org.styleinv.trainer.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.RegularFile;
import org.styleinv.trainer.evaluate.metric.Statistic;
import org.styleinv.trainer.state.RunRecord;

/**
 * {@code evaluation.json} of a model folder: figures of the very model that is in it.
 *
 * @param model digest of the model that was measured
 * @param figures one of each measure
 */
public record Evaluation(String format, String model, List<Statistic> figures) {
    /** Its name in a model folder. */
    public static final String FILE = "evaluation.json";

    private static final String FORMAT = "styleinv-evaluation/1";
    private static final int LARGEST = 8 << 20;
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Evaluation {
        if (!FORMAT.equals(format) || model == null || figures == null) {
            throw new IllegalArgumentException(
                    "it has format " + format + ", but this program reads " + FORMAT + " with a model and figures");
        }
    }

    public Evaluation(String model, List<Statistic> figures) {
        this(FORMAT, model, figures);
    }

    /** Of {@code folder}; empty where it has none. */
    public static Optional<Evaluation> of(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** @throws FileRefused where it is no evaluation */
    public static Evaluation read(Path file) throws IOException {
        try {
            Evaluation evaluation = JSON.readValue(RegularFile.bytes(file, LARGEST), Evaluation.class);
            if (evaluation == null) {
                throw new FileRefused(file + " is not an evaluation: it is null");
            }
            return evaluation;
        } catch (JsonProcessingException e) {
            throw new FileRefused(file + " is not an evaluation: " + e.getOriginalMessage(), e);
        }
    }

    /** Writes it to {@code folder}; other figures that were taken of the same model stay. */
    public void write(Path folder) throws IOException {
        Map<String, Statistic> all = new LinkedHashMap<>();
        of(folder)
                .filter(before -> before.model.equals(model))
                .ifPresent(before -> before.figures.forEach(figure -> all.put(figure.metric(), figure)));
        figures.forEach(figure -> all.put(figure.metric(), figure));
        RunRecord.replace(
                folder.resolve(FILE), JSON.writeValueAsBytes(new Evaluation(model, List.copyOf(all.values()))));
    }

    /**
     * Holds figures against those of another model.
     *
     * @throws FileRefused naming the first measure that was taken by another protocol: such figures cannot be compared
     */
    public void checkComparable(Evaluation other, Path file) throws FileRefused {
        for (Statistic figure : figures) {
            Optional<String> theirs = other.figure(figure.metric()).map(Statistic::protocol);
            if (theirs.isPresent() && !theirs.get().equals(figure.protocol())) {
                throw new FileRefused(figure.metric() + " was taken by two protocols, which cannot be compared: here \""
                        + figure.protocol() + "\", in " + file + " \"" + theirs.get()
                        + "\"; evaluate both models with the same options and data");
            }
        }
    }

    /** The figure of a measure; empty where it was not taken. */
    public Optional<Statistic> figure(String metric) {
        return figures.stream().filter(of -> of.metric().equals(metric)).findFirst();
    }
}
