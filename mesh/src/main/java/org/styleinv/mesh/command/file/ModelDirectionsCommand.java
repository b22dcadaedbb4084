package org.styleinv.mesh.command.file;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.picture.ContactSheet;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Directions;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.direction.DirectionFinder;
import org.styleinv.network.direction.DirectionFinder.Found;
import org.styleinv.network.direction.DirectionView;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.video.PngFile;
import org.styleinv.video.provenance.Origin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model directions}: what a model's faces can be changed along, found without labels. */
@Command(
        name = "directions",
        description = {
            "Find directions in W along which a model's pictures change, and keep them beside the model.",
            "pca-1, pca-2, ...: in which w varies most; factor-1, factor-2, ...: to which the layers' styles answer most. One"
                    + " that clearly changes one thing of a portrait is called after it (skin-light, hair-dark, tilted-left); --keep"
                    + " chooses, and names otherwise. The model's digest changes with them."
        },
        mixinStandardHelpOptions = true)
final class ModelDirectionsCommand implements Callable<Integer> {
    private static final int COLUMNS = 7; // pictures of a direction, from one end to the other
    private static final int FACE = 1; // the seed that is shown
    private static final int MOST_SAMPLES = 1_000_000;

    @Parameters(paramLabel = "DIR", description = "Model folder.")
    private Path folder;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "6",
            description = "How many of each kind, 1 to 64 and at most the width of w (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Faces whose w is looked at, 2 to 1000000 (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--keep",
            paramLabel = "FOUND[=NAME]",
            split = ",",
            description = "Which to keep, and under which names, as in pca-1=smile,factor-2 (default: all, by what they"
                    + " change).")
    private @Nullable List<String> keep;

    @Option(
            names = "--strength",
            paramLabel = "F",
            defaultValue = "3",
            description =
                    "How far the pictures go either way, standard deviations, 0.1 to 10 (default: ${DEFAULT-VALUE}).")
    private double strength;

    @Option(
            names = "--out",
            paramLabel = "F.png",
            description = "A picture of what each direction does, a row a direction.")
    private @Nullable Path out;

    @Option(names = "--dry-run", description = "Find and show them, and leave the model as it is.")
    private boolean dry;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws IOException {
        if (count < 1 || count > 64 || samples < 2 || samples > MOST_SAMPLES || !(strength >= 0.1 && strength <= 10)) {
            throw Failure.input("--count must be from 1 to 64, --samples from 2 to " + MOST_SAMPLES
                    + " and --strength from 0.1 to 10, got " + count + ", " + samples + " and " + strength);
        }
        if (out != null && !out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw Failure.input("--out is a picture whose name ends in .png, got " + out);
        }
        ModelFolder model = ModelFolder.open(folder);
        Generator generator = new Generator(model.architecture().generator());
        Map<String, Found> kept;
        try (NDManager manager = ComputeDevice.manager();
                Weights weights = model.loadGenerator(manager)) {
            report.status("looking at " + samples + " faces");
            kept = chosen(found(new DirectionFinder(generator, weights, samples), generator));
            kept = show(kept, new DirectionView(generator, weights), generator, model.digest());
        }
        if (dry) {
            report.say("%s is left as it is", folder);
            return 0;
        }
        Map<String, float[]> vectors = vectors(kept);
        ModelFolder with;
        try (var finishing = Stopping.finishing()) {
            with = ModelFolder.writeDirections(folder, new Directions(vectors));
        }
        report.json(Map.of("name", with.name(), "digest", with.digest(), "directions", vectors.keySet()));
        report.say("%s has %d directions; digest %s", folder, vectors.size(), with.digest());
        return 0;
    }

    private Map<String, Found> found(DirectionFinder finder, Generator generator) {
        int most = Math.min(count, generator.config().synthesis().wDim());
        Map<String, Found> found = new LinkedHashMap<>();
        number("pca", finder.principal(most), found);
        number("factor", finder.factorised(most), found);
        return found;
    }

    private static void number(String kind, List<Found> some, Map<String, Found> all) {
        for (int i = 0; i < some.size(); i++) {
            all.put(kind + "-" + (i + 1), some.get(i));
        }
    }

    private Map<String, Found> chosen(Map<String, Found> found) {
        if (keep == null) {
            return found;
        }
        Map<String, Found> chosen = new LinkedHashMap<>();
        for (String wish : keep) {
            String[] sides = wish.split("=", 2);
            Found one = found.get(sides[0]);
            if (one == null) {
                throw Failure.input("--keep names \"" + sides[0] + "\", but found were "
                        + String.join(", ", found.keySet()) + ": --count finds more");
            }
            if (chosen.put(sides[sides.length - 1], one) != null) {
                throw Failure.input("--keep has the name \"" + sides[sides.length - 1] + "\" twice: give another");
            }
        }
        new Directions(vectors(chosen)); // refuses names that are none, before anything is painted
        return chosen;
    }

    private static Map<String, float[]> vectors(Map<String, Found> found) {
        Map<String, float[]> vectors = new LinkedHashMap<>();
        found.forEach((name, one) -> vectors.put(name, one.vector()));
        return vectors;
    }

    /** Names what nobody has named, by what it changes. */
    private Map<String, Found> show(Map<String, Found> kept, DirectionView view, Generator generator, String digest)
            throws IOException {
        Map<String, Found> named = new LinkedHashMap<>();
        int side = generator.config().synthesis().resolution();
        double[] strengths = new double[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            strengths[i] = strength * (2.0 * i / (COLUMNS - 1) - 1);
        }
        var sheet = new ContactSheet(COLUMNS);
        report.say("%-20s %-10s %8s  %6s  %s", "direction", "found as", "of var w", "levels", "changes");
        for (Map.Entry<String, Found> one : kept.entrySet()) {
            DirectionView.Effect effect = view.effect(one.getValue().vector(), strength);
            String name = keep == null ? unused(effect.name().orElse(one.getKey()), named.keySet()) : one.getKey();
            named.put(name, one.getValue());
            report.say(
                    "%-20s %-10s %7.1f%%  %6.1f  %s, mostly at the %s; %s",
                    name,
                    keep == null ? one.getKey() : "",
                    100 * one.getValue().share(),
                    effect.levels(),
                    effect.colour() ? "colour and light of areas" : "shapes and edges",
                    effect.where(),
                    measured(effect));
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("direction", name);
            json.put("found_as", one.getKey());
            json.put("variance_share", one.getValue().share());
            json.put("levels", effect.levels());
            json.put("where", effect.where());
            json.put("colour", effect.colour());
            Map<String, Double> changes = new LinkedHashMap<>();
            effect.changes().forEach(change -> changes.put(change.toString(), Math.abs(change.deviations())));
            json.put("changes", changes);
            report.json(json);
            if (out != null) {
                List<byte[]> pictures = view.pictures(FACE, one.getValue().vector(), strengths);
                for (int i = 0; i < COLUMNS; i++) {
                    String label = i == 0 ? name : String.format(Locale.ROOT, "%+.1f", strengths[i]);
                    sheet.strip(label, new Pixels(side, side, pictures.get(i)));
                }
            }
        }
        if (out != null) {
            place(sheet, out, digest);
        }
        return named;
    }

    private static String unused(String name, Set<String> taken) {
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    /** The three measures that change most, in standard deviations among faces. */
    private static String measured(DirectionView.Effect effect) {
        return effect.changes().stream()
                .limit(3)
                .map(change -> String.format(Locale.ROOT, "%s %.2f", change, Math.abs(change.deviations())))
                .collect(Collectors.joining(", "));
    }

    private void place(ContactSheet sheet, Path file, String digest) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = Objects.requireNonNull(target.getParent(), "what ends in .png is in a folder");
        Path scratch = Stopping.scratch(folder);
        try {
            String name = target.getFileName().toString();
            PngFile.write(sheet.picture(), scratch.resolve(name), Origin.generated(digest, ""));
            Stopping.place(scratch, folder, List.of(name));
        } finally {
            Stopping.delete(scratch);
        }
        report.say("pictures: %s", file);
    }
}
