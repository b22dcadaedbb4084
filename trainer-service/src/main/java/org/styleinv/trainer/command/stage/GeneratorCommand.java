package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.Bounds;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.command.option.AugmentOptions;
import org.styleinv.trainer.command.option.DeviceOptions;
import org.styleinv.trainer.command.option.PrecisionOption;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.preset.GeneratorPreset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Grown;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.stage.Beginning;
import org.styleinv.trainer.stage.GeneratorStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code train generator}: stage 1. */
@Command(
        name = "generator",
        description = "Stage 1: an image generator of all frames.",
        mixinStandardHelpOptions = true)
public final class GeneratorCommand implements Callable<Integer> {
    /** What the release would download. */
    private static final Set<String> DOWNLOADS = Set.of("ffhq256", "ffhq512", "ffhq1024", "celebahq256", "lsundog256");

    @Mixin
    TrainOptions common;

    @Mixin
    AugmentOptions augment;

    @Mixin
    DeviceOptions devices;

    @Mixin
    ImageOptions image;

    @Option(
            names = "--cfg",
            defaultValue = Preset.FACES_64,
            paramLabel = "PRESET",
            description =
                    "faces-64 and heads-128 (what a CPU trains), auto, auto_nn, stylegan2, paper256, paper256_nn, "
                            + "paper256_4gpu, paper512 or paper1024 (default ${DEFAULT-VALUE})")
    String cfg;

    @Option(names = "--resolution", description = "pixels a side, a power of two (default: the preset's)")
    Integer resolution;

    @Option(names = "--w-dim", description = "width of z and w (default: the preset's)")
    Integer wDim;

    @Option(names = "--map-depth", description = "layers from z to w (default: the preset's)")
    Integer mappingLayers;

    @Option(
            names = "--cbase",
            description = "feature maps times resolution, of generator and discriminator (default: the preset's)")
    Integer channelBase;

    @Option(names = "--cmax", description = "most feature maps of a layer (default: the preset's)")
    Integer channelMax;

    @Option(
            names = "--mbstd",
            description = "images in a group of the minibatch standard deviation (default: the preset's)")
    Integer group;

    @Option(
            names = "--pl-weight",
            description = "weight of path length regularisation; published 2, and 0 for small sets "
                    + "(default: the preset's)")
    Double pathLength;

    @Option(names = "--g-reg-interval", description = "steps between two path length phases (default: the preset's)")
    Integer pathLengthInterval;

    @Option(
            names = "--resume",
            paramLabel = "FROM",
            description = "run or model folder whose generator to start from, of this resolution or a lower one; its "
                    + "discriminator comes along, if it has one")
    @Nullable
    Path resume;

    @Mixin
    PrecisionOption precision;

    @Override
    public Integer call() throws IOException {
        GeneratorPreset preset = common.named(() -> GeneratorPreset.named(cfg, resolution, devices.gpus));
        common.settle(preset.settings());
        common.checkGroups(image.batch, group);
        Preset networks = networks(preset.networks());
        checkStart(networks);
        try (NDManager manager = ComputeDevice.manager();
                Devices shared = devices.open(image.batch, group); // refused before hours go into decoding
                VideoDataset data = common.open(networks.resolution(), 1)) {
            GeneratorStage.Config config = new GeneratorStage.Config(
                    image.batch,
                    image.rate,
                    image.adversarial.gamma,
                    image.adversarial.r1Interval,
                    image.mixing,
                    image.adversarial.emaKimg,
                    image.ramp,
                    precision.on(manager),
                    image.frames.mirror,
                    pathLength,
                    pathLengthInterval,
                    augment.config(
                            resume == null ? Augmentation.Config.SPEED_KIMG : Augmentation.Config.RESUMED_SPEED_KIMG),
                    image.frames.balanced,
                    image.noise,
                    image.frozen);
            Beginning start = resume == null
                    ? Beginning.FRESH
                    : Beginning.at(Grown.generator(manager, resume, networks, common.seed));
            Beginning startCritic = resume == null || !Runs.hasCritic(resume)
                    ? Beginning.FRESH
                    : Beginning.at(Grown.critic(manager, resume, networks, common.seed + 1));
            return common.run(
                    new GeneratorStage(
                            networks.architecture().generator(),
                            networks.critic(),
                            config,
                            data,
                            common.seed,
                            start,
                            startCritic,
                            shared),
                    networks);
        }
    }

    /** The preset's, in the widths that are asked for. */
    private Preset networks(Preset preset) {
        if (channelBase < preset.resolution()) {
            throw new ParameterException(
                    common.spec.commandLine(),
                    "--cbase must be at least the resolution, " + preset.resolution() + ", got " + channelBase);
        }
        SynthesisNetwork.Config synthesis = preset.architecture().generator().synthesis();
        int r = preset.resolution();
        Generator.Config generator = new Generator.Config(
                wDim,
                mappingLayers,
                new SynthesisNetwork.Config(
                        wDim, r, channelBase, channelMax, synthesis.useNoise(), synthesis.convClamp()));
        common.named(() -> {
            Bounds.check(generator);
            return generator;
        });
        return Preset.ofGenerator(
                preset.name(),
                generator,
                new Discriminator.Config(r, channelBase, channelMax, group, synthesis.convClamp()));
    }

    /** Refuses a start of other sizes in a sentence, where its tensors would be refused one by one. */
    private void checkStart(Preset networks) throws IOException {
        if (resume == null) {
            return;
        }
        if (DOWNLOADS.contains(resume.toString()) && !Files.exists(resume)) {
            throw new FileRefused("--resume " + resume + " is a download of the release, which is not to be had here: "
                    + "make a folder of its pickle with 'styleinv model import' and name that");
        }
        Preset from = Runs.preset(resume);
        if (from.resolution() > networks.resolution()
                || !from.at(networks.resolution())
                        .architecture()
                        .generator()
                        .equals(networks.architecture().generator())) {
            throw new FileRefused(
                    resume + " has the generator " + from.architecture().generator() + " (" + from.name()
                            + "), but --cfg " + cfg + " makes "
                            + networks.architecture().generator()
                            + ": give the --cfg and widths that it was trained with, and its --resolution or a higher one");
        }
    }
}
