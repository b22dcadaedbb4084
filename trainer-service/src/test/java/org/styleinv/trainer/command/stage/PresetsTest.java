package org.styleinv.trainer.command.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.command.TrainCommand;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.preset.EncoderPreset;
import org.styleinv.trainer.preset.GeneratorPreset;
import org.styleinv.trainer.preset.MotionPreset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.preset.StylePreset;
import org.styleinv.trainer.stage.EncoderStage;
import org.styleinv.trainer.state.RunRecord;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Presets are the published tables, reach the options of their names, and give way to what is asked for. */
class PresetsTest {
    @TempDir
    static Path videos;

    @TempDir
    Path folder;

    @BeforeAll
    static void render() throws IOException {
        RenderedFaces.render(videos, 1, 128, 32, 30, 5, Progress.NONE);
    }

    @ParameterizedTest
    @CsvSource({ // batch, group, lr, gamma, ema, ramp, mapping layers, maps at 64 pixels, noise
        "stylegan2, 32, 4, 0.002, 10, 10, 0, 8, 512, true",
        "paper256, 64, 8, 0.0025, 1, 20, 0, 8, 256, true",
        "paper256_nn, 64, 8, 0.0025, 1, 20, 0, 8, 256, false",
        "paper256_4gpu, 32, 8, 0.0025, 1, 20, 0, 8, 256, true",
        "paper512, 64, 8, 0.0025, 0.5, 20, 0, 8, 512, true",
        "paper1024, 32, 4, 0.002, 2, 10, 0, 8, 512, true",
        "auto, 16, 4, 0.0025, 0.8192, 5, 0.05, 2, 256, true",
        "auto_nn, 16, 4, 0.0025, 0.8192, 5, 0.05, 2, 256, false"
    })
    void stageOneHasThePublishedNumbers(
            String name,
            int batch,
            int group,
            double rate,
            double gamma,
            double ema,
            double ramp,
            int layers,
            int maps,
            boolean noise) {
        GeneratorPreset preset = GeneratorPreset.named(name, null, 1);
        Map<String, Object> settings = preset.settings();
        assertEquals(25_000.0, settings.get("kimg"));
        assertEquals(batch, settings.get("batch"));
        assertEquals(group, settings.get("mbstd"));
        assertEquals(rate, settings.get("lrate"));
        assertEquals(gamma, (double) settings.get("gamma"), 1e-12);
        assertEquals(ema, settings.get("ema"));
        assertEquals(ramp, settings.get("ramp"));
        var generator = preset.networks().architecture().generator();
        assertEquals(layers, generator.mappingLayers());
        assertEquals(maps, generator.synthesis().channels(64));
        assertEquals(noise, generator.synthesis().useNoise());
    }

    /** Growing takes arrays that agree in name and shape: a layer must be as wide at every resolution of the whole. */
    @Test
    void headsGrowWithoutChangingALayer() {
        var small = GeneratorPreset.named("heads-128", 64, 1).networks();
        var large = GeneratorPreset.named("heads-128", null, 1).networks();
        assertEquals(64, small.resolution());
        assertEquals(128, large.resolution());
        for (int r = 4; r <= 64; r *= 2) {
            assertEquals(
                    small.architecture().generator().synthesis().channels(r),
                    large.architecture().generator().synthesis().channels(r));
        }
        assertEquals(small.wDim(), large.wDim());
        assertEquals(
                small.architecture().generator().mappingLayers(),
                large.architecture().generator().mappingLayers());
    }

    /** All four networks in a Git repository, and in nobody's way. */
    @Test
    void headsAreSmall() {
        Architecture heads = Preset.heads128().architecture();
        long values = Stream.of(
                        new Generator(heads.generator()),
                        new InversionEncoder(heads.encoder()),
                        new StyleInV(heads.motion()))
                .flatMap(network -> network.variables().stream())
                .mapToLong(variable -> Arrays.stream(variable.shape()).reduce(1, Math::multiplyExact))
                .sum();
        assertTrue(4 * values < 19_000_000, 4 * values + " bytes");
    }

    /** Stage 1's own preset says which are those of the later stages; others have to be named. */
    @Test
    void laterStagesFollowTheirGenerator() {
        Path run = Path.of("g");
        assertEquals("faces-64", Preset.faces64().later(run, "x"));
        assertEquals("heads-128", Preset.heads128().later(run, "x"));
        assertEquals(
                "heads-128",
                GeneratorPreset.named("heads-128", 64, 1).networks().later(run, "x"));
        Preset other = GeneratorPreset.named("auto", 64, 1).networks();
        String said = assertThrows(IllegalArgumentException.class, () -> other.later(run, "the --cfg"))
                .getMessage();
        assertEquals("g was made with auto, whose w has 512 values: name the --cfg", said);
    }

