package org.styleinv.trainer.stage.motion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;

class DrawnMotionTest {
    private static final int N = 12; // frames of a training clip
    private static final int SHORT = 7;
    private static final int LONG = 30;

    @TempDir
    Path folder;

    /** Each frame's grey is its number; the short video's green is full. */
    private void write(String name, int frames, int green) throws IOException {
        Files.createDirectories(folder.resolve(name));
        for (int i = 0; i < frames; i++) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            for (int k = 0; k < 64; k++) {
                image.setRGB(k % 8, k / 8, i << 16 | green << 8 | i);
            }
            ImageIO.write(
                    image,
                    "png",
                    folder.resolve(name + String.format(Locale.ROOT, "/%03d.png", i))
                            .toFile());
        }
    }

    /** Times of a video that ends early are in the unit of the others, and generated clips end early as often. */
    @Test
    void videosOfUnequalLengthGoTogether() throws IOException {
        write("long", LONG, 0);
        write("short", SHORT, 255);
        try (VideoDataset data = VideoDataset.open(folder, 8, FrameSampler.SHORTEST, Progress.NONE);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            DrawnMotion drawn = new DrawnMotion(
                    data,
                    new FrameSampler(N, 32),
                    new TemporalStyle.Config(4, 4, N, 4, 4, 4, 16, 3),
                    64,
                    0,
                    4,
                    false,
                    false,
                    Noise.Mode.CONST);
            int shorts = 0;
            double lastOfAll = 0;
            double lastOfShort = 0;
            int late = 0; // generated clips that only the long video can be
            for (int step = 0; step < 10; step++) {
                Clip real = drawn.real(manager, new Draws(1, step, 1));
                float[] frames = real.frames().toFloatArray();
                float[] ts = real.ts().toFloatArray();
                for (int i = 0; i < 64; i++) {
                    boolean isShort = frames[(i * 12 + 1) * 64] > 0;
                    double first = number(frames[i * 12 * 64]);
                    for (int f = 0; f < 4; f++) {
                        double time = ts[i * 4 + f] * (N - 1);
                        assertEquals(first + time, number(frames[(i * 12 + 3 * f) * 64]), 1e-3);
                        lastOfAll = Math.max(lastOfAll, time);
                        lastOfShort = isShort ? Math.max(lastOfShort, time) : lastOfShort;
                    }
                    shorts += isShort ? 1 : 0;
                }
                float[] generated =
                        drawn.start(manager, new Draws(1, step, 0)).ts().toFloatArray();
                for (int i = 0; i < 64; i++) {
                    late += generated[i * 4 + 3] * (N - 1) > SHORT - 1 ? 1 : 0;
                }
            }
            assertEquals(N - 1, lastOfAll, 1e-3);
            assertEquals(SHORT - 1, lastOfShort, 1e-3);
            assertTrue(shorts > 250 && shorts < 390, shorts + " of 640 are of the short video");
            assertTrue(late > 130 && late < 330, late + " of 640 generated clips end later than the short video");
        }
    }

    /** Where the end leads to the beginning a clip may begin at any frame, and runs through. */
    @Test
    void aLoopedVideoGoesOnWithItsBeginning() throws IOException {
        write("loop", SHORT, 0);
        try (VideoDataset data = VideoDataset.open(folder, 8, FrameSampler.SHORTEST, Progress.NONE);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            DrawnMotion drawn = new DrawnMotion(
                    data,
                    new FrameSampler(SHORT, 32),
                    new TemporalStyle.Config(4, 4, SHORT, 4, 4, 4, 16, 3),
                    64,
                    0,
                    4,
                    false,
                    true,
                    Noise.Mode.CONST);
            Set<Long> firsts = new TreeSet<>();
            int wrapped = 0;
            for (int step = 0; step < 5; step++) {
                Clip real = drawn.real(manager, new Draws(1, step, 1));
                float[] frames = real.frames().toFloatArray();
                float[] ts = real.ts().toFloatArray();
                for (int i = 0; i < 64; i++) {
                    double first = number(frames[i * 12 * 64]);
                    firsts.add(Math.round(first));
                    for (int f = 0; f < 4; f++) {
                        double at = first + ts[i * 4 + f] * (SHORT - 1);
                        wrapped += at > SHORT - 0.5 ? 1 : 0;
                        assertEquals(Math.round(at) % SHORT, number(frames[(i * 12 + 3 * f) * 64]), 1e-3);
                    }
                }
            }
            assertEquals(Set.of(0L, 1L, 2L, 3L, 4L, 5L, 6L), firsts);
            assertTrue(wrapped > 100, wrapped + " frames lie behind the end");
        }
    }

    private static double number(float value) {
        return (value + 1) * 127.5;
    }
}
