package org.styleinv.mesh.command.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.published.ModelFiles;
import org.styleinv.network.checkpoint.published.Published;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model import}: checkpoints that were published elsewhere become a model folder. */
@Command(
        name = "import",
        description = {
            "Make a model folder of published checkpoints, without executing anything in them.",
            "Reads pickles of StyleGAN2, pSp and StyleInV (a pSp and a StyleInV file together are a whole model), what",
            "of their networks a file has, or their tensors alone by torch.save or safetensors, of any width of float;",
            "and for training ArcFace's model_ir_se50.pth, torchvision's AlexNet and VGG16, and the heads of LPIPS."
        },
        mixinStandardHelpOptions = true)
final class ModelImportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Checkpoint, .pkl, .pth or .safetensors.")
    private List<Path> files;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Model folder to make.")
    private Path out;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws IOException {
        List<Published> checkpoints = new ArrayList<>();
        try {
            for (Path file : files) {
                checkpoints.add(Published.open(file));
            }
            ModelFolder model =
                    ModelFiles.importAll(checkpoints, out, (done, total) -> report.progress("tensors", done, total));
            List<String> leftOut = checkpoints.stream()
                    .flatMap(checkpoint -> checkpoint.leftOut().stream())
                    .distinct()
                    .toList();
            Map<String, Object> json = ModelCommand.record(model);
            json.put("left_out", leftOut);
            List<String> converted = new ArrayList<>();
            for (Published checkpoint : checkpoints) {
                checkpoint.converted().forEach(note -> converted.add(checkpoint.file() + ": " + note));
            }
            json.put("converted", converted);
            report.json(json);
            report.say("%s has %s; digest %s", out, String.join(", ", ModelCommand.networks(model)), model.digest());
            converted.forEach(note -> report.say("%s", note));
            if (!leftOut.isEmpty()) {
                report.say("left out, as only their own training needs them: %s", String.join(", ", leftOut));
            }
            return 0;
        } finally {
            for (Published checkpoint : checkpoints) {
                checkpoint.close();
            }
        }
    }
}