    /** Batch by devices, gamma by batch and resolution: two more points of auto's formulas. */
    @Test
    void autoGoesByResolutionAndDevices() {
        Map<String, Object> four = GeneratorPreset.named("auto", 512, 4).settings();
        assertEquals(32, four.get("batch"));
        assertEquals(4, four.get("mbstd"));
        assertEquals(0.0002 * 512 * 512 / 32, (double) four.get("gamma"), 1e-12);
        assertEquals(10.0, four.get("ema"));
        Map<String, Object> large = GeneratorPreset.named("auto", 1024, 8).settings();
        assertEquals(32, large.get("batch"));
        assertEquals(0.002, large.get("lrate"));
    }

    @ParameterizedTest
    @CsvSource({ // adversarial, latent, augmentation, span, anchors, shortest and longest wave, noise
        "dfuf, 1, 0.05, ada, 32, 16, 16, 128, CONST",
        "ffs, 1, 0.05, noaug, 32, 16, 16, 128, CONST",
        "sky, 1, 0.05, ada, 128, 128, 32, 1024, NONE",
        "taichi, 0.1, 0, ada, 128, 128, 32, 1024, CONST"
    })
    void stageThreeHasThePublishedNumbersOfItsDataSets(
            String name,
            double adversarial,
            double latent,
            String augmentation,
            int span,
            int anchors,
            double shortest,
            double longest,
            Noise.Mode noise) {
        Map<String, Object> settings = MotionPreset.named(name, null).settings();
        assertEquals(adversarial, settings.get("lambda-adv"));
        assertEquals(latent, settings.get("lambda-w-reg"));
        assertEquals(10.0, settings.get("lambda-recon"));
        assertEquals(augmentation, settings.get("aug"));
        assertEquals(span, settings.get("max-dist"));
        assertEquals(anchors, settings.get("motion-z-distance"));
        assertEquals(shortest, settings.get("min-period-len"));
        assertEquals(longest, settings.get("max-period-len"));
        assertEquals(noise, settings.get("noise-mode"));
        assertEquals(1e-4, settings.get("lr"));
        assertEquals(2e-3, settings.get("lr-d"));
        assertEquals(0.0, settings.get("reach"));
    }

    @ParameterizedTest
    @CsvSource({
        "8c256, 25000, 64, 8, 20",
        "6c256, 25000, 48, 8, 20",
        "4c256, 25000, 32, 8, 20",
        "2c256, 12000, 16, 8, 20",
        "8c1024, 25000, 32, 4, 10",
        "4c1024, 25000, 16, 4, 10",
        "8c256_batch1, 25000, 8, 1, 20",
        "8c256_batch2, 25000, 16, 2, 20",
        "8c256_batch4, 25000, 32, 4, 20"
    })
    void stageThreeHasThePublishedNumbersOfItsMachines(String name, double kimg, int batch, int group, double ema) {
        Map<String, Object> settings = MotionPreset.named("dfuf", name).settings();
        assertEquals(kimg, settings.get("kimg"));
        assertEquals(batch, settings.get("batch"));
        assertEquals(group, settings.get("mbstd"));
        assertEquals(ema, settings.get("ema"));
    }

    @ParameterizedTest
    @CsvSource({"psp_paper, 64, 0.1", "psp_auto, 8, 0.1", "psp_sky_auto, 8, 0"})
    void stageTwoHasThePublishedNumbers(String name, int batch, double identity) {
        EncoderPreset preset = EncoderPreset.named(name, 1);
        assertEquals(batch, preset.settings().get("batch"));
        assertEquals(identity, preset.settings().get("id-lambda"));
        assertEquals(0.8, preset.settings().get("lpips-lambda"));
        assertEquals(EncoderStage.Optim.RANGER, preset.settings().get("optim"));
        assertEquals(1e-4, preset.settings().get("lr"));
        assertEquals(4000.0, preset.settings().get("kimg"));
        assertEquals(512, preset.backbone().widths().get(3));
    }

