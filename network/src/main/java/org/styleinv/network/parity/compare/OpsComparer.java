package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.op.AnchorConvolution;
import org.styleinv.network.op.BiasAct;
import org.styleinv.network.op.MinibatchStd;
import org.styleinv.network.op.ModulatedConv;
import org.styleinv.network.op.ResampledConv;
import org.styleinv.network.op.SecondMoment;
import org.styleinv.network.op.UpFirDn;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.check.Views;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.stylegan.FullyConnected;

/** The operators that layers are made of, each with the settings that the file of cases lists. */
public final class OpsComparer implements Comparer {
    private static final String FILE = "ops.npz";
    private static final String CASES = "ops_cases.json";
    private static final String FIR = "f1331";
    private static final double LR_MULTIPLIER = 0.01;
    private static final Pattern DEVIATION = Pattern.compile("mbstd_y_g(\\d+)(?:_n(\\d+))?");

    @Override
    public String name() {
        return "ops";
    }

    @Override
    public List<String> files() {
        return List.of(FILE, CASES);
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(FILE);
        // Nothing here has weights.
        Pass pass = Pass.inference(manager, new Weights(manager));
        for (JsonNode listed : set.json(CASES)) {
            String key = listed.path("key").asText();
            try {
                checks.compare(golden, key, run(golden, pass, key, listed), Tolerance.ELEMENTWISE);
            } catch (IllegalArgumentException e) {
                checks.failed(FILE, key, "could not be used: " + e.getMessage());
            }
        }
        unlisted(golden, checks, pass);
    }

    private static NDArray run(Npz golden, Pass pass, String key, JsonNode listed) {
        if (listed.has("filter")) {
            return upFirDn(listed)
                    .apply(
                            pass,
                            in(golden, pass, "x"),
                            in(golden, pass, listed.get("filter").asText()));
        }
        if (listed.has("act")) {
            BiasAct.Activation activation =
                    BiasAct.Activation.named(listed.get("act").asText());
            return new BiasAct(
                            activation,
                            listed.path("alpha").asDouble(BiasAct.SLOPE),
                            listed.path("gain").asDouble(activation.gain()),
                            listed.path("clamp").asDouble(0))
                    .apply(pass, in(golden, pass, "x"), in(golden, pass, "bias_act_b"));
        }
        String name = key.replaceFirst("y$", "");
        NDArray x = in(golden, pass, name + "x");
        NDArray weight = in(golden, pass, name + "w");
        // Without flip_weight the kernel is convolved.
        ResampledConv conv = new ResampledConv(
                listed.path("up").asInt(1),
                listed.path("down").asInt(1),
                listed.path("padding").asInt(0),
                listed.path("groups").asInt(1),
                !listed.path("flip_weight").asBoolean(true));
        return switch (listed.path("op").asText()) {
            case "conv2d_resample" -> conv.apply(pass, x, weight, in(golden, pass, FIR));
            case "modulated_conv2d" -> {
                NDArray y = ModulatedConv.apply(
                        pass,
                        x,
                        weight,
                        in(golden, pass, name + "s"),
                        in(golden, pass, FIR),
                        conv,
                        listed.path("demodulate").asBoolean(true));
                yield listed.path("noise").asBoolean() ? y.add(in(golden, pass, name + "noise")) : y;
            }
            default -> throw new IllegalArgumentException("no operator is known by " + listed);
        };
    }

    private static NDArray in(Npz golden, Pass pass, String array) {
        return golden.in(pass.scope(), array);
    }

    private static UpFirDn upFirDn(JsonNode listed) {
        int[] up = numbers(listed.path("up"), 2);
        int[] down = numbers(listed.path("down"), 2);
        int[] pad = numbers(listed.path("padding"), 4);
        return new UpFirDn(
                up[0],
                up[1],
                down[0],
                down[1],
                pad[0],
                pad[1],
                pad[2],
                pad[3],
                listed.path("flip_filter").asBoolean(),
                listed.path("gain").asDouble(1));
    }

    /** One number for all, one for each axis, or all of them. */
    private static int[] numbers(JsonNode node, int count) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = !node.isArray()
                    ? node.asInt()
                    : node.path(node.size() == count ? i : i / (count / node.size()))
                            .asInt();
        }
        return numbers;
    }

    /** What is known by its name alone. */
    private static void unlisted(Npz golden, Checks checks, Pass pass) {
        for (String array : golden.names()) {
            Matcher deviation = DEVIATION.matcher(array);
            NDArray ours = null;
            if (deviation.matches()) {
                NDArray x = in(golden, pass, "mbstd_x");
                x = deviation.group(2) == null ? x : Views.rows(x, Long.parseLong(deviation.group(2)));
                int features = golden.get(array).side(1) - (int) x.getShape().get(1);
                ours = new MinibatchStd(Integer.parseInt(deviation.group(1)), features).apply(pass, x);
            } else if (golden.has(FIR)) {
                ours = named(golden, pass, array);
            }
            if (ours != null) {
                checks.compare(golden, array, ours, Tolerance.ELEMENTWISE);
            }
        }
    }

    private static @Nullable NDArray named(Npz golden, Pass pass, String array) {
        int taps = (int) Objects.requireNonNull(golden.shapes().get(FIR))[0];
        return switch (array) {
            case "upsample2d" -> resample(golden, pass, UpFirDn.upsample(2, taps));
            case "downsample2d" -> resample(golden, pass, UpFirDn.downsample(2, taps));
            case "filter2d" -> resample(golden, pass, UpFirDn.filter(taps));
            case "normalize_2nd_moment" -> SecondMoment.normalize(pass, in(golden, pass, "normalize_2nd_moment_x"));
            case "fc_y" -> fullyConnected(golden, pass);
            case "conv1d_y" -> {
                int channels = golden.get("conv1d_w").side(1);
                int kernel = golden.get("conv1d_w").side(2);
                yield Script.of(
                                "x: Tensor, w: Tensor, b: Tensor -> Tensor",
                                AnchorConvolution.pad(kernel)
                                        + String.format(
                                                Locale.ROOT, AnchorConvolution.causal(channels, kernel), "w", "b")
                                        + "return torch.leaky_relu(x, 0.2)")
                        .call(
                                pass,
                                in(golden, pass, "conv1d_x"),
                                in(golden, pass, "conv1d_w"),
                                in(golden, pass, "conv1d_b"));
            }
            default -> null;
        };
    }

    private static NDArray resample(Npz golden, Pass pass, UpFirDn resampling) {
        return resampling.apply(pass, in(golden, pass, "x"), in(golden, pass, FIR));
    }

    private static NDArray fullyConnected(Npz golden, Pass pass) {
        Npz.Array w = golden.get("fc_w");
        Weights weights = new Weights(pass.scope());
        weights.put("fc.weight", w.floats(), w.shape());
        weights.put("fc.bias", golden.get("fc_b").floats(), w.shape()[0]);
        return new FullyConnected("fc", w.side(1), w.side(0), FullyConnected.Activation.LEAKY_RELU, LR_MULTIPLIER, 0)
                .forward(pass.with(weights), in(golden, pass, "fc_x"));
    }
}
