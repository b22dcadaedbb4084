package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.FeatureFolder;
import org.styleinv.network.perceptual.Lpips;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.command.option.AugmentOptions;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.preset.GeneratorPreset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.preset.StylePreset;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.run.TrainingRun;
import org.styleinv.trainer.stage.Beginning;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.stage.StyleStage;
import org.styleinv.trainer.stage.Term;
import org.styleinv.trainer.state.Snapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train style}: stage 4. */
@Command(
        name = "style",
        description = "Stage 4: the generator in another look, from videos of that look, for the same latents.",
        mixinStandardHelpOptions = true)
public final class StyleCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Mixin
    AugmentOptions augment;

    @Mixin
    ImageOptions image;

    @Mixin
    LikenessOptions judges;

    @Option(
            names = "--generator",
            required = true,
            paramLabel = "RUN",
            description = "run of stage 1, or of joint, or an imported model: the parent and its discriminator")
    Path generator;

    @Option(
            names = "--cfg",
            paramLabel = "PRESET",
            description = "numbers to tune with: faces-64, or those of stage 1; published paper256 "
                    + "(default faces-64, for its generator)")
    @Nullable
    String cfg;

    @Option(
            names = "--finetune-g-res",
            description = "lowest resolution that learns; published: a quarter of the resolution "
                    + "(default: the preset's)")
    Integer firstTrained;

    @Option(
            names = "--perceptual-weight",
            description = "weight of likeness with the parent's picture: of LPIPS with --lpips (published 30), else of "
                    + "structure (default: the preset's)")
    Double perceptual;

    @Option(names = "--identity-weight", description = "weight of identity, with --arcface (default: the preset's)")
    Double identity;

    @Override
    public Integer call() throws IOException {
        Preset parent = Runs.preset(generator);
        StylePreset preset =
                common.named(() -> StylePreset.named(name(parent), parent.resolution(), 1, judges.lpips != null));
        common.settle(preset.settings());
        common.checkGroups(image.batch, parent.critic().mbstdGroup());
        try (NDManager manager = ComputeDevice.manager();
                VideoDataset data = common.open(parent.resolution(), 1)) {
            Discriminator critic = new Discriminator(criticOf(parent));
            FrozenGenerator frozen = Runs.generator(manager, parent, generator);
            StyleStage.Config config = new StyleStage.Config(
                    image.rate,
                    image.critic(augment.config(Augmentation.Config.RESUMED_SPEED_KIMG)),
                    image.frozen,
                    firstTrained,
                    image.mixing,
                    image.adversarial.emaKimg,
                    image.ramp,
                    image.frames.mirror,
                    image.frames.balanced,
                    image.noise);
            return common.run(
                    new StyleStage(
                            frozen.network(),
                            frozen.weights(),
                            critic,
                            Beginning.at(Runs.critic(manager, critic, generator)),
                            likeness(manager),
                            config,
                            data,
                            common.seed),
                    parent);
        }
    }

    private String name(Preset parent) {
        if (cfg == null && parent.wDim() != Preset.faces64().wDim()) {
            throw new IllegalArgumentException(generator + " was made with " + parent.name() + ", whose w has "
                    + parent.wDim() + " values: name the --cfg to tune it with, one of " + GeneratorPreset.names()
                    + "; published paper256");
        }
        return cfg == null ? Preset.FACES_64 : cfg;
    }

    private List<Term> likeness(NDManager manager) throws IOException {
        List<Term> likeness = new ArrayList<>();
        if (judges.lpips != null) {
            likeness.add(Term.lpips(FeatureFolder.lpips(manager, judges.lpips, Lpips.Network.VGG), perceptual));
        } else {
            likeness.add(Term.structure(perceptual));
        }
        if (judges.arcFace != null && identity > 0) {
            likeness.add(Term.identity(FeatureFolder.arcFace(manager, judges.arcFace), identity));
        }
        return likeness;
    }

    /** A run's discriminator may be of another width than its record says, if it has none; every late layer tells it. */
    private Discriminator.Config criticOf(Preset parent) throws IOException {
        Discriminator.Config critic = parent.critic();
        if (Runs.isModel(generator)) {
            return critic;
        }
        long widest = new Snapshot(TrainingRun.snapshot(generator))
                .shape("d.b4.fc.bias")
                .size();
        return new Discriminator.Config(
                critic.resolution(),
                critic.channelBase(),
                Math.toIntExact(widest),
                critic.mbstdGroup(),
                critic.convClamp());
    }
}
