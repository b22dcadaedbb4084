package org.styleinv.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.data.VideoDataset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train}: one stage of the method at a time, from a folder of videos to a model folder. */
@Command(
        name = "train",
        description = "Trains one stage of a model.",
        mixinStandardHelpOptions = true,
        subcommands = {TrainCommand.GeneratorCommand.class})
public final class TrainCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "train wants a stage: " + String.join(", ", spec.subcommands().keySet()));
    }

    /** What every stage is told. */
    static final class Common {
        @Option(names = "--data", required = true, paramLabel = "DIR", description = "folder of videos, at any depth")
        Path data;

        @Option(names = "--run", required = true, paramLabel = "DIR", description = "folder of the run; goes on if it has a snapshot")
        Path run;

        @Option(names = "--kimg", required = true, description = "thousands of images to show in all")
        double kimg;

        @Option(names = "--seed", defaultValue = "0", description = "of everything random (default ${DEFAULT-VALUE})")
        long seed;

        @Option(names = "--tick", defaultValue = "10", description = "seconds between two lines of figures")
        double tick;

        @Option(names = "--snapshot", defaultValue = "300", description = "seconds between two snapshots")
        double snapshot;

        @Option(names = "--json", description = "figures as one JSON object a line")
        boolean json;

        /** Runs a stage with figures on standard output. */
        int run(Stage stage) throws IOException {
            ObjectMapper mapper = new ObjectMapper();
            try (stage) {
                new TrainingRun(stage, new TrainingRun.Config(run, kimg, tick, snapshot)).run(tick -> {
                    try {
                        System.out.println(json ? mapper.writeValueAsString(tick.json()) : tick.text());
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            return 0;
        }

        VideoDataset open(int resolution, int minFrames) throws IOException {
            VideoDataset dataset = VideoDataset.open(data, resolution, minFrames, (done, all) -> {});
            dataset.problems().forEach(problem -> System.err.println("left out: " + problem));
            return dataset;
        }
    }

    /** {@code train generator}: stage 1. */
    @Command(name = "generator", description = "Stage 1: an image generator of all frames.", mixinStandardHelpOptions = true)
    static final class GeneratorCommand implements Callable<Integer> {
        @Mixin
        Common common;

        @Option(names = "--batch", defaultValue = "16", description = "images a step (default ${DEFAULT-VALUE})")
        int batch;

        @Option(names = "--lr", defaultValue = "0.0025", description = "learning rate (default ${DEFAULT-VALUE})")
        double rate;

        @Option(names = "--gamma", defaultValue = "1", description = "weight of R1 (default ${DEFAULT-VALUE})")
        double gamma;

        @Option(names = "--ema-kimg", defaultValue = "5", description = "half life of the average (default ${DEFAULT-VALUE})")
        double emaKimg;

        @Option(names = "--fp32", description = "convolutions in float32 instead of bfloat16")
        boolean fp32;

        @Override
        public Integer call() throws IOException {
            try (VideoDataset data = common.open(Presets.RESOLUTION, 1)) {
                GeneratorStage.Config config = new GeneratorStage.Config(
                        batch, rate, gamma, 16, 0.9, emaKimg, 0.05, fp32 ? Precision.FLOAT32 : Precision.BFLOAT16, true);
                return common.run(new GeneratorStage(
                        Presets.faces64(), Presets.faces64Discriminator(), config, data, common.seed));
            }
        }
    }

    /** The sizes of {@code faces-64}: what two CPU cores train in a few hours. */
    static final class Presets {
        static final int RESOLUTION = 64;

        static Generator.Config faces64() {
            return new Generator.Config(64, 2, new SynthesisNetwork.Config(64, RESOLUTION, 1024, 64, false, 0));
        }

        static Discriminator.Config faces64Discriminator() {
            return new Discriminator.Config(RESOLUTION, 1024, 64, 4, 0);
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new TrainCommand()).execute(arguments));
    }
}
