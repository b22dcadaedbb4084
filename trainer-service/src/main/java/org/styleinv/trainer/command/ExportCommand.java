package org.styleinv.trainer.command;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.trainer.command.option.NumberRanges;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Runs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train export}: the stages' results as one model folder. */
@Command(name = "export", description = "Makes a model folder of three runs.", mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @Mixin
    RecordOptions origin;

    @Option(names = "--generator", required = true, paramLabel = "RUN", description = "run of stage 1")
    Path generator;

    @Option(names = "--encoder", required = true, paramLabel = "RUN", description = "run of stage 2")
    Path encoder;

    @Option(names = "--motion", required = true, paramLabel = "RUN", description = "run of stage 3")
    Path motion;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "model folder that these runs went on from: the images that it was shown count, too")
    @Nullable
    Path from;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "model folder to write")
    Path out;

    @Option(names = "--name", paramLabel = "NAME", description = "of the model (default: that of the generator's run)")
    @Nullable
    String name;

    @Option(
            names = "--fps",
            defaultValue = "30",
            description = "frames a second of the videos (default ${DEFAULT-VALUE})")
    double fps;

    @Option(
            names = "--metric",
            paramLabel = "NAME=VALUE",
            description = "a figure of evaluate to record; may be repeated")
    Map<String, Double> metrics = Map.of();

    @Option(
            names = "--notice",
            paramLabel = "FILE",
            description = "notice of whoever made the data: it goes into the record, and into the folder as NOTICE")
    @Nullable
    Path notice;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        NumberRanges.check(spec);
        Preset preset = Runs.preset(generator);
        Parts parts = parts(preset);
        Architecture architecture = new Architecture(preset.architecture().generator(), parts.encoder, parts.motion);
        Notice given = Notice.read(notice);
        try (NDManager manager = ComputeDevice.manager()) {
            Weights encoderWeights = Runs.encoder(manager, new InversionEncoder(parts.encoder), encoder);
            Weights motionWeights = Runs.read(manager, new StyleInV(parts.motion), motion, "ema.");
            Map<String, Double> kimg = new TreeMap<>(Map.of(
                    "generator", Runs.kimg(generator, "generator"),
                    "encoder", Runs.kimg(encoder, "encoder"),
                    "motion", Runs.kimg(motion, "motion")));
            if (from != null) {
                ModelFolder.open(from).training().kimg().forEach((stage, more) -> kimg.merge(stage, more, Double::sum));
            }
            Weights generatorWeights =
                    Runs.generator(manager, preset, generator).weights();
            FolderReplacement.edit(out, at -> {
                given.copyTo(at);
                return ModelFolder.write(
                        at,
                        name == null ? preset.name() : name,
                        architecture,
                        origin.record(given, fps, kimg, metrics),
                        origin.kept(manager, generatorWeights),
                        origin.kept(manager, encoderWeights),
                        origin.kept(manager, motionWeights));
            });
            ModelFolder folder = ModelFolder.open(out);
            System.out.println(out + " holds " + folder.name() + ", digest " + folder.digest());
        }
        return 0;
    }

    /** What goes with the generator. */
    private record Parts(InversionEncoder.Config encoder, StyleInV.Config motion) {}

    /** Of the other two runs, which belong to the generator's. */
    private Parts parts(Preset preset) throws IOException {
        Architecture inverse = Runs.preset(encoder).architecture();
        Architecture moving = Runs.preset(motion).architecture();
        checkGenerator(encoder, inverse, preset);
        checkGenerator(motion, moving, preset);
        InversionEncoder.Config inverts = inverse.encoder();
        if (inverts == null) {
            throw new FileRefused(encoder + " has no encoder: name a run of train encoder");
        }
        StyleInV.Config moves = moving.motion();
        if (moves == null) {
            throw new FileRefused(motion + " has no motion: name a run of train motion");
        }
        return new Parts(inverts, moves);
    }

    private void checkGenerator(Path run, Architecture made, Preset preset) throws IOException {
        if (!made.generator().equals(preset.architecture().generator())) {
            throw new FileRefused(run + " was trained with the generator " + made.generator() + ", but " + generator
                    + " has " + preset.architecture().generator() + ": name the runs that belong together");
        }
    }
}
