package org.styleinv.trainer;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.state.Snapshot;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: one stage of the method at a time, from a folder of videos to a model folder. */
@Command(
        name = "train",
        description = "Trains a model from a folder of videos, stage by stage.",
        mixinStandardHelpOptions = true,
        subcommands = {
            TrainCommand.GeneratorCommand.class,
            TrainCommand.EncoderCommand.class,
            JointCommand.class,
            TrainCommand.MotionCommand.class,
            StyleCommand.class,
            VariantCommand.class,
            TrainCommand.ExportCommand.class
        })
public final class TrainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "train wants one of " + String.join(", ", spec.subcommands().keySet()) + "; see train --help");
    }

    /** What every stage is told. */
    static final class Common {
        @Option(names = "--data", required = true, paramLabel = "DIR", description = "folder of videos, at any depth")
        Path data;

        @Option(
                names = "--run",
                required = true,
                paramLabel = "DIR",
                description = "folder of the run; where it has a snapshot the run goes on from it")
        Path run;

        @Option(names = "--kimg", required = true, description = "thousands of images to show in all")
        double kimg;

        @Option(names = "--seed", defaultValue = "0", description = "of everything random (default ${DEFAULT-VALUE})")
        long seed;

        @Option(
                names = "--tick",
                defaultValue = "10",
                description = "seconds between lines of figures (default ${DEFAULT-VALUE})")
        double tick;

        @Option(
                names = "--snapshot",
                defaultValue = "300",
                description = "seconds between snapshots (default ${DEFAULT-VALUE})")
        double snapshot;

        @Option(names = "--json", description = "figures as one JSON object a line")
        boolean json;

        final Preset preset = Preset.faces64();

        /** Runs a stage with figures on standard output. */
        int run(Stage stage) throws IOException {
            ObjectMapper mapper = new ObjectMapper();
            try (stage) {
                new TrainingRun(stage, new TrainingRun.Config(run, kimg, tick, snapshot)).run(line -> {
                    try {
                        System.out.println(json ? mapper.writeValueAsString(line.json()) : line.text());
                    } catch (IOException e) {
                        throw new IllegalStateException("a line of figures cannot be written as JSON", e);
                    }
                });
            }
            return 0;
        }

        VideoDataset open(int minFrames) throws IOException {
            VideoDataset dataset = VideoDataset.open(data, preset.resolution(), minFrames, (done, all) -> {});
            dataset.problems().forEach(problem -> System.err.println("left out: " + problem));
            return dataset;
        }

        long steps(int batch) {
            return Math.max(1, Math.round(kimg * 1000 / batch));
        }
    }

    /** Reads one network out of a run's snapshot. */
    static Weights read(NDManager manager, Layer network, Path run, String prefix) throws IOException {
        Snapshot snapshot = new Snapshot(TrainingRun.snapshot(run));
        if (!snapshot.exists()) {
            throw new IOException(run + " has no snapshot; it wants the folder of a run of an earlier stage");
        }
        Weights weights = network.initialize(manager, 0);
        snapshot.read(prefix, weights);
        return weights;
    }

    static FrozenGenerator generator(NDManager manager, Preset preset, Path run) throws IOException {
        Generator network = new Generator(preset.architecture().generator());
        return new FrozenGenerator(network, read(manager, network, run, "ema."));
    }

    /** {@code train generator}: stage 1. */
    @Command(
            name = "generator",
            description = "Stage 1: an image generator of all frames.",
            mixinStandardHelpOptions = true)
    static final class GeneratorCommand implements Callable<Integer> {
        @Mixin
        Common common;

        @Option(names = "--batch", defaultValue = "16", description = "images a step (default ${DEFAULT-VALUE})")
        int batch;

        @Option(names = "--lr", defaultValue = "0.0025", description = "learning rate (default ${DEFAULT-VALUE})")
        double rate;

        @Option(names = "--gamma", defaultValue = "1", description = "weight of R1 (default ${DEFAULT-VALUE})")
        double gamma;

        @Option(
                names = "--ema-kimg",
                defaultValue = "5",
                description = "half life of the average (default ${DEFAULT-VALUE})")
        double emaKimg;

        @Option(names = "--bf16", description = "convolutions in bfloat16; regularisers stay in float32")
        boolean bf16;

        @Override
        public Integer call() throws IOException {
            try (VideoDataset data = common.open(1)) {
                GeneratorStage.Config config = new GeneratorStage.Config(
                        batch,
                        rate,
                        gamma,
                        16,
                        0.9,
                        emaKimg,
                        0.05,
                        bf16 ? Precision.BFLOAT16 : Precision.FLOAT32,
                        true);
                return common.run(new GeneratorStage(
                        common.preset.architecture().generator(), common.preset.critic(), config, data, common.seed));
            }
        }
    }

    /** {@code train encoder}: stage 2. */
    @Command(
            name = "encoder",
            description = "Stage 2: an encoder that inverts frames.",
            mixinStandardHelpOptions = true)
    static final class EncoderCommand implements Callable<Integer> {
        @Mixin
        Common common;

        @Option(names = "--generator", required = true, paramLabel = "RUN", description = "run of stage 1")
        Path generator;

        @Option(names = "--batch", defaultValue = "32", description = "pictures a step (default ${DEFAULT-VALUE})")
        int batch;

        @Option(names = "--lr", defaultValue = "0.002", description = "learning rate (default ${DEFAULT-VALUE})")
        double rate;

        @Option(
                names = "--features",
                defaultValue = "0.2",
                description = "weight of features (default ${DEFAULT-VALUE})")
        double features;

        @Option(
                names = "--latent",
                defaultValue = "0.1",
                description = "weight of the latent (default ${DEFAULT-VALUE})")
        double latent;

        @Override
        public Integer call() throws IOException {
            try (NDManager manager = NDManager.newBaseManager("PyTorch");
                    VideoDataset data = common.open(1)) {
                Discriminator critic = new Discriminator(common.preset.critic());
                return common.run(new EncoderStage(
                        generator(manager, common.preset, generator),
                        critic,
                        read(manager, critic, generator, "d."),
                        common.preset.architecture().encoder(),
                        new EncoderStage.Config(batch, rate, features, latent, common.steps(batch)),
                        data,
                        common.seed));
            }
        }
    }

    /** {@code train motion}: stage 3. */
    @Command(name = "motion", description = "Stage 3: motion, from clips.", mixinStandardHelpOptions = true)
    static final class MotionCommand implements Callable<Integer> {
        @Mixin
        Common common;

        @Option(names = "--generator", required = true, paramLabel = "RUN", description = "run of stage 1")
        Path generator;

        @Option(names = "--encoder", required = true, paramLabel = "RUN", description = "run of stage 2")
        Path encoder;

        @Option(names = "--model", paramLabel = "DIR", description = "model folder whose motion to go on from")
        Path model;

        @Option(
                names = "--batch",
                defaultValue = "8",
                description = "clips a step, of 4 frames each (default ${DEFAULT-VALUE})")
        int batch;

        @Option(
                names = "--lr",
                defaultValue = "0.0005",
                description = "learning rate of the motion (default ${DEFAULT-VALUE})")
        double rate;

        @Option(
                names = "--lr-d",
                defaultValue = "0.002",
                description = "of the discriminator (default ${DEFAULT-VALUE})")
        double criticRate;

        @Option(
                names = "--lambda-recon",
                defaultValue = "10",
                description = "weight of frame 0 (default ${DEFAULT-VALUE})")
        double reconstruction;

        @Option(
                names = "--lambda-w-reg",
                defaultValue = "0.05",
                description = "weight of stillness (default ${DEFAULT-VALUE})")
        double stillness;

        @Option(names = "--gamma", defaultValue = "1", description = "weight of R1 (default ${DEFAULT-VALUE})")
        double gamma;

        @Option(
                names = "--ema-kimg",
                defaultValue = "10",
                description = "half life of the average (default ${DEFAULT-VALUE})")
        double emaKimg;

        @Option(
                names = "--inverted",
                defaultValue = "0",
                description = "share of first frames that are inversions of video frames (default ${DEFAULT-VALUE})")
        double inverted;

        @Override
        public Integer call() throws IOException {
            Preset preset = common.preset;
            try (NDManager manager = NDManager.newBaseManager("PyTorch");
                    VideoDataset data = common.open(preset.clips().clipLength())) {
                MotionStage.Config config = new MotionStage.Config(
                        batch,
                        rate,
                        criticRate,
                        reconstruction,
                        stillness,
                        gamma,
                        16,
                        emaKimg,
                        inverted,
                        common.steps(batch * 4));
                InversionEncoder inverter =
                        new InversionEncoder(preset.architecture().encoder());
                Weights encoderWeights = read(manager, inverter, encoder, "e.");
                StyleInV motion = new StyleInV(preset.architecture().motion());
                Weights start = model == null
                        ? MotionStage.still(manager, motion, encoderWeights, common.seed)
                        : ModelFolder.open(model).loadMotion(manager);
                return common.run(new MotionStage(
                        generator(manager, preset, generator),
                        new FrozenEncoder(inverter, encoderWeights),
                        start,
                        motion,
                        new VideoDiscriminator(preset.videoCritic()),
                        preset.clips(),
                        config,
                        data,
                        common.seed));
            }
        }
    }

    /** {@code train export}: the stages' results as one model folder. */
    @Command(name = "export", description = "Makes a model folder of three runs.", mixinStandardHelpOptions = true)
    static final class ExportCommand implements Callable<Integer> {
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
        Path from;

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "model folder to write")
        Path out;

        @Option(names = "--data", required = true, description = "what it was trained on, in words")
        String data;

        @Option(
                names = "--fps",
                defaultValue = "30",
                description = "frames a second of the videos (default ${DEFAULT-VALUE})")
        double fps;

        @Option(names = "--seed", defaultValue = "0", description = "of the training (default ${DEFAULT-VALUE})")
        long seed;

        @Option(names = "--commit", defaultValue = "unknown", description = "of the code that trained it")
        String commit;

        @Option(
                names = "--metric",
                paramLabel = "NAME=VALUE",
                description = "a figure of evaluate to record; may be repeated")
        Map<String, Double> metrics = Map.of();

        @Option(names = "--licence", defaultValue = "CC0-1.0", description = "SPDX (default ${DEFAULT-VALUE})")
        String licence;

        @Override
        public Integer call() throws IOException {
            Preset preset = Preset.faces64();
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                Weights encoderWeights =
                        read(manager, new InversionEncoder(preset.architecture().encoder()), encoder, "e.");
                Weights motionWeights =
                        read(manager, new StyleInV(preset.architecture().motion()), motion, "ema.");
                Map<String, Double> kimg = new TreeMap<>(Map.of(
                        "generator", TrainingRun.kimg(generator),
                        "encoder", TrainingRun.kimg(encoder),
                        "motion", TrainingRun.kimg(motion)));
                if (from != null) {
                    ModelFolder.open(from)
                            .training()
                            .kimg()
                            .forEach((stage, more) -> kimg.merge(stage, more, Double::sum));
                }
                ModelFolder folder = ModelFolder.write(
                        out,
                        preset.name(),
                        preset.architecture(),
                        new TrainingRecord(data, fps, seed, commit, kimg, metrics, licence),
                        generator(manager, preset, generator).weights(),
                        encoderWeights,
                        motionWeights);
                System.out.println(out + " holds " + folder.name() + ", digest " + folder.digest());
            }
            return 0;
        }
    }
}
