package org.styleinv.mesh.command.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.FrameReading;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.file.SafeTensors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model}: what model folders there are, what is in them, whether they are whole, and the way in and out. */
@Command(
        name = "model",
        description =
                "List, inspect, verify, publish, import and export model folders; find what faces change along; set the precision.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ModelCommand.ListModels.class,
            ModelCommand.Inspect.class,
            ModelCommand.Verify.class,
            ModelDirectionsCommand.class,
            ModelPrecisionCommand.class,
            ModelPublishCommand.class,
            ModelImportCommand.class,
            ModelExportCommand.class
        })
public final class ModelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "model wants one of: " + String.join(", ", spec.subcommands().keySet()));
    }

    static Map<String, Object> record(ModelFolder model) throws IOException {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", model.name());
        json.put("folder", model.folder().toString());
        json.put("digest", model.digest());
        if (model.architecture() != null) {
            json.put("resolution", model.architecture().generator().synthesis().resolution());
            json.put("w_dim", model.architecture().generator().synthesis().wDim());
        }
        json.put("precision", model.precision().text());
        json.put("networks", networks(model));
        json.put("variants", model.variants());
        return json;
    }

    static List<String> networks(ModelFolder model) {
        return model.files().stream()
                .map(file -> file.replace(".safetensors", ""))
                .toList();
    }

    /** {@code model list}. */
    @Command(name = "list", description = "List the model folders in a folder.", mixinStandardHelpOptions = true)
    static final class ListModels implements Callable<Integer> {
        @Parameters(
                arity = "0..1",
                paramLabel = "DIR",
                description = "Where to look (default: models in the checkout).")
        private @Nullable Path folder;

        @Mixin
        private Console report;

        @Override
        public Integer call() throws IOException {
            Path place = folder == null ? MeshChoice.home().resolve("models") : folder;
            if (!Files.isDirectory(place)) {
                throw Failure.input("there is no folder " + place + ": name the one that holds your models");
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
                ModelFolder model = ModelFolder.openParts(path);
                report.json(record(model));
                report.say(
                        "%-20s %-11s  %s  %s%s",
                        model.name(),
                        size(model),
                        FrameReading.brief(model.digest()),
                        path,
                        model.precision() == Precision.FLOAT32
                                ? ""
                                : "  in " + model.precision().text());
                return 0;
            } catch (IOException e) {
                report.warn("%s", e.getMessage());
                return 1;
            }
        }
    }

    private static String size(ModelFolder model) {
        if (model.architecture() == null) {
            return "no picture";
        }
        int side = model.architecture().generator().synthesis().resolution();
        return String.format(Locale.ROOT, "%4d x %d", side, side);
    }

    /** {@code model inspect}. */
    @Command(
            name = "inspect",
            description = "Show what a model is, where it comes from, and its tensors.",
            mixinStandardHelpOptions = true)
    static final class Inspect implements Callable<Integer> {
        @Parameters(arity = "0..1", paramLabel = "DIR", description = "Model folder (default: as for `styleinv up`).")
        private @Nullable Path folder;

        @Mixin
        private Console report;

        @Override
        public Integer call() throws IOException {
            ModelFolder model = ModelFolder.openParts(folder == null ? new MeshChoice().model() : folder);
            Map<String, Object> json = record(model);
            json.put("architecture", model.architecture());
            json.put("training", model.training());
            json.forEach((key, value) -> tell("", key, new ObjectMapper().valueToTree(value)));
            json.put("tensors", tensors(model));
            report.json(json);
            return 0;
        }

        /** A value in a line, what has parts in a line a part below it. */
        private void tell(String indent, String key, JsonNode value) {
            if (!value.isObject()) {
                report.say("%s%-" + (28 - indent.length()) + "s %s", indent, key, told(value));
                return;
            }
            report.say("%s%s", indent, key);
            value.fields().forEachRemaining(part -> tell(indent + "  ", part.getKey(), part.getValue()));
        }

        private static String told(JsonNode value) {
            if (value.isNull()) {
                return "-";
            }
            return value.isArray() ? value.toString().replace("\"", "").replace(",", ", ") : value.asText();
        }

        /** Prints each network's table and returns all rows. */
        private List<Map<String, Object>> tensors(ModelFolder model) throws IOException {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (String file : model.files()) {
                List<SafeTensors.Entry> entries =
                        SafeTensors.list(model.folder().resolve(file));
                long bytes =
                        entries.stream().mapToLong(SafeTensors.Entry::bytes).sum();
                report.say("%n%s: %d tensors, %.1f MB", file, entries.size(), bytes / 1e6);
                for (SafeTensors.Entry entry : entries) {
                    report.say("  %-64s %s  %s", entry.name(), entry.type(), Arrays.toString(entry.shape()));
                    var row = new LinkedHashMap<String, Object>();
                    row.put("file", file);
                    row.put("name", entry.name());
                    row.put("dtype", entry.type().name());
                    row.put("shape", entry.shape());
                    rows.add(row);
                }
            }
            return rows;
        }
    }

    /** {@code model verify}. */
    @Command(
            name = "verify",
            description =
                    "Check every network of a model: digests, shapes, finite numbers; and have each make something.",
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        @Parameters(arity = "0..1", paramLabel = "DIR", description = "Model folder (default: as for `styleinv up`).")
        private @Nullable Path folder;

        @Mixin
        private Console report;

        @Override
        public Integer call() throws IOException {
            ModelFolder model = ModelFolder.openParts(folder == null ? new MeshChoice().model() : folder);
            List<String> good = ModelJudge.judge(model);
            report.json(Map.of(
                    "name",
                    model.name(),
                    "digest",
                    model.digest(),
                    "precision",
                    model.precision().text(),
                    "verified",
                    good));
            report.say(
                    "%s is whole: %s; served in %s; digest %s",
                    model.name(), String.join(", ", good), model.precision().text(), model.digest());
            return 0;
        }
    }
}
