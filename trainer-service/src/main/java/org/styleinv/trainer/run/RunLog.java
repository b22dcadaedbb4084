package org.styleinv.trainer.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.styleinv.trainer.evaluate.metric.Statistic;
import org.styleinv.trainer.stage.Pictures;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.state.EventFile;
import org.styleinv.trainer.state.Snapshots;

/** What a run leaves beside its snapshots: {@code stats.jsonl}, TensorBoard's events, pictures and clips. */
final class RunLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Stage stage;
    private final EventFile events;

    RunLog(Path folder, Stage stage) throws IOException {
        this.folder = folder;
        this.stage = stage;
        events = new EventFile(folder, now());
    }

    /** Something that is left in the folder. */
    interface Writing {
        void write() throws IOException;
    }

    /** Writes, or says what a person can do, and which snapshot is good. */
    void leave(Writing something) throws IOException {
        try {
            something.write();
        } catch (IOException e) {
            throw new IOException(
                    "cannot write figures and pictures to " + folder + " (" + e.getMessage()
                            + "): make room, then give the same command again; " + Snapshots.lastGood(folder),
                    e);
        }
    }

    /** A line of figures. */
    void tell(Tick tick) throws IOException {
        leave(tick.kimg(), tick.json(), tick.scalars());
    }

    /** A line of a snapshot's figures. */
    void tell(double kimg, List<Statistic> figures) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", stage.name());
        line.put("kimg", kimg);
        line.put("measures", figures.stream().map(Statistic::json).toList());
        Map<String, Double> scalars = new LinkedHashMap<>();
        figures.forEach(figure -> scalars.put("measure/" + figure.metric(), figure.value()));
        leave(kimg, line, scalars);
    }

    private void leave(double kimg, Map<String, Object> line, Map<String, Double> scalars) throws IOException {
        leave(() -> {
            Files.writeString(
                    folder.resolve("stats.jsonl"),
                    JSON.writeValueAsString(line) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            events.scalars(now(), Math.round(kimg * 1000), scalars);
        });
    }

    /** A picture and a clip of what the stage makes after {@code images} were shown. */
    void draw(long images) throws IOException {
        leave(() -> {
            Path picture = folder.resolve(name("pictures/%s-%06d.png", images));
            stage.draw(picture);
            Pictures.Size size = Pictures.size(picture);
            events.image(now(), images, stage.name(), size.width(), size.height(), Files.readAllBytes(picture));
            stage.film(folder.resolve(name("clips/%s-%06d.mp4", images)));
        });
    }

    private String name(String form, long images) {
        return String.format(Locale.ROOT, form, stage.name(), images / 1000);
    }

    /** Seconds since 1970. */
    private static double now() {
        return System.currentTimeMillis() / 1000.0;
    }
}
