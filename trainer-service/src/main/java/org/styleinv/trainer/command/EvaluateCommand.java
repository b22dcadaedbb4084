package org.styleinv.trainer.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.trainer.command.option.NumberRanges;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.Embedder;
import org.styleinv.trainer.evaluate.Evaluation;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.evaluate.Measures;
import org.styleinv.trainer.evaluate.ModelMeasures;
import org.styleinv.trainer.evaluate.RealClips;
import org.styleinv.trainer.evaluate.detector.PublishedMeasure;
import org.styleinv.trainer.evaluate.detector.PublishedMeasures;
import org.styleinv.trainer.evaluate.metric.Statistic;
import org.styleinv.trainer.evaluate.report.Report;
import org.styleinv.trainer.evaluate.report.Showing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: figures of a served model, each with the protocol that it was taken by. */
@Command(
        name = "evaluate",
        description = "Measures a model against videos that it has not seen.",
        mixinStandardHelpOptions = true)
public final class EvaluateCommand implements Callable<Integer> {
    /** Where a model brings an embedding of its own. */
    private static final String EMBEDDING = "embedding";

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "model folder")
    Path model;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "held-out videos")
    Path data;

    @Option(
            names = "--samples",
            defaultValue = "64",
            description = "inversions and streams, and clips at most (default ${DEFAULT-VALUE})")
    int samples;

    @Option(
            names = "--frames",
            defaultValue = "128",
            description = "of each stream and clip, at most what three videos of four have (default ${DEFAULT-VALUE})")
    int frames;

    @Option(names = "--seed", defaultValue = "0", description = "of every choice (default ${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--metric",
            split = ",",
            paramLabel = "NAME",
            description = "own (those that need no download), fid50k, kid50k, is50k, fvd2048_16f, fvd2048_128f, "
                    + "fvd2048_128f_subsample8f; several with commas (default own)")
    List<String> metrics = List.of(Measures.OWN);

    @Option(
            names = "--detectors",
            paramLabel = "DIR",
            description = "folder of inception-2015-12-05.pt and i3d_torchscript.pt, for published metrics")
    @Nullable
    Path detectors;

    @Option(names = "--count", description = "pictures or clips of published metrics (default: the published number)")
    @Nullable
    Integer count;

    @Option(
            names = "--embedding",
            paramLabel = "DIR",
            description = "ended run of `train embedding`, for identity (default: MODEL/embedding, where there is one)")
    @Nullable
    Path embedding;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "where what was taken stays, so that a stopped evaluation goes on "
                    + "(default: styleinv/evaluate in $XDG_CACHE_HOME or ~/.cache)")
    @Nullable
    Path cache;

    @Option(names = "--record", description = "also write the figures to evaluation.json in the model folder")
    boolean record;

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = "evaluation.json of another model: shows how far apart the two are, in standard errors")
    @Nullable
    Path against;

    @Option(
            names = "--pictures",
            paramLabel = "DIR",
            description = "also writes samples.png, inversions.png and streams.png there")
    @Nullable
    Path pictures;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "also writes report.html, one page with all figures, pictures, a clip and curves, and report.md")
    @Nullable
    Path report;

    @Option(
            names = "--training",
            split = ",",
            paramLabel = "RUN",
            description = "runs of train whose curves the report shows; several with commas")
    List<Path> training = List.of();

    @Option(names = "--json", description = "one JSON object a line")
    boolean json;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        NumberRanges.check(spec);
        ModelFolder folder = ModelFolder.open(model);
        Optional<Other> other = against == null ? Optional.empty() : Optional.of(Other.read(against));
        ModelMeasures.Settings settings = new ModelMeasures.Settings(samples, frames, seed);
        PublishedMeasures published = published();
        Optional<Report> page = page(folder);
        List<Statistic> figures = new ArrayList<>();
        try (@Nullable Embedder embedder = embedder().orElse(null);
                MeasuredModel subject = new MeasuredModel(folder);
                VideoDataset videos = VideoDataset.open(data, subject.resolution(), 2, (done, all) -> {})) {
            videos.tell(System.err);
            if (metrics.contains(Measures.OWN)) {
                figures.addAll(new ModelMeasures(
                                subject, folder.digest(), videos, embedder, settings, cache(), System.err::println)
                        .take());
            }
            figures.addAll(published.take(subject, folder.digest(), videos));
            if (pictures != null) {
                new Showing(subject, videos, seed).write(pictures);
            }
            tell(new Evaluation(folder.digest(), figures), other);
            if (page.isPresent()) { // last: where it fails, the figures are not lost
                page.get()
                        .write(
                                folder,
                                figures,
                                new Showing(subject, videos, seed),
                                RealClips.of(videos, settings),
                                embedder,
                                System.err::println);
            }
        }
        return 0;
    }

    /** The evaluation that is held against, and its file. */
    private record Other(Evaluation evaluation, Path file) {
        static Other read(Path file) throws IOException {
            return new Other(Evaluation.read(file), file);
        }
    }

    private void tell(Evaluation evaluation, Optional<Other> other) throws IOException {
        if (other.isPresent()) {
            evaluation.checkComparable(other.get().evaluation, other.get().file);
        }
        for (Statistic figure : evaluation.figures()) {
            print(
                    figure,
                    other.flatMap(their -> their.evaluation.figure(figure.metric()))
                            .orElse(null));
        }
        if (record) {
            evaluation.write(model);
        }
    }

    /** Empty where none is wanted. */
    private Optional<Report> page(ModelFolder folder) throws IOException {
        if (report == null && !training.isEmpty()) {
            throw new IllegalArgumentException("--training is for --report: give that, too");
        }
        return report == null ? Optional.empty() : Optional.of(new Report(report, folder, training));
    }

    private PublishedMeasures published() throws IOException {
        List<PublishedMeasure> wanted = metrics.stream()
                .filter(name -> !name.equals(Measures.OWN))
                .map(PublishedMeasure::named)
                .toList();
        if (!wanted.isEmpty() && detectors == null) {
            throw new IllegalArgumentException(
                    "--metric " + wanted.get(0).published() + " wants --detectors, a folder of published detectors");
        }
        return new PublishedMeasures(wanted, detectors, count, seed, cache(), System.err::println);
    }

    /** Empty where there is none. */
    private Optional<Embedder> embedder() throws IOException {
        if (embedding != null) {
            return Optional.of(Embedder.open(embedding));
        }
        Path own = model.resolve(EMBEDDING);
        return Embedder.isIn(own) ? Optional.of(Embedder.open(own)) : Optional.empty();
    }

    private Path cache() throws IOException {
        if (cache != null) {
            return Files.createDirectories(cache);
        }
        String base = System.getenv("XDG_CACHE_HOME");
        Path home = base == null || base.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(base);
        return Files.createDirectories(home.resolve("styleinv/evaluate"));
    }

    /** @param theirs the same measure of the other model, or null */
    private void print(Statistic figure, @Nullable Statistic theirs) {
        double apart = theirs == null
                ? Double.NaN
                : (figure.value() - theirs.value()) / Math.hypot(figure.error(), theirs.error());
        if (json) {
            ObjectNode line = figure.json();
            if (theirs != null) {
                line.put("against", Double.isFinite(theirs.value()) ? theirs.value() : null);
                line.put("errors_apart", Double.isFinite(apart) ? apart : null);
            }
            System.out.println(line);
        } else {
            System.out.println(String.format(
                    Locale.ROOT,
                    "%-26s %s%s   %s",
                    figure.metric(),
                    figure.text(),
                    theirs == null
                            ? ""
                            : String.format(Locale.ROOT, ", other %.4f, %.1f errors apart", theirs.value(), apart),
                    figure.protocol()));
        }
    }
}
