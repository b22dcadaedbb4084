package org.styleinv.mesh.command;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model}: what model folders there are, what is in them, and whether they are whole. */
@Command(
        name = "model",
        description = "List, inspect and verify model folders.",
        mixinStandardHelpOptions = true,
        subcommands = {ModelCommand.ListModels.class, ModelCommand.Inspect.class, ModelCommand.Verify.class})
final class ModelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "model wants one of: " + String.join(", ", spec.subcommands().keySet()));
    }

    private static Map<String, Object> record(ModelFolder model) throws IOException {
        Architecture architecture = model.architecture();
        var json = new LinkedHashMap<String, Object>();
        json.put("name", model.name());
        json.put("folder", model.folder().toString());
        json.put("digest", model.digest());
        json.put("resolution", architecture.generator().synthesis().resolution());
        json.put("w_dim", architecture.generator().synthesis().wDim());
        json.put("networks", networks(architecture));
        json.put("variants", model.variants());
        return json;
    }

    private static List<String> networks(Architecture architecture) {
        List<String> networks = new ArrayList<>(List.of("generator"));
        if (architecture.encoder() != null) {
            networks.add("encoder");
        }
        if (architecture.motion() != null) {
            networks.add("motion");
        }
        return networks;
    }

    /** {@code model list}. */
    @Command(name = "list", description = "List the model folders in a folder.", mixinStandardHelpOptions = true)
    static final class ListModels implements Callable<Integer> {
        @Parameters(
                arity = "0..1",
                paramLabel = "DIR",
                description = "Where to look (default: models in the checkout).")
        private Path folder;

        @Mixin
        private Report report;

        @Override
        public Integer call() throws IOException {
            Path place = folder == null ? MeshChoice.home().resolve("models") : folder;
            if (!Files.isDirectory(place)) {
                throw new Failure("there is no folder " + place + ": name the one that holds your models");
            }
            int bad = 0;
            try (Stream<Path> found = Files.list(place)) {
                for (Path path : found.filter(path -> Files.exists(path.resolve("model.json")))
                        .sorted()
                        .toList()) {
                    bad += show(path);
                }
            }
            return bad == 0 ? 0 : 1;
        }

        private int show(Path path) {
            try {
                ModelFolder model = ModelFolder.open(path);
                report.json(record(model));
                report.say(
                        "%-20s %4d x %-4d  %s  %s",
                        model.name(),
                        model.architecture().generator().synthesis().resolution(),
                        model.architecture().generator().synthesis().resolution(),
                        FrameReading.brief(model.digest()),
                        path);
                return 0;
            } catch (IOException e) {
                report.warn("%s", e.getMessage());
                return 1;
            }
        }
    }

    /** {@code model inspect}. */
    @Command(
            name = "inspect",
            description = "Show what a model is and where it comes from.",
            mixinStandardHelpOptions = true)
    static final class Inspect implements Callable<Integer> {
        @Parameters(arity = "0..1", paramLabel = "DIR", description = "Model folder (default: as for `styleinv up`).")
        private Path folder;

        @Mixin
        private Report report;

        @Override
        public Integer call() throws IOException {
            ModelFolder model = ModelFolder.open(folder == null ? new MeshChoice().model() : folder);
            Map<String, Object> json = record(model);
            json.put("architecture", model.architecture());
            json.put("training", model.training());
            report.json(json);
            json.forEach((key, value) -> report.say("%-13s %s", key, value));
            return 0;
        }
    }

    /** {@code model verify}. */
    @Command(
            name = "verify",
            description = "Load every network of a model: digests, shapes, finite numbers.",
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        @Parameters(arity = "0..1", paramLabel = "DIR", description = "Model folder (default: as for `styleinv up`).")
        private Path folder;

        @Mixin
        private Report report;

        @Override
        public Integer call() throws IOException {
            ModelFolder model = ModelFolder.open(folder == null ? new MeshChoice().model() : folder);
            List<String> good = verify(model);
            report.json(Map.of("name", model.name(), "digest", model.digest(), "verified", good));
            report.say("%s is whole: %s; digest %s", model.name(), String.join(", ", good), model.digest());
            return 0;
        }
    }

    /** Loads all of {@code model} and returns what that was. */
    static List<String> verify(ModelFolder model) throws IOException {
        List<String> good = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager()) {
            close(model.loadGenerator(manager));
            good.add("generator");
            if (model.architecture().encoder() != null) {
                close(model.loadEncoder(manager));
                good.add("encoder");
            }
            if (model.architecture().motion() != null) {
                close(model.loadMotion(manager));
                good.add("motion");
            }
            for (String variant : model.variants()) {
                close(model.loadVariant(manager, variant));
                good.add("variant " + variant);
            }
        }
        return good;
    }

    private static void close(Weights weights) {
        weights.close();
    }
}
