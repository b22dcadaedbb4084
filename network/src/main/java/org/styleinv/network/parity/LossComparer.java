package org.styleinv.network.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Autograd;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/** One adversarial training step of the motion: its losses, all gradients, and the step that Adam makes of them. */
final class LossComparer implements Comparer {
    private static final String FILE = "loss.npz";
    private static final String MOTION_GRADIENTS = "loss_SImain_gradstats.json";
    private static final String CRITIC_GRADIENTS = "loss_Dmain_gradstats.json";
    private static final String R1_GRADIENTS = "loss_Dreg_gradstats.json";
    private static final String ADAM = "loss_SImain_after_adam.json";
    // The published weights of the terms; no array shows them.
    private static final MotionObjective.Weight WEIGHT = new MotionObjective.Weight(1, 10, 0.05, 1);
    private static final int R1_INTERVAL = 16;
    private static final Adam.Config OPTIMISER = new Adam.Config(1e-4, 0, 0.99, 1e-8, 0);

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

        Step step = new Step(set, golden, manager, checks, generator, g, network, si, discriminator, d);
        step.critic(real, realTs);
        step.regulariser(real, realTs);
        step.motion(); // last: it moves the motion's parameters
    }

    /** One step's networks and inputs. */
    private record Step(
            FixtureSet set,
            Npz golden,
            NDManager manager,
            Checks checks,
            Generator generator,
            Weights g,
            StyleInV network,
            Weights si,
            VideoDiscriminator discriminator,
            Weights d) {

        private NDArray paint(Pass pass, NDArray w, Noise noise) {
            return generator.synthesis().forward(pass.with(g), w, noise);
        }

        private MotionObjective objective() {
            return new MotionObjective(network, this::paint, WEIGHT);
        }

        /** The fixtures' generator has noise of strength 0. */
        private MotionObjective.Made make(Pass pass) {
            NDArray w0 = generator.mapping().forward(Pass.inference(manager, g), golden.in(manager, "zc"));
            return objective()
                    .make(
                            pass.with(si),
                            new MotionObjective.Scene(
                                    w0,
                                    golden.in(manager, "motion_z"),
                                    golden.in(manager, "gen_ts").squeeze(2),
                                    Noise.NONE,
                                    Noise.NONE));
        }

        private NDArray judge(Pass pass, NDArray clips, NDArray ts) {
            return discriminator.forward(pass.with(d), clips, ts);
        }

        private void scores(String phase, String side, NDArray logits) {
            String scores = phase + ".Loss/scores/" + side;
            String signs = phase + ".Loss/signs/" + side;
            checks.compare(golden, scores, logits, Tolerance.NETWORK);
            checks.compare(golden, signs, logits.sign(), 0);
        }

        private void motion() throws IOException {
            Pass pass = Pass.training(manager, si);
            List<NDArray> parameters = si.parameters(network);
            MotionObjective.MotionLoss loss = objective().motion(pass, make(pass), this::judge);
            scores("SImain", "fake", loss.logits());
            NDArray reconstruction = Losses.times(pass, loss.reconstruction().each(), WEIGHT.reconstruction());
            NDArray distance = Losses.times(pass, loss.stillness().each(), WEIGHT.stillness());
            checks.compare(golden, "SImain.Loss/G/adv", loss.adversarial().each(), Tolerance.NETWORK);
            checks.compare(golden, "SImain.Loss/G/recon", reconstruction, Tolerance.NETWORK);
            checks.compare(golden, "SImain.Loss/G/wreg", distance, Tolerance.NETWORK);
            NDList gradients = Autograd.gradients(pass, loss.total(), parameters);
            if (set.has(MOTION_GRADIENTS)) {
                checks.compareGradients(MOTION_GRADIENTS, set.json(MOTION_GRADIENTS), "", network, gradients);
            }
            if (set.has(ADAM)) {
                adam(parameters, gradients);
            }
        }

        /** The change of every parameter in Adam's first step. */
        private void adam(List<NDArray> parameters, NDList gradients) throws IOException {
            List<float[]> before = new ArrayList<>();
            parameters.forEach(parameter -> before.add(parameter.toFloatArray()));
            double[] norms = gradients.stream()
                    .mapToDouble(gradient -> Math.sqrt(gradient.square().sum().getFloat()))
                    .toArray(); // the step overwrites them
            double noise = Tolerance.GRADIENT_NOISE
                    * java.util.Arrays.stream(norms).max().orElse(0);
            try (Adam adam = new Adam(manager, parameters, OPTIMISER)) {
                adam.step(gradients, 1);
            }
            JsonNode reference = set.json(ADAM);
            List<String> names = network.variables().stream()
                    .filter(Layer.Variable::trainable)
                    .map(Layer.Variable::name)
                    .toList();
            for (Iterator<Map.Entry<String, JsonNode>> fields = reference.fields(); fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                int i = names.indexOf(field.getKey());
                if (i < 0 || field.getValue().size() != 2) {
                    checks.failed(ADAM, field.getKey(), i < 0 ? "no such parameter here" : "it wants two numbers");
                    continue;
                }
                float[] after = parameters.get(i).toFloatArray();
                double square = 0;
                double sum = 0;
                double magnitude = 0;
                for (int k = 0; k < after.length; k++) {
                    double change = (double) after[k] - before.get(i)[k];
                    square += change * change;
                    sum += after[k];
                    magnitude += Math.abs(after[k]);
                }
                double norm = field.getValue().get(0).asDouble(Double.NaN);
                double normError = Math.abs(Math.sqrt(square) - norm);
                double sumError = Math.abs(sum - field.getValue().get(1).asDouble(Double.NaN));
                // A sign that flips moves the sum by two steps. Where the gradient is rounding noise every sign is
                // chance,
                // and so is the norm where it is as small as Adam's epsilon. The reference sums float32 values.
                double chance = norms[i] > noise ? 1 : 1 / Tolerance.ADAM_STEP;
                double rounding = Tolerance.ELEMENTWISE / Tolerance.ADAM_STEP * magnitude;
                double step = OPTIMISER.rate() * chance;
                double error = Math.max(
                        normError / (norms[i] > noise ? norm : step * Math.sqrt(after.length)),
                        sumError / (step * after.length * (norms[i] > noise ? 1 : 2) + rounding));
                checks.add(new Check(
                        ADAM,
                        field.getKey(),
                        Math.max(normError, sumError),
                        error,
                        Tolerance.ADAM_STEP,
                        error <= Tolerance.ADAM_STEP,
                        ""));
            }
        }

        private void critic(NDArray real, NDArray realTs) throws IOException {
            Pass pass = Pass.training(manager, d);
            List<NDArray> parameters = d.parameters(discriminator);
            MotionObjective.CriticLoss loss = objective()
                    .critic(
                            pass,
                            make(pass.silent()).clip(),
                            this::judge,
                            new MotionObjective.Clip(real, realTs),
                            this::judge);
            scores("Dmain", "fake", loss.fakeLogits());
            scores("Dmain", "real", loss.realLogits());
            NDArray each = loss.fake().each().add(loss.real().each());
            checks.compare(golden, "Dmain.Loss/D/loss", each, Tolerance.NETWORK);
            if (set.has(CRITIC_GRADIENTS)) {
                checks.compareGradients(
                        CRITIC_GRADIENTS,
                        set.json(CRITIC_GRADIENTS),
                        "",
                        discriminator,
                        Autograd.gradients(pass, loss.total(), parameters));
            }
        }

        private void regulariser(NDArray real, NDArray realTs) throws IOException {
            Pass pass = Pass.training(manager, d);
            List<NDArray> parameters = d.parameters(discriminator);
            MotionObjective.Regulariser r1 =
                    objective().r1(pass, new MotionObjective.Clip(real.duplicate(), realTs), this::judge);
            scores("Dreg", "real", r1.logits());
            checks.compare(golden, "Dreg.Loss/D/reg", r1.penalty().each(), Tolerance.GRADIENT);
            if (set.has(R1_GRADIENTS)) {
                NDArray loss = Losses.times(pass, r1.penalty().mean(), R1_INTERVAL);
                checks.compareGradients(
                        R1_GRADIENTS,
                        set.json(R1_GRADIENTS),
                        "",
                        discriminator,
                        Autograd.gradients(pass, loss, parameters));
            }
        }
    }
}
