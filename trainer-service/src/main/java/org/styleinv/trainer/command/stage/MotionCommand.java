package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.trainer.command.option.AugmentOptions;
import org.styleinv.trainer.command.option.DeviceOptions;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.preset.MotionPreset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.stage.motion.FrozenEncoder;
import org.styleinv.trainer.stage.motion.MotionStage;
import org.styleinv.trainer.stage.motion.StillMotion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train motion}: stage 3. */
@Command(name = "motion", description = "Stage 3: motion, from clips.", mixinStandardHelpOptions = true)
public final class MotionCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Mixin
    AugmentOptions augment;

    @Mixin
    DeviceOptions devices;

    @Mixin
    MotionOptions motion;

    @Mixin
    MotionNetworkOptions network;

    @Option(names = "--generator", required = true, paramLabel = "RUN", description = "run of stage 1, or a model")
    Path generator;

    @Option(names = "--encoder", required = true, paramLabel = "RUN", description = "run of stage 2, or a model")
    Path encoder;

    @Option(names = "--model", paramLabel = "DIR", description = "model folder whose motion to go on from")
    @Nullable
    Path model;

    @Override
    public Integer call() throws IOException {
        Preset parent = Runs.preset(generator);
        Preset inverse = Runs.preset(encoder);
        InversionEncoder.Config backbone = checkTogether(parent, inverse);
        MotionPreset preset = common.named(() -> motion.preset(parent, generator));
        common.settle(preset.settings());
        common.checkGroups(motion.batch, network.group);
        MotionNetworkOptions.Networks asked =
                common.named(() -> network.networks(preset, backbone, parent.resolution()));
        try (NDManager manager = ComputeDevice.manager();
                Devices shared = devices.open(motion.batch, asked.critic().mbstdGroup()); // before hours of decoding
                VideoDataset data = common.open(parent.resolution(), FrameSampler.SHORTEST)) {
            fitLength(data);
            MotionNetworkOptions.Networks networks =
                    common.named(() -> network.networks(preset, backbone, parent.resolution()));
            MotionStage.Config config = common.named(() -> motion.config(
                    augment.config(Augmentation.Config.SPEED_KIMG), common.steps(motion.batch * FrameSampler.FRAMES)));
            InversionEncoder inverter = new InversionEncoder(backbone);
            Weights encoderWeights = Runs.encoder(manager, inverter, encoder);
            StyleInV styleInV = new StyleInV(networks.motion());
            Weights start = model == null
                    ? StillMotion.of(manager, styleInV, encoderWeights, common.seed)
                    : goOn(manager, model, networks.motion());
            return common.run(
                    new MotionStage(
                            Runs.generator(manager, parent, generator),
                            new FrozenEncoder(inverter, encoderWeights),
                            start,
                            styleInV,
                            new VideoDiscriminator(networks.critic()),
                            networks.clips(),
                            config,
                            data,
                            common.seed,
                            shared),
                    parent.with(preset.name(), backbone, networks.motion(), networks.critic(), networks.clips()));
        }
    }

    /** Times that no video reaches would be generated, and judged by a discriminator that has never seen them. */
    private void fitLength(VideoDataset data) throws IOException {
        if (data.longest() >= network.clipLength) {
            return;
        }
        if (common.given("clip-length")) {
            throw new FileRefused("the longest video of " + common.videos.data + " has " + data.longest()
                    + " frames, fewer than a training clip of " + network.clipLength + ": give --clip-length "
                    + data.longest() + ", or longer videos");
        }
        network.clipLength = data.longest();
        System.err.println("training clips are of " + network.clipLength + " frames: no video of " + common.videos.data
                + " is longer (--clip-length)");
    }

    /** The encoder, which inverts into the generator of {@code parent}. */
    private InversionEncoder.Config checkTogether(Preset parent, Preset inverse) throws IOException {
        InversionEncoder.Config inverts = inverse.architecture().encoder();
        if (inverts == null) {
            throw new FileRefused(encoder + " has no encoder: it is a run of stage 1 (" + inverse.name()
                    + "); name a run of train encoder");
        }
        if (!inverse.architecture().generator().equals(parent.architecture().generator())) {
            throw new FileRefused(encoder + " inverts into another generator ("
                    + inverse.architecture().generator() + ") than that of " + generator + " ("
                    + parent.architecture().generator() + "): name the runs that belong together");
        }
        return inverts;
    }

    private static Weights goOn(NDManager manager, Path model, StyleInV.Config network) throws IOException {
        ModelFolder folder = ModelFolder.open(model);
        StyleInV.Config before = folder.architecture().motion();
        if (before == null
                || !before.backbone().isShapedAs(network.backbone())
                || !before.style().equals(network.style())) {
            throw new FileRefused(model + " has " + (before == null ? "no motion" : "the motion " + before)
                    + ", but this command trains " + network + ": name the options that it was trained with");
        }
        return folder.loadMotion(manager);
    }
}
