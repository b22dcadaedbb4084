package org.styleinv.trainer.stage.motion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.Pass;
import org.styleinv.network.motion.LatentCritic;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.VideoCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Share;

/**
 * The critic of latents alone, against trajectories that are wrong in one known way: small circles about a place of their own,
 * in the plane of two directions that all share.
 */
class LatentPhaseTest {
    private static final int W = 8;
    private static final int T = 4;
    private static final int N = 16;
    private static final int LENGTH = 72;

    @ParameterizedTest
    @CsvSource({
        "shuffled, 0.5, 0.9, 1",
        "swapped, 0.5, 0.95, 1",
        "nothing, 0.5, 0.35, 0.65",
        "frozen, 0.06, 0.95, 1",
        "shuffled, 0.06, 0.9, 1"
    })
    void tellsRealTrajectoriesFromWrongOnesHoweverFarTheyGo(String wrong, double moved, double from, double to) {
        LatentCritic network = new LatentCritic(new LatentCritic.Config(W, T, LENGTH, 64, moved));
        Devices devices = Devices.one();
        VideoCritic critic = VideoCritic.ofLatents(
                devices,
                network,
                network.initialize(devices.root(0), 1),
                new Critic.Config(N, 0.002, 0.1, 16, Augmentation.Config.NONE));
        for (int step = 0; step < 300; step++) {
            Draws draws = new Draws(0, step, 1);
            try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
                Pass pass = Pass.training(scope, critic.weights(0));
                Clip real = clip(scope, 2L * step, "nothing", moved);
                Clip fake = clip(scope, 2L * step + 1, wrong, moved);
                critic.learn(List.of(critic.lesson(0, pass, fake, real, draws)), 1, new HashMap<>());
                if (critic.isRegularised(step)) {
                    Share share = critic.regulariser(0, scope, clip(scope, 2L * step, "nothing", moved), draws);
                    critic.regularise(List.of(share), 1, new HashMap<>());
                }
            }
        }
        double told = 0;
        int rounds = 16;
        for (int round = 0; round < rounds; round++) {
            try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
                Pass pass = Pass.inference(scope, critic.weights(0));
                float[] real = logits(network, pass, clip(scope, -1 - 2L * round, "nothing", moved));
                float[] fake = logits(network, pass, clip(scope, -2 - 2L * round, wrong, moved));
                for (int i = 0; i < N; i++) {
                    told += real[i] > fake[i] ? 1.0 / (rounds * N) : 0;
                }
            }
        }
        assertTrue(from <= told && told <= to, wrong + ": the real one of a pair is named in " + told);
        devices.close();
    }

    /** The generated ones' figure {@code distance} has this beside it. */
    @Test
    void theDistanceOfRealTrajectoriesIsThatFromTheFirstLatent() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            float[] values = {1, 1, 4, 5, 1, 1, 1, 3, 0, 0, 0, 0, 0, 8, 0, 0}; // two clips of four latents of width 2
            Clip clip = new Clip(manager.create(values, new Shape(2, 8, 1, 1)), null);
            assertEquals((5 + 2 + 8) / 8.0, LatentVideos.distance(clip, 2), 1e-6);
        }
    }

    private static float[] logits(LatentCritic network, Pass pass, Clip clip) {
        return network.forward(pass, clip.frames(), clip.ts()).toFloatArray();
    }

    /** @param far what a value moves by: 0.5 in inverted faces, 0.06 in a generator's early W */
    private static Clip clip(NDManager scope, long seed, String wrong, double far) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] latents = new float[N * T * W];
        float[] ts = new float[N * T];
        for (int i = 0; i < N; i++) {
            double[] place = random.doubles(W, -1.5, 1.5).toArray();
            double[] other = random.doubles(W, -1.5, 1.5).toArray();
            int a = random.nextInt(1, 30);
            int b = a + random.nextInt(4, 12);
            int[] frames = {0, a, b, b + random.nextInt(4, 12)};
            int[] order = wrong.equals("shuffled") ? new int[] {0, 2, 3, 1} : new int[] {0, 1, 2, 3};
            for (int f = 0; f < T; f++) {
                ts[i * T + f] = frames[f] / (LENGTH - 1f);
                double turn = wrong.equals("frozen") ? 0 : 2 * Math.PI * frames[order[f]] / LENGTH;
                for (int k = 0; k < W; k++) {
                    double from = f > 0 && wrong.equals("swapped") ? other[k] : place[k];
                    double moved = k == 0 ? Math.sin(turn) : k == 1 ? 1 - Math.cos(turn) : 0;
                    latents[(i * T + f) * W + k] = (float) (from + far * moved);
                }
            }
        }
        NDArray values = scope.create(latents, new Shape(N, (long) T * W, 1, 1));
        return new Clip(values, scope.create(ts, new Shape(N, T)));
    }
}
