package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Layer;
import org.styleinv.network.checkpoint.FeatureFolder;
import org.styleinv.network.checkpoint.FeatureFolder.Loaded;
import org.styleinv.network.inversion.ArcFace;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.perceptual.Lpips;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.command.option.FrameOptions;
import org.styleinv.trainer.command.option.Named;
import org.styleinv.trainer.command.option.PainterOptions;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.preset.EncoderPreset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.stage.EncoderStage;
import org.styleinv.trainer.stage.Term;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train encoder}: stage 2. */
@Command(name = "encoder", description = "Stage 2: an encoder that inverts frames.", mixinStandardHelpOptions = true)
public final class EncoderCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Mixin
    LikenessOptions judges;

    @Mixin
    FrameOptions frames;

    @Mixin
    PainterOptions painter;

    @Option(
            names = {"--generator", "--sg2-pkl"},
            required = true,
            paramLabel = "RUN",
            description = "run of stage 1, or a model folder")
    Path generator;

    @Option(
            names = "--cfg",
            paramLabel = "PRESET",
            description =
                    "faces-64, heads-128, psp_paper, psp_auto or psp_sky_auto (default: faces-64 or heads-128, each for its "
                            + "generator)")
    @Nullable
    String cfg;

    @Option(names = "--batch", description = "pictures a step (default: the preset's)")
    Integer batch;

    @Option(names = "--lr", description = "learning rate (default: the preset's)")
    Double rate;

    @Option(
            names = "--lr-decay",
            negatable = true,
            fallbackValue = "true",
            description = "let it fall to zero over the last third of the run (default: the preset's)")
    Boolean falling;

    @Option(
            names = "--optim",
            converter = Named.Optimiser.class,
            paramLabel = "NAME",
            description = "Ranger or Adam (default: the preset's)")
    EncoderStage.Optim optim;

    @Option(names = "--beta2", description = "memory of squared gradients of Adam (default: the preset's)")
    Double beta2;

    @Option(names = "--l2-lambda", description = "weight of the squared error of pixels (default: the preset's)")
    Double l2;

    @Option(names = "--lpips-lambda", description = "weight of LPIPS, with --lpips (default: the preset's)")
    Double lpipsWeight;

    @Option(names = "--id-lambda", description = "weight of identity, with --arcface (default: the preset's)")
    Double identityWeight;

    @Option(
            names = "--features",
            description = "weight of the discriminator's features, without --lpips (default: the preset's)")
    Double features;

    @Option(
            names = "--known",
            description = "share of a batch that is the generator's own pictures (default: the preset's)")
    Double known;

    @Option(names = "--latent", description = "weight of the latents of these (default: the preset's)")
    Double latent;

    @Override
    public Integer call() throws IOException {
        Preset parent = Runs.preset(generator);
        EncoderPreset preset = common.named(() -> EncoderPreset.named(name(parent), 1));
        common.settle(preset.settings());
        InversionEncoder.Config encoder = new InversionEncoder.Config(parent.wDim(), preset.backbone());
        try (NDManager manager = ComputeDevice.manager();
                VideoDataset data = common.open(parent.resolution(), 1)) {
            Map<String, NDArray> start = new LinkedHashMap<>();
            List<Term> likeness = likeness(manager, parent, encoder, start);
            EncoderStage.Config config = new EncoderStage.Config(
                    batch,
                    rate,
                    optim,
                    beta2,
                    l2,
                    known,
                    latent,
                    frames.mirror,
                    frames.balanced,
                    painter.noise,
                    falling,
                    common.steps(batch));
            return common.run(
                    new EncoderStage(
                            Runs.generator(manager, parent, generator),
                            likeness,
                            encoder,
                            start,
                            config,
                            data,
                            common.seed),
                    parent.with(preset.name(), encoder));
        }
    }

    private String name(Preset parent) {
        return cfg != null ? cfg : parent.later(generator, "the encoder's --cfg, one of " + EncoderPreset.NAMES);
    }

    private List<Term> likeness(
            NDManager manager, Preset parent, InversionEncoder.Config encoder, Map<String, NDArray> start)
            throws IOException {
        List<Term> likeness = new ArrayList<>();
        if (judges.lpips != null) {
            likeness.add(Term.lpips(FeatureFolder.lpips(manager, judges.lpips, Lpips.Network.ALEX), lpipsWeight));
        } else if (features > 0) {
            Discriminator critic = new Discriminator(parent.critic());
            likeness.add(Term.features(critic, Runs.critic(manager, critic, generator), features));
        }
        if (judges.arcFace != null) {
            Loaded<ArcFace> arcFace = FeatureFolder.arcFace(manager, judges.arcFace);
            start.putAll(backbone(arcFace, encoder));
            if (identityWeight > 0) {
                likeness.add(Term.identity(arcFace, identityWeight));
            }
        }
        return likeness;
    }

    /** ArcFace's backbone under the encoder's names; nothing where the encoder has another width. */
    static Map<String, NDArray> backbone(Loaded<ArcFace> arcFace, InversionEncoder.Config encoder) {
        Map<String, NDArray> start = new LinkedHashMap<>();
        for (Layer.Variable variable : new InversionEncoder(encoder).variables()) {
            String name = variable.name().replaceFirst("^encoder\\.", "");
            if (name.equals(variable.name()) || !arcFace.weights().has(name)) {
                continue; // the head and the mean latent, which ArcFace does not have
            }
            NDArray array = arcFace.weights().get(name);
            if (!java.util.Arrays.equals(array.getShape().getShape(), variable.shape())) {
                System.err.println("the encoder is of another width than ArcFace and starts from random values: " + name
                        + " has shape " + array.getShape() + " there");
                return Map.of();
            }
            start.put(variable.name(), array);
        }
        return start;
    }
}
