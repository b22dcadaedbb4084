package org.styleinv.mesh.command.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.watermark.MarkDetector;
import org.styleinv.video.provenance.Testimony;
import org.styleinv.video.provenance.UnreadableMediaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code provenance}: what pictures and videos say of their origin, and what is in their pixels. */
@Command(
        name = "provenance",
        description = {
            "Tell what a picture or a video says of its origin: whether a model made it, which, and for which request.",
            "Reads PNG, JPEG, WebP, GIF, MP4 and WebM. What a file says is not signed: anybody can change or remove it.",
            "With the key of a mesh (styleinv.decoder.mark-key) it looks into the pixels, too."
        },
        mixinStandardHelpOptions = true)
public final class ProvenanceCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pictures and videos.")
    private List<Path> files;

    @Option(
            names = "--mark-key",
            paramLabel = "F",
            description = {
                "Look for the invisible mark of a mesh that has this key; of a video, in up to 900 frames.",
                "Chance looks like one in less than one file of a million."
            })
    private @Nullable Path markKey;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "With --mark-key: a model folder that a mark may mean; may be given several times.")
    private List<Path> models = List.of();

    @Mixin
    private Console report;

    @Override
    public Integer call() throws IOException {
        if (markKey == null && !models.isEmpty()) {
            throw Failure.input("--model is of use with --mark-key alone: a file's metadata names its model anyway");
        }
        Optional<MarkSearch> marks = Optional.ofNullable(markKey).map(key -> new MarkSearch(key, models));
        @Nullable Failure refused = null;
        for (Path file : files) {
            try {
                look(file, marks);
            } catch (Failure e) {
                if (refused != null) {
                    report.warn("%s", refused.getMessage());
                }
                refused = e; // the others are told, too
            }
        }
        if (refused != null) {
            throw refused;
        }
        return 0;
    }

    /** Tells what the metadata say also where the pixels cannot be looked into. */
    private void look(Path file, Optional<MarkSearch> marks) throws IOException {
        Testimony said = read(file);
        MarkSearch.Sight mark = null;
        Failure blind = null;
        try {
            mark = marks.isEmpty() ? null : marks.get().look(file, said.format());
        } catch (Failure e) {
            blind = e;
        }
        tell(file, said, mark);
        if (blind != null) {
            throw blind;
        }
    }

    private static Testimony read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw Failure.input(file + " is a folder: name a picture or a video in it");
        }
        if (!Files.exists(file)) {
            throw Failure.input("there is no file " + file + ": check the path");
        }
        if (!Files.isRegularFile(file)) {
            throw Failure.input(file + " is a device, a pipe or a socket: save what comes from it, and name that file");
        }
        try {
            return Testimony.of(file);
        } catch (UnreadableMediaException e) {
            throw Failure.input(file + " " + e.getMessage(), e);
        }
    }

    /** @param mark null if none was looked for */
    private void tell(Path file, Testimony said, MarkSearch.@Nullable Sight mark) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file.toString());
        json.put("format", said.format());
        json.put("generated", said.generated());
        json.put("digital_source_type", orNull(said.source()));
        json.put("tool", orNull(said.tool()));
        json.put("model", orNull(said.model()));
        json.put("request", orNull(said.request()));
        json.put("cut_short", said.cut());
        if (mark != null) {
            json.put("mark", mark.found().map(found -> json(found, mark)).orElse(null));
            json.put("mark_frames", mark.frames());
        }
        report.json(json);
        say(file, said);
        if (mark != null) {
            line("mark", text(mark));
        }
    }

    private static Map<String, Object> json(MarkDetector.Found found, MarkSearch.Sight mark) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("owner", found.payload().owner());
        json.put("model_bits", found.payload().model());
        json.put("models", mark.models());
        json.put("chance_at_most", Math.exp(found.lnChance()));
        json.put("contrast", found.contrast());
        return json;
    }

    private static String text(MarkSearch.Sight mark) {
        String seen = mark.frames() == 1 ? "1 frame" : mark.frames() + " frames";
        return mark.found()
                .map(found -> String.format(
                        Locale.ROOT,
                        "of this key: owner %d, model bits %d%s; by chance at most once in 10^%d (%s)",
                        found.payload().owner(),
                        found.payload().model(),
                        mark.models().isEmpty() ? "" : " (as " + String.join(", ", mark.models()) + ")",
                        found.tenfolds(),
                        seen))
                .orElse("no mark of this key (" + seen + ")");
    }

    private void say(Path file, Testimony said) {
        String cut = said.cut() ? " (it is cut short)" : "";
        if (said.silent()) {
            report.say("%s  %s%s: says nothing of its origin", file, said.format(), cut);
            return;
        }
        report.say(
                "%s  %s%s: %s",
                file,
                said.format(),
                cut,
                said.generated()
                        ? "generated by a model, it says"
                        : "says of its origin, but not that a model made it");
        line("source", said.source());
        line("tool", said.tool());
        line("model", said.model());
        line("request", said.request());
    }

    private void line(String name, String value) {
        if (!value.isEmpty()) {
            report.say("  %-8s %s", name, value);
        }
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
