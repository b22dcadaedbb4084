package org.styleinv.trainer.command.stage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the published judges of likeness lie: their files are not ours to ship. */
final class LikenessOptions {
    @Option(
            names = "--lpips",
            paramLabel = "DIR",
            description = "model folder that 'model import' made of a classifier and LPIPS heads (AlexNet for encoder, "
                    + "VGG16 for style)")
    @Nullable
    Path lpips;

    @Option(
            names = "--arcface",
            paramLabel = "DIR",
            description = "model folder that 'model import' made of model_ir_se50.pth")
    @Nullable
    Path arcFace;
}
