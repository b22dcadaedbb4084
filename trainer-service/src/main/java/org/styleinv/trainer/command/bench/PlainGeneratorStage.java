package org.styleinv.trainer.command.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Autograd;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.plain.Plain;
import org.styleinv.network.plain.PlainDiscriminator;
import org.styleinv.network.plain.PlainMapping;
import org.styleinv.network.plain.PlainSynthesis;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.stage.GeneratorStage;

/**
 * The step of {@link GeneratorStage} without augmentation, written plainly in DJL: what {@link TrainBench} compares with.
 * Networks and losses are eager operations, the optimiser is DJL's own Adam. Only derivatives are taken by the same call of
 * torch.grad, since DJL has none that can be differentiated again.
 */
final class PlainGeneratorStage implements AutoCloseable {
    private final NDManager root = ComputeDevice.manager();
    private final GeneratorStage.Config config;
    private final VideoDataset data;
    private final long seed;
    private final int zDim;
    private final int numWs;
    private final PlainMapping mapping;
    private final PlainSynthesis synthesis;
    private final PlainDiscriminator discriminator;
    private final Weights g;
    private final Weights d;
    private final Weights average;
    private final List<NDArray> gParameters;
    private final List<NDArray> dParameters;
    private final List<NDArray> averaged;
    private final Optimizer gAdam;
    private final Optimizer dAdam;
    private float pathLengthMean;

    PlainGeneratorStage(
            Generator.Config architecture,
            Discriminator.Config critic,
            GeneratorStage.Config config,
            VideoDataset data,
            long seed) {
        this.config = config;
        this.data = data;
        this.seed = seed;
        zDim = architecture.zDim();
        numWs = architecture.synthesis().numWs();
        mapping = new PlainMapping(architecture.mappingLayers());
        synthesis = new PlainSynthesis(architecture.synthesis());
        discriminator = new PlainDiscriminator(critic);
        Generator generator = new Generator(architecture);
        Discriminator judge = new Discriminator(critic);
        g = generator.initialize(root, seed);
        average = g.copy(root);
        d = judge.initialize(root, seed + 1);
        gParameters = g.parameters(generator);
        dParameters = d.parameters(judge);
        averaged = generator.variables().stream()
                .filter(variable -> variable.trainable())
                .map(variable -> average.get(variable.name()))
                .toList();
        gAdam = adam(config.pathLength() > 0 ? config.pathLengthInterval() : 0);
        dAdam = adam(config.r1Interval());
    }

    /** Lazy regularisation corrects rate and momenta. StyleGAN2, appendix B. */
    private Optimizer adam(int interval) {
        double c = interval == 0 ? 1 : interval / (interval + 1.0);
        return Adam.builder()
                .optLearningRateTracker(Tracker.fixed((float) (config.rate() * c)))
                .optBeta1(0)
                .optBeta2((float) Math.pow(0.99, c))
                .optEpsilon(1e-8f)
                .build();
    }