    @Test
    void aStyleIsTunedFromSixtyFourPixelsOnWithThePublishedWeights() {
        Map<String, Object> settings =
                StylePreset.named("paper256", 256, 1, true).settings();
        assertEquals(64, settings.get("finetune-g-res"));
        assertEquals(30.0, settings.get("perceptual-weight"));
        assertEquals(1.0, settings.get("identity-weight"));
        assertEquals(true, settings.get("mirror"));
        assertEquals("ada", settings.get("aug"));
        assertFalse(settings.containsKey("pl-weight"));
        assertEquals(
                3.0, StylePreset.named("paper256", 256, 1, false).settings().get("perceptual-weight"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"faces-64", "heads-128", "auto", "paper256_nn"})
    void everyOptionOfThePresetsHasAValueAfterwards(String cfg) {
        GeneratorCommand generator = new GeneratorCommand();
        parse(generator, "--data=d", "--run=r");
        generator.common.settle(GeneratorPreset.named(cfg, null, 1).settings());
        assertSettled(generator.common);

        StyleCommand style = new StyleCommand();
        parse(style, "--data=d", "--run=r", "--generator=g");
        style.common.settle(StylePreset.named(cfg, cfg.equals("faces-64") ? 64 : 256, 1, false)
                .settings());
        assertSettled(style.common);
    }

    @ParameterizedTest
    @ValueSource(strings = {"faces-64", "heads-128", "psp_paper", "psp_sky_auto"})
    void everyOptionOfTheEncodersPresetsHasAValueAfterwards(String cfg) {
        EncoderCommand encoder = new EncoderCommand();
        parse(encoder, "--data=d", "--run=r", "--generator=g");
        encoder.common.settle(EncoderPreset.named(cfg, 1).settings());
        assertSettled(encoder.common);
    }

    @ParameterizedTest
    @ValueSource(strings = {"faces-64", "heads-128", "dfuf", "taichi"})
    void everyOptionOfTheMotionsPresetsHasAValueAfterwards(String cfile) {
        MotionCommand motion = new MotionCommand();
        parse(motion, "--data=d", "--run=r", "--generator=g", "--encoder=e");
        motion.common.settle(MotionPreset.named(cfile, null).settings());
        assertSettled(motion.common);
    }

    /** What the presets say must reach the stages: their options are settled, and then asked. */
    @ParameterizedTest
    @CsvSource({"paper256, dfuf, ADA", "auto, taichi, ADA", "faces-64, ffs, NOAUG", "faces-64, faces-64, NOAUG"})
    void aRunBeginsWithTheAugmentationOfItsPreset(String cfg, String cfile, Augmentation.Mode mode) {
        GeneratorCommand generator = new GeneratorCommand();
        parse(generator, "--data=d", "--run=r");
        generator.common.settle(GeneratorPreset.named(cfg, null, 1).settings());
        assertEquals(mode, generator.augment.config(500).mode());

        MotionCommand motion = new MotionCommand();
        parse(motion, "--data=d", "--run=r", "--generator=g", "--encoder=e");
        motion.common.settle(MotionPreset.named(cfile, null).settings());
        assertEquals(mode, motion.augment.config(500).mode());

        StyleCommand style = new StyleCommand();
        parse(style, "--data=d", "--run=r", "--generator=g");
        style.common.settle(StylePreset.named(cfg, cfg.equals("faces-64") ? 64 : 256, 1, false)
                .settings());
        assertEquals(mode, style.augment.config(100).mode());
    }

    private static void assertSettled(TrainOptions common) {
        int settled = 0;
        for (OptionSpec option : common.spec.options()) {
            if (String.join(" ", option.description()).contains("the preset's")) {
                assertNotNull(option.getValue(), option.longestName());
                settled++;
            }
        }
        assertTrue(settled > 10, "only " + settled + " options are of presets");
    }

    @Test
    void whatIsAskedForComesBeforeThePreset() {
        GeneratorCommand generator = new GeneratorCommand();
        parse(
                generator,
                "--data=d",
                "--run=r",
                "--gamma=7",
                "--lrate=0.1",
                "--no-mirror",
                "--noise-mode=none",
                "--ema=3");
        generator.common.settle(GeneratorPreset.named("faces-64", null, 1).settings());
        assertEquals(7.0, generator.image.adversarial.gamma);
        assertEquals(0.1, generator.image.rate);
        assertEquals(3.0, generator.image.adversarial.emaKimg);
        assertEquals(false, generator.image.frames.mirror);
        assertEquals(Noise.Mode.NONE, generator.image.noise);
        assertEquals(16, generator.image.batch);
    }

    @Test
    void overridesAreOptionsByThePublishedKeys() {
        MotionCommand motion = new MotionCommand();
        parse(
                motion,
                "--data=d",
                "--run=r",
                "--generator=g",
                "--encoder=e",
                "--overrides",
                "lambda_recon=20,r1_gamma=4,model.lrSI=0.001,noise_mode=none",
                "--batch=2");
        motion.common.settle(MotionPreset.named("dfuf", "2c256").settings());
        assertEquals(20.0, motion.motion.reconstruction);
        assertEquals(4.0, motion.motion.adversary.gamma);
        assertEquals(0.001, motion.motion.rate);
        assertEquals(Noise.Mode.NONE, motion.motion.painter.noise);
        assertEquals(2, motion.motion.batch);
        assertEquals(12_000.0, motion.common.kimg);
        String refusal = assertThrows(
                        CommandLine.ParameterException.class,
                        () -> parse(new MotionCommand(), "--overrides=lamda_recon=20"))
                .getMessage();
        for (String none : List.of(",", "=,=", "lambda_recon=20,")) {
            assertThrows(
                    CommandLine.ParameterException.class,
                    () -> parse(new MotionCommand(), "--overrides=" + none),
                    none);
        }
        assertTrue(refusal.contains("lamda_recon"), refusal);
    }

    @ParameterizedTest
    @CsvSource({
        "generator --cfg paper42, there is no cfg paper42; there are faces-64| heads-128| auto| auto_nn| stylegan2",
        "generator --cfg cifar, without residual blocks (architecture orig) is not built here",
        "generator --resolution 128, faces-64 is of 64 pixels| not of 128",
        "generator --w-dim 0, --w-dim must be from 1 to 4096| got 0",
        "generator --cfg auto --cbase 100, --cbase must be at least the resolution| 256| got 100",
        "generator --batch 6, --batch 6 does not divide into groups of 4",
        "generator --cfg auto --gpus 0, gpus must be at least 1| got 0",
        "generator --gpus 1000 --batch 4000, --gpus: gpus must be 1| or as many as there are GPUs here",
        "generator --noise-mode loud, wants one of const| none| random| got loud",
        "generator --resume ffhq256, is a download of the release",
        "generator --resume RUN, give the --cfg and widths that it was trained with",
        "encoder --generator RUN, name the encoder's --cfg| one of faces-64| heads-128| psp_paper",
        "encoder --generator RUN --cfg psp_best, there is no cfg psp_best; there are faces-64| heads-128| psp_paper",
        "encoder --generator RUN --cfg psp_auto --optim sgd, wants one of ranger| adam| got sgd",
        "motion --generator RUN --encoder RUN, has no encoder: it is a run of stage 1 (auto)",
        "motion --generator RUN --encoder ENCODED, name the data set's --cfile",
        "motion --generator RUN --encoder ENCODED --cfile ffhq, there is no cfile ffhq; there are faces-64| heads-128| dfuf",
        "motion --generator RUN --encoder ENCODED --cfile sky --cname 3c256, there is no cname 3c256; there are 8c256",
        "motion --generator RUN --encoder ENCODED --cname 4c256 --cfile faces-64, goes with a published data set",
        "motion --generator RUN --encoder ENCODED --cfile sky --discriminator digan, digan is not offered",
        "motion --generator RUN --encoder ENCODED --cfile sky --lambda-recon -1, lambda-recon must be at least 0",
        "style --generator RUN, name the --cfg to tune it with"
    })
    void whatDoesNotFitIsRefusedByNameInASentence(String command, String sentence) throws IOException {
        Preset generator = GeneratorPreset.named("auto", 32, 1).networks();
        Path run = run("g", generator);
        Path encoded = run(
                "e",
                generator.with(
                        "psp_auto",
                        new InversionEncoder.Config(
                                512, EncoderPreset.named("psp_auto", 1).backbone())));
        List<String> words = new ArrayList<>(); // a temporary folder may have spaces in its name
        for (String word : command.split(" ")) {
            words.add(word.replace("RUN", run.toString()).replace("ENCODED", encoded.toString()));
        }
        words.addAll(List.of("--data=" + videos, "--run=" + folder.resolve("new"), "--kimg=1"));
        CommandLine train = new CommandLine(new TrainCommand());
        StringWriter said = new StringWriter();
        train.setErr(new PrintWriter(said));
        train.setExecutionExceptionHandler((failure, at, result) -> {
            said.append(failure.getMessage());
            return 2;
        });
        assertEquals(2, train.execute(words.toArray(String[]::new)));
        assertTrue(said.toString().contains(sentence.replace('|', ',')), said.toString());
        assertFalse(Files.exists(folder.resolve("new")), "something was left");
    }

    @Test
    void aRunOfOtherNetworksIsNotGoneOnWith() throws IOException {
        Path run = run("r", GeneratorPreset.named("auto", 32, 1).networks());
        GeneratorPreset.named("auto", 32, 1).networks().keep(run);
        String refusal = assertThrows(
                        IOException.class,
                        () -> GeneratorPreset.named("auto", 64, 1).networks().keep(run))
                .getMessage();
        assertTrue(refusal.contains("auto, 32 pixels") && refusal.contains("the generator was"), refusal);
        assertEquals(
                Optional.of(GeneratorPreset.named("auto", 32, 1).networks()), RunRecord.networks(run, Preset.class));
    }

    private Path run(String name, Preset networks) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        networks.keep(run);
        Files.write(run.resolve("snapshot.safetensors"), new byte[0]);
        return run;
    }

    private static void parse(Object command, String... arguments) {
        new CommandLine(command).parseArgs(arguments);
    }
}
