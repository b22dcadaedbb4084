package org.styleinv.trainer.command.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.Autograd;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.FeatureFolder;
import org.styleinv.network.checkpoint.FeatureFolder.Loaded;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.inversion.ArcFace;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.perceptual.Lpips;
import org.styleinv.trainer.command.TrainCommand;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.stage.Term;
import picocli.CommandLine;

/**
 * The published judges of likeness in training. Their real files cannot be had here: these are small random ones of the same
 * form, so what is held is that they are found, read and descended by, not that they judge well.
 */
class LikenessTest {
    private static final IrSeBackbone.Config NARROW =
            Preset.faces64().architecture().encoder().backbone();

    @TempDir
    static Path folder;

    private static Path lpips;
    private static Path vgg;
    private static Path arcFace;
    private static Path generator;

    @BeforeAll
    static void writeJudgesAndAGenerator() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            lpips = lpips(manager, Lpips.Network.ALEX, "alexnet", "lpips_alex");
            vgg = lpips(manager, Lpips.Network.VGG, "vgg16", "lpips_vgg");
            ArcFace network = new ArcFace(new ArcFace.Config(NARROW, 8));
            arcFace = folder.resolve("arcface");
            write(arcFace, Map.of("arcface", network.initialize(manager, 4).sources()));
        }
        RenderedFaces.render(folder.resolve("data"), 2, 4, 64, 30, 5, Progress.NONE);
        generator = folder.resolve("g");
        train("generator", generator, 0.004);
    }

    /** As {@code model import} leaves it: the classifier in one file, with what LPIPS has no use for, heads in another. */
    private static Path lpips(NDManager manager, Lpips.Network kind, String classifier, String heads)
            throws IOException {
        List<Integer> widths = kind.widths().stream().map(width -> width / 16).toList();
        Map<Boolean, List<SafeTensors.Source>> parts = new Lpips(kind, widths)
                .initialize(manager, 3).sources().stream()
                        .collect(java.util.stream.Collectors.partitioningBy(
                                tensor -> tensor.entry().name().startsWith("lin")));
        List<SafeTensors.Source> more = new java.util.ArrayList<>(parts.get(false));
        Weights rest = new Weights(manager);
        rest.put("classifier.6.bias", new float[10], 10);
        more.addAll(rest.sources());
        Path at = folder.resolve(classifier);
        write(at, new TreeMap<>(Map.of(classifier, more, heads, parts.get(true))));
        return at;
    }

    private static void write(Path at, Map<String, List<SafeTensors.Source>> networks) throws IOException {
        ModelFolder.write(
                at, "judge", null, new TrainingRecord("nothing", 0, 0, "", Map.of(), Map.of(), "CC0-1.0"), networks);
    }

    private static Map<String, NDArray> train(String stage, Path run, double kimg, String... more) throws IOException {
        List<String> line = new java.util.ArrayList<>(List.of(
                stage,
                "--data=" + folder.resolve("data"),
                "--run=" + run,
                "--kimg=" + kimg,
                "--schedule-kimg=1",
                "--batch=4",
                "--tick=0",
                "--snapshot=1000"));
        line.addAll(List.of(more));
        assertEquals(0, new CommandLine(new TrainCommand()).execute(line.toArray(String[]::new)));
        NDManager manager = NDManager.newBaseManager("PyTorch");
        Map<String, NDArray> state = new TreeMap<>();
        try (var in = Files.newInputStream(run.resolve("snapshot.safetensors"))) {
            ai.djl.ndarray.NDList.decode(manager, in).forEach(array -> state.put(array.getName(), array));
        }
        return state;
    }

    @Test
    @Tag("thorough")
    void anEncoderLearnsByLpipsAndIdentityAndResumesExactly() throws IOException {
        String[] judged = {
            "--generator=" + generator, "--lpips=" + lpips, "--arcface=" + arcFace, "--optim=Ranger", "--known=0"
        };
        Map<String, NDArray> whole = train("encoder", folder.resolve("e-whole"), 0.028, judged);
        train("encoder", folder.resolve("e-cut"), 0.016, judged);
        Map<String, NDArray> cut = train("encoder", folder.resolve("e-cut"), 0.028, judged);
        assertTrue(whole.containsKey("ranger.e.slow0") && whole.containsKey("ranger.e.step"));
        assertEquals(whole.keySet(), cut.keySet());
        whole.forEach((name, array) -> {
            if (!name.equals("run.step")) {
                assertArrayEquals(array.toFloatArray(), cut.get(name).toFloatArray(), name);
            }
        });
        String figures = Files.readString(folder.resolve("e-whole/stats.jsonl"));
        assertTrue(figures.contains("\"lpips\":") && figures.contains("\"id\":"), figures);
        assertTrue(!figures.contains("\"features\":"), "the substitute is there beside what it stands for");
        assertTrue(Files.readString(folder.resolve("e-whole/config.json")).contains("\"lpips-lambda\" : \"0.8\""));
    }

    @Test
    void aStyleIsHeldToItsParentByLpipsAndIdentity() throws IOException {
        train(
                "style",
                folder.resolve("s"),
                0.008,
                "--generator=" + generator,
                "--lpips=" + vgg,
                "--arcface=" + arcFace);
        String figures = Files.readString(folder.resolve("s/stats.jsonl"));
        assertTrue(figures.contains("\"lpips\":") && figures.contains("\"id\":"), figures);
        assertTrue(Files.readString(folder.resolve("s/config.json")).contains("\"perceptual-weight\" : \"30.0\""));
    }

    @Test
    void anEncoderOfArcFacesWidthStartsFromItsBackbone() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Loaded<ArcFace> judge = FeatureFolder.arcFace(manager, arcFace);
            InversionEncoder.Config alike = new InversionEncoder.Config(64, NARROW);
            Map<String, NDArray> start = EncoderCommand.backbone(judge, alike);
            long wanted = new InversionEncoder(alike)
                    .variables().stream()
                            .map(Layer.Variable::name)
                            .filter(name -> name.startsWith("encoder.") && !name.startsWith("encoder.linear."))
                            .count();
            assertEquals(wanted, start.size());
            assertEquals(
                    judge.weights().get("body.23.res_layer.1.weight"), start.get("encoder.body.23.res_layer.1.weight"));
            InversionEncoder.Config wider =
                    new InversionEncoder.Config(64, new IrSeBackbone.Config(List.of(16, 32, 48, 80)));
            assertTrue(EncoderCommand.backbone(judge, wider).isEmpty());
        }
    }

    /** What a term says is the distance, and the made pictures move by it; the wanted ones do not. */
    @Test
    void everyTermIsNothingForEqualPicturesAndPullsOnTheMadeOnes() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            List<Term> terms = List.of(
                    Term.lpips(FeatureFolder.lpips(manager, lpips, Lpips.Network.ALEX), 0.8),
                    Term.lpips(FeatureFolder.lpips(manager, vgg, Lpips.Network.VGG), 30),
                    Term.identity(FeatureFolder.arcFace(manager, arcFace), 0.1),
                    Term.structure(3));
            NDArray made = manager.randomUniform(-1, 1, new Shape(2, 3, 64, 64));
            NDArray wanted = manager.randomUniform(-1, 1, new Shape(2, 3, 64, 64));
            made.setRequiresGradient(true);
            for (Term term : terms) {
                Pass pass = Pass.training(manager, new Weights(manager));
                assertEquals(0, term.measure().of(pass, wanted, wanted).getFloat(), 0.01, term.name());
                NDArray distance = term.measure().of(pass, made, wanted);
                assertTrue(distance.getFloat() > 0.02, term.name() + ": " + distance.getFloat());
                NDArray loss = term.addTo(pass, manager.create(1f), distance);
                assertEquals(1 + term.weight() * distance.getFloat(), loss.getFloat(), 1e-4, term.name());
                float slope = Autograd.gradients(pass, loss, List.of(made))
                        .get(0)
                        .abs()
                        .sum()
                        .getFloat();
                assertTrue(slope > 0 && Float.isFinite(slope), term.name() + ": " + slope);
            }
        }
    }

    @Test
    void aFolderWithoutTheJudgeIsRefusedWithTheWayToMakeIt() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            String told = assertThrows(
                            FileRefused.class, () -> FeatureFolder.lpips(manager, arcFace, Lpips.Network.VGG))
                    .getMessage();
            assertTrue(told.contains("no vgg16.safetensors") && told.contains("model import"), told);
        }
    }
}