    /** One step; the losses are those of {@link GeneratorStage#step}. */
    Map<String, Double> step(long step) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("loss_g", generatorPhase(new Draws(seed, step, 0)));
        if (config.pathLength() > 0 && step % config.pathLengthInterval() == 0) {
            losses.put("path_length", pathLengthPhase(new Draws(seed, step, 3)));
        }
        losses.put("loss_d", discriminatorPhase(new Draws(seed, step, 1)));
        if (step % config.r1Interval() == 0) {
            losses.put("r1", r1Phase(new Draws(seed, step, 2)));
        }
        follow((step + 1) * config.batch());
        return losses;
    }

    private double generatorPhase(Draws draws) {
        try (NDManager scope = root.newSubManager()) {
            Plain plain = new Plain(scope, g);
            List<NDArray> ws = mixed(plain, draws, config.batch());
            NDArray logits = discriminator.forward(new Plain(scope, d), synthesis.forward(plain, ws));
            NDArray loss = Activation.softPlus(logits.neg()).mean();
            learn(scope, gAdam, "g", g, gParameters, loss, 1);
            return loss.getFloat();
        }
    }

    private double pathLengthPhase(Draws draws) {
        try (NDManager scope = root.newSubManager()) {
            Plain plain = new Plain(scope, g);
            int n = Math.max(1, config.batch() / 2);
            NDArray ws = NDArrays.stack(new NDList(mixed(plain, draws, n)), 1); // [n, numWs, wDim]
            List<NDArray> each = new ArrayList<>();
            for (int i = 0; i < numWs; i++) {
                each.add(ws.get(new NDIndex(":, " + i)));
            }
            int r = data.resolution();
            NDArray noise = draws.normal(scope, n, 3, r, r).div(r);
            NDArray image = synthesis.forward(plain, each);
            NDArray slope =
                    Autograd.gradient(Pass.training(scope, g), image.mul(noise).sum(), ws);
            NDArray lengths =
                    slope.mul(slope).sum(new int[] {2}).mean(new int[] {1}).sqrt(); // [n]
            NDArray mean = lengths.mean().sub(scope.create(pathLengthMean)).mul(scope.create(0.01f));
            mean = mean.add(scope.create(pathLengthMean));
            NDArray off = lengths.sub(mean);
            NDArray loss = off.mul(off).mean().mul(scope.create((float) config.pathLength()));
            learn(scope, gAdam, "g", g, gParameters, loss, config.pathLengthInterval());
            pathLengthMean = mean.getFloat();
            return loss.getFloat();
        }
    }

    private double discriminatorPhase(Draws draws) {
        try (NDManager scope = root.newSubManager()) {
            NDArray fake = fakes(scope, draws);
            NDArray real = draws.frames(scope, data, config.batch(), config.mirror());
            Plain plain = new Plain(scope, d);
            NDArray loss = Activation.softPlus(discriminator.forward(plain, fake))
                    .mean()
                    .add(Activation.softPlus(discriminator.forward(plain, real).neg())
                            .mean());
            learn(scope, dAdam, "d", d, dParameters, loss, 1);
            return loss.getFloat();
        }
    }

    private NDArray fakes(NDManager scope, Draws draws) {
        JniUtils.setGradMode(false);
        try {
            Plain plain = new Plain(scope, g);
            return synthesis.forward(plain, mixed(plain, draws, config.batch()));
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    private double r1Phase(Draws draws) {
        try (NDManager scope = root.newSubManager()) {
            NDArray real = draws.frames(scope, data, config.batch(), config.mirror());
            real.setRequiresGradient(true);
            NDArray logits = discriminator.forward(new Plain(scope, d), real);
            NDArray slope = Autograd.gradient(Pass.training(scope, d), logits.sum(), real);
            NDArray loss =
                    slope.mul(slope).sum(new int[] {1, 2, 3}).mean().mul(scope.create((float) (config.r1Gamma() / 2)));
            learn(scope, dAdam, "d", d, dParameters, loss, config.r1Interval());
            return loss.getFloat();
        }
    }

    private List<NDArray> mixed(Plain plain, Draws draws, int n) {
        NDArray w = mapping.forward(plain, draws.normal(plain.scope(), n, zDim));
        NDArray other = w;
        int cutoff = numWs;
        if (draws.uniform() < config.styleMixing()) {
            cutoff = 1 + draws.below(numWs - 1);
            other = mapping.forward(plain, draws.normal(plain.scope(), n, zDim));
        }
        List<NDArray> ws = new ArrayList<>();
        for (int i = 0; i < numWs; i++) {
            ws.add(i < cutoff ? w : other);
        }
        return ws;
    }

    private static void learn(
            NDManager scope,
            Optimizer adam,
            String name,
            Weights weights,
            List<NDArray> parameters,
            NDArray loss,
            int gain) {
        NDList gradients = Autograd.gradients(Pass.training(scope, weights), loss, parameters);
        JniUtils.setGradMode(false);
        try {
            for (int i = 0; i < parameters.size(); i++) {
                NDArray gradient =
                        gain == 1 ? gradients.get(i) : gradients.get(i).mul(gain);
                adam.update(name + i, parameters.get(i), gradient);
            }
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** The average of the generator. Progressive GAN (Karras et al. 2018), appendix A.1. */
    private void follow(long images) {
        double halfLife = config.emaKimg() * 1000;
        double life = config.emaRampUp() > 0 ? Math.min(halfLife, images * config.emaRampUp()) : halfLife;
        double share = 1 - Math.pow(0.5, config.batch() / Math.max(life, 1e-8));
        JniUtils.setGradMode(false);
        try (NDManager scope = root.newSubManager()) {
            NDArray old = scope.create((float) (1 - share));
            NDArray fresh = scope.create((float) share);
            for (int i = 0; i < averaged.size(); i++) {
                try (NDArray part = gParameters.get(i).mul(fresh)) {
                    averaged.get(i).muli(old).addi(part);
                }
            }
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** Multiplications of generator and discriminator in one forward evaluation of one picture, times two. */
    Forward forward() {
        JniUtils.setGradMode(false);
        try (NDManager scope = root.newSubManager()) {
            Plain painting = new Plain(scope, g);
            int r = data.resolution();
            NDArray image = synthesis.forward(painting, mapping.forward(painting, scope.ones(new Shape(1, zDim))));
            Plain judging = new Plain(scope, d);
            discriminator.forward(judging, image.reshape(1, 3, r, r));
            return new Forward(painting.flop(), judging.flop());
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** Operations of one forward evaluation of one picture. */
    record Forward(double generator, double discriminator) {}

    @Override
    public void close() {
        root.close();
    }
}
