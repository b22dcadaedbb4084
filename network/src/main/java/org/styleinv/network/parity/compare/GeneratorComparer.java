package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.loss.PathLength;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Derivatives;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.check.Views;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Sizes;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Mapping, truncation, synthesis with each noise, its gradients, and path length. */
public final class GeneratorComparer implements Comparer {
    static final String FILE = "generator.npz";
    public static final String WEIGHTS = "generator_weights.npz";
    private static final String GRADIENTS = "generator_gradstats.json";
    private static final String PATH_LENGTH_GRADIENTS = "generator_pl_gradstats.json";
    private static final Pattern TRUNCATED = Pattern.compile("w_psi(\\d)(\\d+)(?:_cut(\\d+))?");
    private static final Pattern FULL = Pattern.compile("img_full_psi(\\d)(\\d+)_(const|none)");
    private static final Pattern BLOCK = Pattern.compile("block(\\d+)_(img|x_stats)");

    @Override
    public String name() {
        return "generator";
    }

    @Override
    public List<String> files() {
        return List.of(FILE, GRADIENTS, PATH_LENGTH_GRADIENTS);
    }

    @Override
    public List<String> companions() {
        return List.of(WEIGHTS);
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(FILE);
        Generator generator = new Generator(Sizes.of(set.npz(WEIGHTS)).generator());
        Weights weights = set.weights(manager, generator, WEIGHTS);
        Pass pass = Pass.inference(manager, weights);
        NDArray z = golden.in(manager, "z");
        map(golden, checks, generator, pass, z);
        paint(golden, checks, generator, pass, z);
        if (set.has(GRADIENTS)) {
            differentiate(set, golden, manager, checks, generator, weights);
        }
        if (set.has(PATH_LENGTH_GRADIENTS)) {
            penalise(set, golden, manager, checks, generator, weights);
        }
        if (golden.has("w_avg_after_train_forward")) { // last: it moves the mean
            generator.mapping().track(pass, generator.mapping().forward(pass, z));
            checks.compare(golden, "w_avg_after_train_forward", weights.get("mapping.w_avg"), Tolerance.ELEMENTWISE);
        }
    }

    private static void map(Npz golden, Checks checks, Generator generator, Pass pass, NDArray z) {
        int numWs = generator.synthesis().config().numWs();
        NDArray w = generator.mapping().forward(pass, z);
        for (String array : golden.names()) {
            Matcher truncated = TRUNCATED.matcher(array);
            if (array.equals("mapping_w") || array.equals("mapping_w_train")) {
                checks.compare(golden, array, Views.broadcast(w, numWs), Tolerance.ELEMENTWISE);
            } else if (truncated.matches()) {
                NDArray near = generator.mapping().truncate(pass, w, psi(truncated));
                int cutoff = truncated.group(3) == null ? numWs : Integer.parseInt(truncated.group(3));
                NDArray ws = Views.broadcast(near, cutoff);
                checks.compare(
                        golden,
                        array,
                        cutoff == numWs ? ws : ws.concat(Views.broadcast(w, numWs - cutoff), 1),
                        Tolerance.ELEMENTWISE);
            }
        }
    }

    private static double psi(Matcher name) {
        return Double.parseDouble(name.group(1) + "." + name.group(2));
    }

    private static void paint(Npz golden, Checks checks, Generator generator, Pass pass, NDArray z) {
        SynthesisNetwork synthesis = generator.synthesis();
        List<NDArray> ws = Views.layers(golden.in(pass.scope(), "ws"));
        List<SynthesisNetwork.Step> steps = synthesis.steps(pass, ws, Noise.CONST);
        checks.compare(golden, "img_const", steps.get(steps.size() - 1).image(), Tolerance.NETWORK);
        checks.compare(golden, "img_none", synthesis.forward(pass, ws, Noise.NONE), Tolerance.NETWORK);
        for (String array : golden.names()) {
            Matcher block = BLOCK.matcher(array);
            Matcher full = FULL.matcher(array);
            if (block.matches()) {
                int resolution = Integer.parseInt(block.group(1));
                SynthesisNetwork.Step step = steps.stream()
                        .filter(candidate -> candidate.resolution() == resolution)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(array + " is of a block that is not there"));
                if (block.group(2).equals("img")) {
                    checks.compare(golden, array, step.image(), Tolerance.NETWORK);
                } else {
                    checks.compare(golden, array, "", Views.statistics(step.features()), Tolerance.NETWORK);
                }
            } else if (full.matches()) {
                NDArray first = Views.rows(z, golden.get(array).side(0));
                Noise noise = full.group(3).equals("const") ? Noise.CONST : Noise.NONE;
                checks.compare(golden, array, generator.forward(pass, first, psi(full), noise), Tolerance.NETWORK);
            }
        }
    }

    private static void differentiate(
            FixtureSet set, Npz golden, NDManager manager, Checks checks, Generator generator, Weights weights)
            throws IOException {
        JsonNode gradients = set.named(GRADIENTS);
        Derivatives.compare(manager, checks, run -> {
            Pass pass = run.training(run.weights(weights));
            NDArray projection = run.in(golden, "grad_proj");
            NDArray ws = Views.rows(run.in(golden, "ws"), projection.getShape().get(0));
            ws.setRequiresGradient(true);
            List<NDArray> parameters = pass.weights().parameters(generator);
            NDArray image = generator.synthesis().forward(pass, Views.layers(ws), Noise.CONST);
            NDArray y = image.mul(projection).sum();
            run.checks().compare(golden, "grad_ws", Autograd.gradient(pass, y, ws), Tolerance.NETWORK);
            run.checks()
                    .compareGradients(
                            GRADIENTS, gradients, "synthesis.", generator, Autograd.gradients(pass, y, parameters));
        });
    }

    private static void penalise(
            FixtureSet set, Npz golden, NDManager manager, Checks checks, Generator generator, Weights weights)
            throws IOException {
        JsonNode gradients = set.named(PATH_LENGTH_GRADIENTS);
        double before = golden.get("pl_mean_before").scalar();
        Derivatives.compare(manager, checks, run -> {
            Pass pass = run.training(run.weights(weights));
            NDArray ws = run.in(golden, "pl_w");
            ws.setRequiresGradient(true);
            List<NDArray> parameters = pass.weights().parameters(generator);
            NDArray image = generator.synthesis().forward(pass, Views.layers(ws), Noise.CONST);
            NDArray lengths = PathLength.lengths(pass, image, run.in(golden, "pl_noise"), ws);
            PathLength.Penalty penalty = PathLength.penalty(pass, lengths, before);
            run.checks().compare(golden, "pl_lengths", lengths, Tolerance.NETWORK);
            run.checks().compare(golden, "pl_mean_after", "", new double[] {penalty.mean()}, Tolerance.NETWORK);
            run.checks().compare(golden, "pl_penalty", penalty.each(), Tolerance.GRADIENT);
            NDArray loss = Losses.mean(pass, Losses.times(pass, penalty.each(), 2));
            run.checks()
                    .compareGradients(
                            PATH_LENGTH_GRADIENTS,
                            gradients,
                            "synthesis.",
                            generator,
                            Autograd.gradients(pass, loss, parameters));
        });
    }
}
