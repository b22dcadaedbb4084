package org.styleinv.trainer.command;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.command.option.NumberRanges;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.run.TrainingRun;
import org.styleinv.trainer.state.Mantissas;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train variant}: a run of stage 4 becomes a variant of the model that it was tuned from. */
@Command(
        name = "variant",
        description = "Adds the result of a run of style to the model it was tuned from.",
        mixinStandardHelpOptions = true)
final class VariantCommand implements Callable<Integer> {
    @Mixin
    RecordOptions origin;

    @Option(names = "--style", required = true, paramLabel = "RUN", description = "run of stage 4")
    Path style;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "model folder of its parent")
    Path model;

    @Option(names = "--name", required = true, description = "of the variant: sketch")
    String name;

    @Option(
            names = "--notice",
            paramLabel = "FILE",
            description = "notice of whoever made the data: it goes into the record")
    @Nullable
    Path notice;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        NumberRanges.check(spec);
        ModelFolder folder = ModelFolder.open(model);
        Notice given = Notice.read(notice);
        Generator generator = new Generator(folder.architecture().generator());
        try (NDManager manager = ComputeDevice.manager()) {
            Weights served = folder.loadGenerator(manager);
            Weights parent =
                    Mantissas.rounded(manager, Runs.read(manager, generator, style, "parent."), Mantissas.bits(served));
            for (String key : served.names()) {
                if (!Arrays.equals(
                        served.get(key).toFloatArray(), parent.get(key).toFloatArray())) {
                    throw new IOException(style + " was tuned from another generator than that of " + model + ": " + key
                            + " differs; run train style from the run that the model was exported from");
                }
            }
            folder.writeVariant(
                    name,
                    origin.record(given, 0, Map.of("style", TrainingRun.kimg(style)), Map.of()),
                    origin.kept(manager, Runs.read(manager, generator, style, "ema.")));
            System.out.println(model + " has the variant " + name + ", digest " + folder.variantDigest(name));
        }
        return 0;
    }
}
