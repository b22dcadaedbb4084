package org.styleinv.trainer.critic;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.trainer.critic.CriticTrial.Wrong;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;

/**
 * A discriminator of clips must tell real ones from frozen, shuffled and swapped ones of videos that it has not seen, or
 * motion learns nothing. In these videos little moves: a small spot on a large picture, at an even pace.
 */
@Tag("long")
class VideoCriticTest {
    private static final int SIZE = 32;
    private static final int FRAMES = 16;

    @TempDir
    static Path folder;

    @BeforeAll
    static void write() throws IOException {
        for (int clip = 0; clip < 60; clip++) {
            SplittableRandom random = new SplittableRandom(clip);
            Path video = Files.createDirectories(folder.resolve((clip < 40 ? "seen/" : "unseen/") + clip));
            Color[] colours = random.ints(17, 0, 1 << 24).mapToObj(Color::new).toArray(Color[]::new);
            double x = random.nextDouble(2, 10);
            double y = random.nextDouble(2, 22);
            for (int f = 0; f < FRAMES; f++) {
                BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = image.createGraphics();
                for (int tile = 0; tile < 16; tile++) {
                    graphics.setColor(colours[tile]);
                    graphics.fillRect(tile % 4 * 8, tile / 4 * 8, 8, 8);
                }
                graphics.setColor(colours[16]);
                graphics.fillRect((int) Math.round(x + 0.8 * f), (int) y, 8, 8);
                graphics.dispose();
                ImageIO.write(
                        image,
                        "png",
                        video.resolve(String.format(java.util.Locale.ROOT, "%02d.png", f))
                                .toFile());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FROZEN, 200, 0.9, 1", "SWAPPED, 60, 0.9, 1", "NOTHING, 60, 0.35, 0.65"})
    void tellsRealClipsFromWrongOnes(Wrong wrong, int steps, double from, double to) throws IOException {
        VideoDiscriminator network = new VideoDiscriminator(
                new VideoDiscriminator.Config(SIZE, 512, 32, 4, 0, 4, FRAMES, 16, 2, false, true));
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                VideoDataset seen = VideoDataset.open(folder.resolve("seen"), SIZE, 5, Progress.NONE);
                VideoDataset unseen = VideoDataset.open(folder.resolve("unseen"), SIZE, 5, Progress.NONE)) {
            CriticTrial trial = new CriticTrial(
                    seen,
                    new FrameSampler(FRAMES, 32),
                    wrong,
                    network,
                    network.initialize(manager, 1),
                    8,
                    0.002,
                    1,
                    true,
                    false,
                    Augmentation.Config.NONE);
            for (int step = 0; step < steps; step++) {
                trial.step(step);
            }
            double tells = trial.tells(unseen, 16, new double[2]);
            assertTrue(from <= tells && tells <= to, wrong + ": the real clip of a pair is named in " + tells);
        }
    }
}
