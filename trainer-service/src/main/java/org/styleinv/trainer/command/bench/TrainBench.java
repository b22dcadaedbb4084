package org.styleinv.trainer.command.bench;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Tick;
import org.styleinv.trainer.stage.Beginning;
import org.styleinv.trainer.stage.GeneratorStage;

/**
 * The training step of stage 1, R1 and path length included, to be measured against the same step
 * written plainly in DJL. Both start from the same weights and draw the same pictures.
 */
public final class TrainBench implements AutoCloseable {
    /** Steps after which both regularisers have come around. */
    public static final int PERIOD = 16;

    private static final long SEED = 1;
    private static final int CLIPS = 4;
    private static final int FRAMES = 16;

    private final VideoDataset data;
    private final GeneratorStage stage;
    private final PlainGeneratorStage plain;
    private final int batch;
    private final Precision precision;
    private long step;
    private long plainStep;

    private TrainBench(VideoDataset data, int batch, Preset preset, Precision precision) {
        this.data = data;
        this.batch = batch;
        this.precision = precision;
        var config = new GeneratorStage.Config(
                batch,
                0.0025,
                1,
                PERIOD,
                0.9,
                5,
                0.05,
                precision,
                true,
                2,
                4,
                Augmentation.Config.NONE,
                true,
                Noise.Mode.CONST,
                0);
        stage = new GeneratorStage(
                preset.architecture().generator(),
                preset.critic(),
                config,
                data,
                SEED,
                Beginning.FRESH,
                Beginning.FRESH);
        plain = new PlainGeneratorStage(preset.architecture().generator(), preset.critic(), config, data, SEED);
    }

    /** A bench of {@code faces-64} on rendered faces, which are drawn into {@code scratch}. */
    public static TrainBench rendered(Path scratch, int batch) throws IOException {
        return rendered(scratch, batch, Preset.faces64(), Precision.FLOAT32);
    }

    /**
     * The same of another configuration.
     *
     * @param precision of its convolutions; the plain step has float32
     */
    public static TrainBench rendered(Path scratch, int batch, Preset preset, Precision precision) throws IOException {
        RenderedFaces.render(scratch, CLIPS, FRAMES, preset.resolution(), 30, SEED, Progress.NONE);
        return new TrainBench(
                VideoDataset.open(scratch, preset.resolution(), 1, Progress.NONE), batch, preset, precision);
    }

    /** A bench of {@code faces-64} on the videos in {@code folder}. */
    public static TrainBench on(Path folder, int batch) throws IOException {
        Preset preset = Preset.faces64();
        return new TrainBench(
                VideoDataset.open(folder, preset.resolution(), 1, Progress.NONE), batch, preset, Precision.FLOAT32);
    }

    /** Of our step's convolutions. */
    public Precision precision() {
        return precision;
    }

    public int batch() {
        return batch;
    }

    public int resolution() {
        return data.resolution();
    }

    /** Takes a period of steps; returns milliseconds a step. */
    public double stepMs() {
        long start = System.nanoTime();
        for (int i = 0; i < PERIOD; i++) {
            stage.step(step++);
        }
        return (System.nanoTime() - start) / 1e6 / PERIOD;
    }

    /** The same of the plain step. */
    public double plainStepMs() {
        long start = System.nanoTime();
        for (int i = 0; i < PERIOD; i++) {
            plain.step(plainStep++);
        }
        return (System.nanoTime() - start) / 1e6 / PERIOD;
    }

    /**
     * Milliseconds a step that a training step waits for its real pictures: one batch for the discriminator, and one each
     * period for R1, as the stage draws them.
     */
    public double loadingMs() {
        long start = System.nanoTime();
        try (NDManager scope = ComputeDevice.manager()) {
            for (int i = 0; i <= PERIOD; i++) {
                new Draws(SEED, step + i, 1).frames(scope, data, batch, true).close();
            }
        }
        return (System.nanoTime() - start) / 1e6 / PERIOD;
    }

    /**
     * Operations of one step by the shapes of its layers: a forward evaluation counts once, each gradient of activations or
     * of weights that is needed once more, and a regulariser, which differentiates twice, as six.
     */
    public double flop() {
        PlainGeneratorStage.Forward one = plain.forward();
        double generatorPhase = 3 * one.generator() + 2 * one.discriminator();
        double discriminatorPhase = one.generator() + 2 * 3 * one.discriminator();
        double pathLength = 6 * one.generator() / 2 / 4; // half a batch, every fourth step
        double r1 = 6 * one.discriminator() / PERIOD;
        return batch * (generatorPhase + discriminatorPhase + pathLength + r1);
    }

    /** Resident memory of this process in MB, native memory included. */
    public static double residentMb() {
        return Tick.rss();
    }

    @Override
    public void close() throws IOException {
        stage.close();
        plain.close();
        data.close();
    }
}
