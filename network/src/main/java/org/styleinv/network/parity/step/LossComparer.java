package org.styleinv.network.parity.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.CriticObjective;
import org.styleinv.network.loss.LossTerm;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Derivatives;
import org.styleinv.network.parity.check.Groups;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.compare.Comparer;
import org.styleinv.network.parity.compare.GeneratorComparer;
import org.styleinv.network.parity.compare.StyleInVComparer;
import org.styleinv.network.parity.compare.VideoDiscriminatorComparer;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Sizes;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/** One adversarial training step of the motion: its losses, all gradients, and the step that Adam makes of them. */
public final class LossComparer implements Comparer {
    private static final String FILE = "loss.npz";
    private static final String MOTION_GRADIENTS = "loss_SImain_gradstats.json";
    private static final String CRITIC_GRADIENTS = "loss_Dmain_gradstats.json";
    private static final String R1_GRADIENTS = "loss_Dreg_gradstats.json";
    private static final String ADAM = "loss_SImain_after_adam.json";
    // The published weights of the terms; no array shows them.
    private static final MotionObjective.Weight WEIGHT = new MotionObjective.Weight(1, 10, 0.05);
    private static final CriticObjective CRITIC = new CriticObjective(1);
    private static final int R1_INTERVAL = 16;

    @Override
    public String name() {
        return "loss";
    }

    @Override
    public List<String> files() {
        return List.of(FILE, MOTION_GRADIENTS, CRITIC_GRADIENTS, R1_GRADIENTS, ADAM);
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(FILE);
        Generator generator =
                new Generator(Sizes.of(set.npz(GeneratorComparer.WEIGHTS)).generator());
        Weights g = set.weights(manager, generator, GeneratorComparer.WEIGHTS);
        StyleInV network = StyleInVComparer.network(set);
        Weights si = set.weights(manager, network, StyleInVComparer.WEIGHTS);
        int frames = golden.get("gen_ts").side(1);
        Sizes sizes = Sizes.of(set.npz(VideoDiscriminatorComparer.WEIGHTS));
        Weights d = set.weights(
                manager,
                new VideoDiscriminator(sizes.videoDiscriminator(frames, 1)),
                VideoDiscriminatorComparer.WEIGHTS);
        NDArray real = golden.in(manager, "real_img");
        NDArray realTs = golden.in(manager, "real_ts").squeeze(2);
        VideoDiscriminator discriminator = Groups.fitting(
                real.getShape().get(0),
                group -> new VideoDiscriminator(sizes.videoDiscriminator(frames, group)),
                candidate -> candidate.forward(Pass.inference(manager, d), real, realTs),
                golden.get("Dreg.Loss/scores/real"));

        Step step = new Step(generator, network, discriminator, g, si, d, array -> golden.in(manager, array));
        losses(golden, checks, step, Pass.inference(manager, d));
        critic(set, manager, checks, step);
        regulariser(set, golden, manager, checks, step);
        motion(set, manager, checks, step);
    }

    /** One step's networks and inputs. */
    private record Step(
            Generator generator,
            StyleInV network,
            VideoDiscriminator discriminator,
            Weights g,
            Weights si,
            Weights d,
            Function<String, NDArray> stored) {

        /** The same in a run's type. */
        Step in(Npz golden, Derivatives.Run run) {
            return new Step(
                    generator,
                    network,
                    discriminator,
                    run.weights(g),
                    run.weights(si),
                    run.weights(d),
                    array -> run.in(golden, array));
        }

        private NDArray paint(Pass pass, NDArray w, Noise noise) {
            return generator.synthesis().forward(pass.with(g), w, noise);
        }

        MotionObjective objective() {
            return new MotionObjective(network, this::paint, WEIGHT);
        }

        /** The fixtures' generator has noise of strength 0. */
        MotionObjective.Made make(Pass pass) {
            NDArray w0 = generator.mapping().forward(pass.silent().with(g), stored.apply("zc"));
            return objective()
                    .make(
                            pass.with(si),
                            new MotionObjective.Scene(
                                    w0,
                                    stored.apply("motion_z"),
                                    stored.apply("gen_ts").squeeze(2),
                                    Noise.NONE,
                                    Noise.NONE));
        }

        NDArray judge(Pass pass, NDArray clips, NDArray ts) {
            return discriminator.forward(pass.with(d), clips, ts);
        }

        MotionObjective.Clip real() {
            return new MotionObjective.Clip(
                    stored.apply("real_img"), stored.apply("real_ts").squeeze(2));
        }

        CriticObjective.CriticLoss critic(Pass pass) {
            return CRITIC.loss(pass, judge(pass, make(pass.silent()).clip()), judge(pass, real()));
        }

        CriticObjective.Regulariser r1(Pass pass) {
            MotionObjective.Clip real = real();
            return CRITIC.r1(pass, real.frames(), frames -> judge(pass, frames, real.ts()));
        }

        private NDArray judge(Pass pass, MotionObjective.Clip clip) {
            return judge(pass, clip.frames(), clip.ts());
        }

        MotionObjective.MotionLoss motion(Pass pass) {
            return objective().motion(pass, make(pass), this::judge);
        }
    }

