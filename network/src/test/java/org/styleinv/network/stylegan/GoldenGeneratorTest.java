package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Autograd;
import org.styleinv.network.Golden;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;

/** The generator against stored reference numbers; tolerances of the fixtures' own description. */
class GoldenGeneratorTest {
    static final Generator.Config CONFIG =
            new Generator.Config(48, 8, new SynthesisNetwork.Config(48, 64, 1024, 48, true, 256));

    private final NDManager manager = NDManager.newBaseManager();
    private final Generator generator = new Generator(CONFIG);
    private final Golden golden = Golden.open("generator");
    private final Weights weights = Golden.open("generator_weights").weights(manager, generator);
    private final Pass pass = Pass.inference(manager, weights);

    @AfterEach
    void close() {
        manager.close();
    }

    /** The w of one layer of a {@code [n, numWs, wDim]} fixture. */
    private NDArray layer(String name, int index) {
        return golden.in(manager, name).get(":, " + index);
    }

    private List<NDArray> layers(NDArray ws) {
        return new NDList(java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> ws.get(":, " + i))
                .toArray(NDArray[]::new));
    }

    private void check(String name, NDArray actual, double tolerance) {
        golden.check(name, actual, tolerance);
    }

    @Test
    void mapsAndTruncates() {
        NDArray w = generator.mapping().forward(pass, golden.in(manager, "z"));
        NDArray truncated = generator.mapping().truncate(pass, w, 0.7);
        NDArray half = generator.mapping().truncate(pass, w, 0.5);
        check("mapping_w", w.expandDims(1).repeat(1, 10), 1e-5);
        check("w_psi07", truncated.expandDims(1).repeat(1, 10), 1e-5);
        check(
                "w_psi05_cut4",
                half.expandDims(1).repeat(1, 4).concat(w.expandDims(1).repeat(1, 6), 1),
                1e-5);
    }

    @Test
    void paintsWithEachNoise() {
        List<NDArray> ws = layers(golden.in(manager, "ws"));
        check("img_const", generator.synthesis().forward(pass, ws, Noise.CONST), 1e-5);
        check("img_none", generator.synthesis().forward(pass, ws, Noise.NONE), 1e-5);
        NDArray z = golden.in(manager, "z").get("0:1");
        check("img_full_psi07_const", generator.forward(pass, z, 0.7, Noise.CONST), 1e-5);
    }

    @Test
    void tracksTheMeanOfW() {
        NDArray w = generator.mapping().forward(pass, golden.in(manager, "z"));
        generator.mapping().track(pass, w);
        check("w_avg_after_train_forward", weights.get("mapping.w_avg"), 1e-5);
    }

    @Test
    void differentiatesByWsAndParameters() {
        Pass training = Pass.training(manager, weights);
        List<NDArray> parameters = weights.parameters(generator);
        NDArray ws = golden.in(manager, "ws").get("0:2");
        ws.setRequiresGradient(true);
        NDArray image = generator.synthesis().forward(training, layers(ws), Noise.CONST);
        NDArray y = image.mul(golden.in(manager, "grad_proj")).sum();
        check("grad_ws", Autograd.gradient(training, y, ws), 1e-4);
        Golden.checkGradients(
                "generator_gradstats", "synthesis.", generator, Autograd.gradients(training, y, parameters), 1e-3);
    }

    @Test
    void penalisesPathLength() {
        Pass training = Pass.training(manager, weights);
        List<NDArray> parameters = weights.parameters(generator);
        NDArray ws = golden.in(manager, "pl_w");
        ws.setRequiresGradient(true);
        NDArray image = generator.synthesis().forward(training, layers(ws), Noise.CONST);
        NDArray gradient = Autograd.gradient(
                training, image.mul(golden.in(manager, "pl_noise")).sum(), ws);
        NDArray lengths =
                gradient.square().sum(new int[] {2}).mean(new int[] {1}).sqrt();
        NDArray before = golden.in(manager, "pl_mean_before");
        NDArray mean = before.mul(0.99f).add(lengths.mean().mul(0.01f));
        NDArray penalty = lengths.sub(mean).square();
        check("pl_lengths", lengths, 1e-4);
        check("pl_mean_after", mean, 1e-4);
        check("pl_penalty", penalty, 1e-3);
        NDArray loss = penalty.mul(2).mean();
        Golden.checkGradients(
                "generator_pl_gradstats",
                "synthesis.",
                generator,
                Autograd.gradients(training, loss, parameters),
                1e-3);
    }
}
