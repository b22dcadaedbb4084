package org.styleinv.trainer.preset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.state.RunRecord;

/**
 * Sizes that belong together: the networks of a model and the critics and clips that it is trained with. A run keeps its own
 * in {@code config.json}, and a stage that goes on from it takes them from there.
 *
 * @param name of the configuration that they are of
 * @param videoCritic null before stage 3
 * @param clips null before stage 3
 */
public record Preset(
        String name,
        Architecture architecture,
        Discriminator.Config critic,
        VideoDiscriminator.@Nullable Config videoCritic,
        @Nullable FrameSampler clips) {
    public static final String FACES_64 = "faces-64";
    static final String HEADS_128 = "heads-128";

    private static final int GROUP = 4; // of the minibatch standard deviation, where no record says

    /**
     * {@code faces-64}: what two CPU cores train in a few hours. Every network is the published one, narrower; motion has
     * the published numbers for talking heads (configuration {@code dfuf}: clips of 128, anchors 16 apart, span 32), but
     * a latent's distance from the first is bounded: see {@link StyleInV.Config}.
     */
    public static Preset faces64() {
        int w = 64;
        IrSeBackbone.Config backbone = new IrSeBackbone.Config(List.of(16, 32, 48, 64));
        Architecture architecture = new Architecture(
                new Generator.Config(w, 2, new SynthesisNetwork.Config(w, 64, 1024, 64, false, 0)),
                new InversionEncoder.Config(w, backbone),
                new StyleInV.Config(backbone, new TemporalStyle.Config(w, w, 128, 16, 32, 16, 128, 11), 1.6));
        return new Preset(
                FACES_64,
                architecture,
                new Discriminator.Config(64, 1024, 64, GROUP, 0),
                new VideoDiscriminator.Config(64, 1024, 64, GROUP, 0, FrameSampler.FRAMES, 128, 16, 2, false),
                new FrameSampler(128, 32));
    }

    /**
     * {@code heads-128}: 3D heads, for a CPU that has days. Wide where form is made, narrow where pixels are; the four files of
     * the model stay under 20 MB. The encoder and the motion read pictures of 64 pixels: at 128 they would cost four times as
     * much. Clips have the 72 frames of these heads, and are sampled over their whole length, with
     * differences: else the discriminator saw no motion (docs/training.md).
     */
    public static Preset heads128() {
        int w = 128;
        int clip = 72;
        IrSeBackbone.Config backbone =
                new IrSeBackbone.Config(List.of(16, 32, 48, 96), IrSeBackbone.Config.PUBLISHED_UNITS, 64);
        Architecture architecture = new Architecture(
                new Generator.Config(w, 2, new SynthesisNetwork.Config(w, 128, 2048, 128, false, 0)),
                new InversionEncoder.Config(w, backbone),
                new StyleInV.Config(backbone, new TemporalStyle.Config(w, w, clip, 16, 32, 16, 128, 11), 0));
        return new Preset(
                HEADS_128,
                architecture,
                new Discriminator.Config(128, 2048, 128, GROUP, 0),
                new VideoDiscriminator.Config(128, 2048, 128, GROUP, 0, FrameSampler.FRAMES, clip, 16, 2, false, true),
                new FrameSampler(clip, clip - 1));
    }

    /**
     * Name of the preset of stages 2 and 3 that goes with a generator.
     *
     * @throws IllegalArgumentException saying what to name, where none goes with it without being asked for
     */
    public String later(Path run, String wanted) {
        for (Preset preset : List.of(faces64(), heads128())) {
            if (wDim() == preset.wDim() && (name.equals(preset.name) || preset.name.equals(FACES_64))) {
                return preset.name;
            }
        }
        throw new IllegalArgumentException(
                run + " was made with " + name + ", whose w has " + wDim() + " values: name " + wanted);
    }

    /** What stage 1 makes. */
    public static Preset ofGenerator(String name, Generator.Config generator, Discriminator.Config critic) {
        return new Preset(name, new Architecture(generator, null, null), critic, null, null);
    }

    /** A model folder's networks, with the discriminator that goes with its generator. */
    public static Preset of(ModelFolder model) {
        SynthesisNetwork.Config synthesis = model.architecture().generator().synthesis();
        return new Preset(
                model.name(),
                model.architecture(),
                new Discriminator.Config(
                        synthesis.resolution(),
                        synthesis.channelBase(),
                        synthesis.channelMax(),
                        GROUP,
                        synthesis.convClamp()),
                null,
                null);
    }

    /** The same with stage 2's encoder. */
    public Preset with(String preset, InversionEncoder.Config encoder) {
        return new Preset(
                preset, new Architecture(architecture.generator(), encoder, null), critic, videoCritic, clips);
    }

    /** The same with stage 3's motion and what trains it. */
    public Preset with(
            String preset,
            InversionEncoder.Config encoder,
            StyleInV.Config motion,
            VideoDiscriminator.@Nullable Config videoCritic,
            @Nullable FrameSampler clips) {
        return new Preset(
                preset, new Architecture(architecture.generator(), encoder, motion), critic, videoCritic, clips);
    }

    /**
     * The same for pictures of {@code resolution}: a generator with a block more for each doubling, and an encoder that goes on
     * reading pictures of the size that it knows.
     *
     * @throws IllegalArgumentException saying what is possible, where it is lower than this, or no power of two
     */
    public Preset at(int resolution) {
        if (resolution == resolution()) {
            return this;
        }
        if (resolution < resolution() || Integer.bitCount(resolution) != 1) {
            throw new IllegalArgumentException("resolution must be " + resolution() + ", as in " + name
                    + ", or twice or four times that and so on, got " + resolution);
        }
        Generator.Config generator = architecture.generator();
        SynthesisNetwork.Config synthesis = generator.synthesis();
        return new Preset(
                name,
                new Architecture(
                        new Generator.Config(
                                generator.zDim(),
                                generator.mappingLayers(),
                                new SynthesisNetwork.Config(
                                        synthesis.wDim(),
                                        resolution,
                                        synthesis.channelBase(),
                                        synthesis.channelMax(),
                                        synthesis.useNoise(),
                                        synthesis.convClamp())),
                        architecture.encoder() == null ? null : grown(architecture.encoder()),
                        null),
                new Discriminator.Config(
                        resolution, critic.channelBase(), critic.channelMax(), critic.mbstdGroup(), critic.convClamp()),
                null,
                null);
    }

    private InversionEncoder.Config grown(InversionEncoder.Config encoder) {
        IrSeBackbone.Config backbone = encoder.backbone();
        int reads = backbone.reads() == 0 ? resolution() : backbone.reads();
        return new InversionEncoder.Config(
                encoder.wDim(), new IrSeBackbone.Config(backbone.widths(), backbone.units(), reads));
    }

    public int resolution() {
        return architecture.generator().synthesis().resolution();
    }

    /** Its encoder, for a preset that names one. */
    InversionEncoder.Config encoder() {
        return Objects.requireNonNull(architecture.encoder(), name);
    }

    /** Its motion, likewise. */
    StyleInV.Config motion() {
        return Objects.requireNonNull(architecture.motion(), name);
    }

    /** How clips are sampled, likewise. */
    public FrameSampler sampled() {
        return Objects.requireNonNull(clips, name);
    }

    /** Width of w. */
    public int wDim() {
        return architecture.generator().synthesis().wDim();
    }

    /**
     * Keeps this in the record of the run in {@code run}.
     *
     * @throws IOException naming what differs, where the run was made with other networks
     */
    public void keep(Path run) throws IOException {
        Optional<Preset> made = RunRecord.networks(run, Preset.class);
        Preset before = made.orElse(this);
        if (made.isEmpty()) {
            RunRecord.networks(run, this);
        } else if (!before.equals(this)) {
            throw new FileRefused(run + " was made with other networks (" + before.name + ", " + before.resolution()
                    + " pixels, w of " + before.wDim() + ") than this command asks for (" + name + ", " + resolution()
                    + " pixels, w of " + wDim() + "): " + difference(before)
                    + "; give the options in its config.json, or another --run");
        }
    }

    private String difference(Preset before) {
        @Nullable
        Object[][] parts = {
            {"the generator", before.architecture.generator(), architecture.generator()},
            {"the encoder", before.architecture.encoder(), architecture.encoder()},
            {"the motion", before.architecture.motion(), architecture.motion()},
            {"the discriminator", before.critic, critic},
            {"the video discriminator", before.videoCritic, videoCritic},
            {"the clips", before.clips, clips},
            {"the preset", before.name, name}
        };
        for (Object[] part : parts) {
            if (!Objects.equals(part[1], part[2])) {
                return part[0] + " was " + part[1] + ", is " + part[2];
            }
        }
        return "nothing";
    }
}
