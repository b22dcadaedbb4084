package org.styleinv.mesh.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.styleinv.network.checkpoint.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model publish}: a model to where services read theirs, whole and verified or not at all. */
@Command(
        name = "publish",
        description = {
            "Verify a model, copy it beside the folder that services read, verify the copy, and rename it into place.",
            "What was there is replaced; running services pick the new one up. Given again it mends what was cut off."
        },
        mixinStandardHelpOptions = true)
final class ModelPublishCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Model folder to publish.")
    private Path folder;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Folder that services read.")
    private Path to;

    @Mixin
    private Report report;

    @Override
    public Integer call() throws IOException {
        Path place = to.toAbsolutePath().normalize();
        Path coming = place.resolveSibling("." + place.getFileName() + ".new");
        Path going = place.resolveSibling("." + place.getFileName() + ".old");
        if (!Files.exists(place) && Files.exists(going)) {
            Files.move(going, place); // a publisher was killed between its two renames
        }
        ModelCommand.verify(ModelFolder.openParts(folder));
        Stopping.delete(coming);
        copy(folder, coming);
        List<String> good = ModelCommand.verify(ModelFolder.openParts(coming));
        Stopping.delete(going);
        if (Files.exists(place)) {
            Files.move(place, going, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(coming, place, StandardCopyOption.ATOMIC_MOVE);
        Stopping.delete(going);
        ModelFolder model = ModelFolder.openParts(place);
        report.json(Map.of("name", model.name(), "digest", model.digest(), "published", place.toString()));
        report.say("%s is %s: %s; digest %s", place, model.name(), String.join(", ", good), model.digest());
        return 0;
    }

    private static void copy(Path from, Path into) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path at = into.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(at);
                } else {
                    Files.copy(path, at);
                }
            }
        }
    }
}
