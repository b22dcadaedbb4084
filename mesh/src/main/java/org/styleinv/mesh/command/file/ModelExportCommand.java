package org.styleinv.mesh.command.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.published.ModelFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model export}: safetensors under the published names, complete for PyTorch's strict loading. */
@Command(
        name = "export",
        description = "Write a model's networks as safetensors with the published key names, for other programs.",
        mixinStandardHelpOptions = true)
final class ModelExportCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "DIR", description = "Model folder (default: as for `styleinv up`).")
    private @Nullable Path folder;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to make.")
    private Path out;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws IOException {
        ModelFolder model = ModelFolder.openParts(folder == null ? new MeshChoice().model() : folder);
        List<Path> files = ModelFiles.export(model, out);
        report.json(Map.of(
                "name",
                model.name(),
                "files",
                files.stream().map(Path::toString).toList()));
        files.forEach(file -> report.say("%s", file));
        return 0;
    }
}