    /** Every term, in float32. */
    private static void losses(Npz golden, Checks checks, Step step, Pass pass) {
        CriticObjective.CriticLoss critic = step.critic(pass);
        scores(golden, checks, "Dmain", "fake", critic.fakeLogits());
        scores(golden, checks, "Dmain", "real", critic.realLogits());
        NDArray each = critic.fake().each().add(critic.real().each());
        checks.compare(golden, "Dmain.Loss/D/loss", each, Tolerance.NETWORK);

        MotionObjective.Clip real = step.real();
        scores(golden, checks, "Dreg", "real", step.judge(pass, real.frames(), real.ts()));

        MotionObjective.MotionLoss motion = step.motion(pass);
        scores(golden, checks, "SImain", "fake", motion.logits());
        checks.compare(golden, "SImain.Loss/G/adv", motion.adversarial().each(), Tolerance.NETWORK);
        NDArray reconstruction = Losses.times(pass, motion.reconstruction().each(), WEIGHT.reconstruction());
        checks.compare(golden, "SImain.Loss/G/recon", reconstruction, Tolerance.NETWORK);
        NDArray distance = Losses.times(pass, motion.stillness().each(), WEIGHT.stillness());
        checks.compare(golden, "SImain.Loss/G/wreg", distance, Tolerance.NETWORK);
    }

    /** Logits, and their signs: a logit that may be zero within its tolerance has either. */
    private static void scores(Npz golden, Checks checks, String phase, String side, NDArray logits) {
        String scores = phase + ".Loss/scores/" + side;
        checks.compare(golden, scores, logits, Tolerance.NETWORK);
        double[] ours = Checks.doubles(logits);
        double largest = java.util.Arrays.stream(golden.get(scores).values())
                .map(Math::abs)
                .max()
                .orElse(0);
        String signs = phase + ".Loss/signs/" + side;
        double[] stored = golden.get(signs).values();
        double[] signed = new double[ours.length];
        for (int i = 0; i < ours.length; i++) {
            boolean either =
                    i < stored.length && Math.abs(stored[i]) <= 1 && Math.abs(ours[i]) <= Tolerance.NETWORK * largest;
            signed[i] = either ? stored[i] : Math.signum(ours[i]);
        }
        checks.compare(golden, signs, "", signed, 0);
    }

    private static void critic(FixtureSet set, NDManager manager, Checks checks, Step step) throws IOException {
        if (!set.has(CRITIC_GRADIENTS)) {
            return;
        }
        Npz golden = set.npz(FILE);
        JsonNode gradients = set.named(CRITIC_GRADIENTS);
        Derivatives.compare(manager, checks, run -> {
            Step exact = step.in(golden, run);
            Pass pass = run.training(exact.d);
            List<NDArray> parameters = exact.d.parameters(step.discriminator);
            NDList ours = Autograd.gradients(pass, exact.critic(pass).total(), parameters);
            run.checks().compareGradients(CRITIC_GRADIENTS, gradients, "", step.discriminator, ours);
        });
    }

    private static void regulariser(FixtureSet set, Npz golden, NDManager manager, Checks checks, Step step)
            throws IOException {
        JsonNode gradients = set.has(R1_GRADIENTS) ? set.named(R1_GRADIENTS) : null;
        Derivatives.compare(manager, checks, run -> {
            Step exact = step.in(golden, run);
            Pass pass = run.training(exact.d);
            List<NDArray> parameters = exact.d.parameters(step.discriminator);
            LossTerm penalty = exact.r1(pass).penalty();
            run.checks().compare(golden, "Dreg.Loss/D/reg", penalty.each(), Tolerance.GRADIENT);
            if (gradients != null) {
                NDList ours = Autograd.gradients(pass, Losses.times(pass, penalty.mean(), R1_INTERVAL), parameters);
                run.checks().compareGradients(R1_GRADIENTS, gradients, "", step.discriminator, ours);
            }
        });
    }

    private static NDList motionGradients(Npz golden, Step step, Derivatives.Run run) {
        Step exact = step.in(golden, run);
        Pass pass = run.training(exact.si);
        List<NDArray> parameters = exact.si.parameters(step.network);
        return Autograd.gradients(pass, exact.motion(pass).total(), parameters);
    }

    private static void motion(FixtureSet set, NDManager manager, Checks checks, Step step) throws IOException {
        Npz golden = set.npz(FILE);
        JsonNode gradients = set.has(MOTION_GRADIENTS) ? set.named(MOTION_GRADIENTS) : null;
        AdamChecks adam = !set.has(ADAM)
                ? null
                : new AdamChecks(
                        ADAM,
                        set.named(ADAM),
                        step.network,
                        step.si,
                        () -> Derivatives.values(manager, DataType.FLOAT32, run -> motionGradients(golden, step, run)));
        if (gradients == null && adam == null) {
            return;
        }
        Derivatives.compare(manager, checks, run -> {
            NDList ours = motionGradients(golden, step, run);
            if (gradients != null) {
                run.checks().compareGradients(MOTION_GRADIENTS, gradients, "", step.network, ours);
            }
            if (adam != null && run.judges()) {
                adam.compare(run, ours);
            }
        });
    }
}
