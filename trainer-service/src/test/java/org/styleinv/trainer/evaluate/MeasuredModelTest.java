package org.styleinv.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** A model is measured as it is served. */
class MeasuredModelTest {
    private static final TrainingRecord UNTRAINED =
            new TrainingRecord("none", 30, 0, "", Map.of(), Map.of(), "Apache-2.0");

    @TempDir
    Path folder;

    private ModelFolder write() throws IOException {
        var backbone = new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
        var architecture = new Architecture(
                new Generator.Config(16, 2, new SynthesisNetwork.Config(16, 16, 256, 16, false, 0)),
                null,
                new StyleInV.Config(backbone, new TemporalStyle.Config(16, 16, 32, 8, 8, 8, 32, 11)));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return ModelFolder.write(
                    folder,
                    "tiny",
                    architecture,
                    UNTRAINED,
                    new Generator(architecture.generator()).initialize(manager, 1),
                    null,
                    new StyleInV(architecture.motion()).initialize(manager, 2));
        }
    }

    /** Root mean square of the difference, as a share of that of the pictures. */
    private static double difference(float[] exact, float[] near) {
        double off = 0;
        double all = 0;
        for (int i = 0; i < exact.length; i++) {
            off += Math.pow(exact[i] - near[i], 2);
            all += Math.pow(exact[i], 2);
        }
        return Math.sqrt(off / all);
    }

    @Test
    void itsPicturesAndItsMotionAreThoseOfItsPrecision() throws IOException {
        ModelFolder model = write();
        float[][] pictures;
        float[][] frames;
        try (var exact = new MeasuredModel(model)) {
            pictures = exact.samples(1, 0, 2);
            frames = exact.ofSeed(1, 0).frames(5, 1);
            assertArrayEquals(pictures[1], exact.samples(1, 0, 2)[1]);
        }
        try (var half = new MeasuredModel(model.writePrecision(Precision.BFLOAT16, UNTRAINED))) {
            for (double off : new double[] {
                difference(pictures[1], half.samples(1, 0, 2)[1]),
                difference(frames[0], half.ofSeed(1, 0).frames(5, 1)[0])
            }) {
                assertTrue(off > 1e-4 && off < 0.1, "differs by " + off);
            }
        }
    }
}
