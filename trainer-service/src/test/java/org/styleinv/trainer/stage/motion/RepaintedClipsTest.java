package org.styleinv.trainer.stage.motion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.Pass;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.stage.Tiny;

class RepaintedClipsTest {
    private static final int N = 3;

    @TempDir
    Path folder;

    /** Each frame at its place, at the time of the real one. */
    @Test
    void aRealClipIsWhatTheGeneratorPaintsOfItsFramesInversions() throws IOException {
        try (VideoDataset data = Tiny.data(folder);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Generator network = new Generator(Tiny.GENERATOR);
            FrozenGenerator frozen = new FrozenGenerator(network, network.initialize(manager, 2));
            InversionEncoder inverter = new InversionEncoder(new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE));
            FrozenEncoder encoder = new FrozenEncoder(inverter, inverter.initialize(manager, 1));
            DrawnMotion drawn = new DrawnMotion(
                    data, new FrameSampler(8, 6), Tiny.MOTION.style(), N, 0, Tiny.W, true, true, Noise.Mode.CONST);
            RepaintedClips repainted =
                    new RepaintedClips(drawn, new LatentVideos(encoder, drawn), frozen, Noise.Mode.CONST);

            Clip real = drawn.real(manager, new Draws(1, 5, 1));
            Clip painted = repainted.real(manager, new Draws(1, 5, 1));
            assertEquals(real.frames().getShape(), painted.frames().getShape());
            assertArrayEquals(real.ts().toFloatArray(), painted.ts().toFloatArray());
            Pass pass = Pass.inference(manager, frozen.weights());
            for (int i = 0; i < N; i++) {
                for (int f = 0; f < FrameSampler.FRAMES; f++) {
                    String at = i + ", " + 3 * f + ":" + (3 * f + 3);
                    NDArray frame = real.frames().get(at).expandDims(0);
                    float[] wanted =
                            frozen.paint(pass, encoder.invert(pass, frame)).toFloatArray();
                    assertArrayEquals(wanted, painted.frames().get(at).toFloatArray(), 1e-4f, at);
                }
            }
        }
    }
}
