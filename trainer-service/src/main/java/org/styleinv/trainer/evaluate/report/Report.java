package org.styleinv.trainer.evaluate.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.trainer.evaluate.Embedder;
import org.styleinv.trainer.evaluate.RealClips;
import org.styleinv.trainer.evaluate.metric.Statistic;

/**
 * {@code --report DIR}: {@code report.html}, which needs no other file and no address, and {@code report.md} with its pictures
 * beside it. What they look like is in the templates of these names; this has what they show.
 */
public final class Report {
    /** The page's name in its folder. */
    public static final String PAGE = "report.html";

    private static final String MARKDOWN = "report.md";
    private static final String CHART = "chart.svg";
    private static final String REAL = "_real";
    private static final String RATIO = "_ratio";

    /**
     * What the templates show.
     *
     * @param model the model's name
     * @param origin what it was trained on and for how long, in words
     * @param pairs figures that were also taken of held-out clips
     * @param others all other figures
     * @param inversions null where the model cannot invert
     * @param indexes of {@code streams}' columns
     * @param training empty where no run was named
     */
    public record Page(
            String model,
            String digest,
            int resolution,
            String origin,
            int frames,
            String fps,
            List<Pair> pairs,
            List<Figure> others,
            Picture clip,
            Picture streams,
            List<Long> indexes,
            List<Picture> curves,
            @Nullable Picture inversions,
            Picture samples,
            List<Picture> training) {

        Stream<Picture> pictures() {
            return Stream.of(
                            Stream.of(clip, streams, samples),
                            Stream.ofNullable(inversions),
                            curves.stream(),
                            training.stream())
                    .flatMap(some -> some);
        }
    }

    /** A figure of a model, of held-out clips, and the ratio of the two. */
    public record Pair(String name, Figure made, Figure real, Figure ratio) {
        static Pair of(String name, Map<String, Figure> all) {
            return new Pair(name, named(name, all), named(name + REAL, all), named(name + RATIO, all));
        }

        private static Figure named(String name, Map<String, Figure> all) {
            return Objects.requireNonNull(all.get(name), name);
        }
    }

    /** A figure as it is printed. */
    public record Figure(Statistic of) {
        public String name() {
            return of.metric();
        }

        public String protocol() {
            return of.protocol();
        }

        /** With digits up to the second of its error. */
        public String value() {
            return number(of.value());
        }

        public String error() {
            return number(of.error());
        }

        /** All that stands beside it. */
        public String taken() {
            return "n " + of.count() + ", sd " + number(of.std()) + ", seed " + of.seed();
        }

        private String number(double value) {
            double error = of.error();
            int digits = !Double.isFinite(error) || error <= 0
                    ? 3
                    : (int) Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(error))));
            return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value) : "none";
        }
    }

    /**
     * @param file its name beside the page
     * @param says what it shows, for who does not see it
     */
    public record Picture(String file, String type, byte[] bytes, String says) {
        static Picture of(String file, Sheet sheet, String says) throws IOException {
            return new Picture(file, "image/png", sheet.png(), says);
        }

        static Picture of(Chart chart) throws IOException {
            return new Picture(chart.file(), "image/svg+xml", Templates.filled(CHART, chart), chart.says());
        }

        /** The picture itself, as an address. */
        public String uri() {
            return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
        }
    }

    private final Path folder;
    private final List<Chart> training = new ArrayList<>();

    /**
     * Looks, before any work, whether a report can be made.
     *
     * @param training folders of runs
     * @throws FileRefused where there is something else in {@code folder}, the model does not move, or a run has no figures
     */
    public Report(Path folder, ModelFolder model, List<Path> training) throws IOException {
        this.folder = folder;
        if (model.architecture().motion() == null) {
            throw new FileRefused(model.folder()
                    + " has no motion, so a report would have no clip and no streams to show: leave --report out, or "
                    + "train motion first");
        }
        checkFree();
        for (Path run : training) {
            this.training.addAll(TrainingCurves.of(run));
        }
    }

    private void checkFree() throws IOException {
        for (Path at = folder.toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at) && !Files.isDirectory(at)) {
                throw new FileRefused(at + " is a file: --report wants a folder");
            }
        }
        if (Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent() && !Files.exists(folder.resolve(PAGE))) {
                    throw new FileRefused(folder + " has something else than a report in it: name another folder");
                }
            }
        }
    }

    /**
     * Makes it; a report that was there before stays until this one is whole, and other files beside it stay.
     *
     * @param embedder null where there is none
     * @param say hears how far the work is
     * @throws FileRefused where it cannot be written
     */
    public void write(
            ModelFolder model,
            List<Statistic> figures,
            Showing showing,
            RealClips clips,
            @Nullable Embedder embedder,
            Consumer<String> say)
            throws IOException {
        say.accept("the report: clip, pictures and curves");
        Page page = page(model, figures, showing, clips, embedder);
        try {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            FolderReplacement.edit(folder, at -> {
                for (Picture picture : page.pictures().toList()) {
                    Files.write(at.resolve(picture.file()), picture.bytes());
                }
                Files.write(at.resolve(MARKDOWN), Templates.filled(MARKDOWN, page));
                return Files.write(at.resolve(PAGE), Templates.filled(PAGE, page));
            });
        } catch (IOException e) {
            throw new FileRefused(
                    "the report cannot be written to " + folder + " (" + e.getMessage()
                            + "): make room, or name another folder",
                    e);
        }
    }

    private Page page(
            ModelFolder model, List<Statistic> figures, Showing showing, RealClips clips, @Nullable Embedder embedder)
            throws IOException {
        double fps = model.training().fps() > 0
                ? model.training().fps()
                : showing.videos().fps(0);
        Map<String, Figure> all = new LinkedHashMap<>();
        figures.forEach(figure -> all.put(figure.metric(), new Figure(figure)));
        List<Pair> pairs = all.keySet().stream()
                .filter(name -> all.containsKey(name + REAL))
                .map(name -> Pair.of(name, all))
                .toList();
        Set<String> paired = pairs.stream()
                .flatMap(pair -> Stream.of(pair.name, pair.name + REAL, pair.name + RATIO))
                .collect(Collectors.toSet());
        return new Page(
                model.name(),
                model.digest(),
                showing.subject().resolution(),
                origin(model),
                clips.length(),
                String.format(Locale.ROOT, fps == Math.rint(fps) ? "%.0f" : "%.2f", fps),
                pairs,
                all.values().stream().filter(of -> !paired.contains(of.name())).toList(),
                new Picture(
                        "clip.mp4",
                        "video/mp4",
                        showing.film(clips.length(), fps),
                        "above held-out clips, below streams of the model"),
                Picture.of("streams.png", showing.streams(), "eight streams of the model, a row each"),
                Showing.INDEXES,
                pictures(new IndexCurves(showing, clips, embedder).charts()),
                showing.subject().inverts()
                        ? Picture.of(
                                "inversions.png", showing.inversions(), "held-out frames, each before its inversion")
                        : null,
                Picture.of("samples.png", showing.samples(), "64 pictures from seeds"),
                pictures(training));
    }

    private static List<Picture> pictures(List<Chart> charts) throws IOException {
        List<Picture> pictures = new ArrayList<>();
        for (Chart chart : charts) {
            pictures.add(Picture.of(chart));
        }
        return pictures;
    }

    private static String origin(ModelFolder model) {
        return model.training().data() + "; "
                + model.training().kimg().entrySet().stream()
                        .map(of -> String.format(Locale.ROOT, "%s %.0f kimg", of.getKey(), of.getValue()))
                        .sorted()
                        .collect(Collectors.joining(", "));
    }
}
