package org.styleinv.trainer.stage.motion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.Pass;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.stage.Tiny;

class LatentVideosTest {
    @TempDir
    Path folder;

    /** The unit in which the critic of latents sees them. */
    @Test
    void howFarLatentsGoIsThatOfAllFramesFromTheFirst() throws IOException {
        try (VideoDataset data = Tiny.data(folder);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            InversionEncoder inverter = new InversionEncoder(new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE));
            FrozenEncoder encoder = new FrozenEncoder(inverter, inverter.initialize(manager, 1));
            DrawnMotion drawn = new DrawnMotion(
                    data, new FrameSampler(8, 6), Tiny.MOTION.style(), 2, 0, Tiny.W, true, true, Noise.Mode.CONST);
            Pass pass = Pass.inference(manager, encoder.weights());
            int r = data.resolution();
            double sum = 0;
            long count = 0;
            for (int clip = 0; clip < data.clips(); clip++) {
                float[] first = new float[0];
                for (int frame = 0; frame < data.frames(clip); frame++) {
                    float[] pixels = new float[3 * r * r];
                    data.read(clip, frame, false, pixels, 0);
                    float[] w = encoder.invert(pass, manager.create(pixels, new Shape(1, 3, r, r)))
                            .toFloatArray();
                    first = frame == 0 ? w : first;
                    for (int k = 0; frame > 0 && k < w.length; k++) {
                        sum += (w[k] - first[k]) * (w[k] - first[k]);
                        count++;
                    }
                }
            }
            double expected = Math.sqrt(sum / count);
            assertEquals(expected, new LatentVideos(encoder, drawn).moved(manager), 1e-3 * expected);
        }
    }
}
