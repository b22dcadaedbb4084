package org.styleinv.mesh.command.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.process.ModelPlace;
import org.styleinv.mesh.stop.Stopping;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model publish}: a model to where services read theirs, whole and verified or not at all. */
@Command(
        name = "publish",
        description = {
            "Verify a model, copy it beside the folder that services read, verify the copy, and rename it into place.",
            "What was there is replaced; running services pick the new one up. Given again it mends what was cut off.",
            "A model with a gate.json must pass it by the figures of `evaluate --record`."
        },
        mixinStandardHelpOptions = true)
final class ModelPublishCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Model folder to publish.")
    private Path folder;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Folder that services read.")
    private Path to;

    @Option(names = "--force", description = "Publish a model that fails its gate; its published.json says so.")
    private boolean force;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws IOException {
        var place = new ModelPlace(to);
        ModelPlace.Outcome model;
        try (var finishing = Stopping.finishing()) { // Ctrl-C between two renames would leave services without a model
            model = place.publish(folder, force);
        }
        report.json(Map.of(
                "name",
                model.name(),
                "digest",
                model.digest(),
                "published",
                place.folder().toString()));
        report.say(
                "%s is %s: %s; digest %s",
                place.folder(), model.name(), String.join(", ", model.verified()), model.digest());
        return 0;
    }
}
