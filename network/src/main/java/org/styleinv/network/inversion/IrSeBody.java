package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;

/** An input layer and four stages of {@link Bottleneck}s that each halve the size: IR-SE50. ArcFace (Deng et al. 2019). */
final class IrSeBody extends Layer {
    private final String stem; // [c, 3, 3, 3]
    private final BatchNorm stemNorm;
    private final String stemSlope; // [c]
    private final Script[] stemScripts = new Script[Bottleneck.VARIANTS];
    private final List<Bottleneck> units = new ArrayList<>();
    private final int[] starts =
            new int[IrSeBackbone.STAGES + 1]; // index of each stage's first unit, and of none after the last

    IrSeBody(String name, IrSeBackbone.Config config) {
        super(name);
        int first = config.widths().get(0);
        stem = kernel("input_layer.0.weight", Bottleneck.he(3 * 9), false, first, 3, 3, 3);
        stemNorm = child(new BatchNorm(path("input_layer.1"), first));
        stemSlope = parameter("input_layer.2.weight", Initializer.constant(0.25f), first);
        for (Precision precision : Precision.values()) {
            for (Statistics statistics : Statistics.values()) {
                stemScripts[Bottleneck.variant(precision, statistics)] = Script.of(
                        "x: Tensor, k: Tensor, slope: Tensor, " + BatchNorm.arguments("n") + " -> Tensor",
                        String.format(Locale.ROOT, """
                        x = torch.contiguous(torch.to(x, %1$s), memory_format=2)
                        x = torch.conv2d(x, torch.to(k, %1$s), None, [1, 1], [1, 1], [1, 1], 1)
                        x = %2$s
                        return torch.prelu(x, torch.to(slope, %1$s))""", precision.type(), BatchNorm.text("x", "n", statistics)));
            }
        }
        int in = first;
        for (int stage = 0; stage < IrSeBackbone.STAGES; stage++) {
            int out = config.widths().get(stage);
            for (int i = 0; i < config.units().get(stage); i++) {
                units.add(child(new Bottleneck(path("body." + units.size()), in, out, i == 0 ? 2 : 1)));
                in = out;
            }
            starts[stage + 1] = units.size();
        }
    }

    /** {@code image [n, 3, r, r]} in [-1, 1] {@code -> [n, widths[0], r, r]}. */
    NDArray input(Pass pass, NDArray image) {
        return stemScripts[Bottleneck.variant(pass.precision(), pass.statistics())]
                .call(pass, stemNorm.append(pass, image, pass.weight(stem), pass.weight(stemSlope)))
                .get(0);
    }

    /** Stage 0 to 3: {@code x [n, c, r, r] -> [n, widths[stage], r/2, r/2]}. */
    NDArray stage(Pass pass, int stage, NDArray x) {
        NDArray given = x;
        for (int unit = starts[stage]; unit < starts[stage + 1]; unit++) {
            NDArray before = x;
            x = unit(pass, unit, before);
            if (before != given) {
                before.close(); // its memory is the next one's
            }
        }
        return x;
    }

    /** How many units there are in all. */
    int units() {
        return units.size();
    }

    /** One unit by its index: {@code x [n, c, r, r] -> [n, width, r, r]}, r/2 for the first one of a stage. */
    NDArray unit(Pass pass, int unit, NDArray x) {
        return units.get(unit).forward(pass, x);
    }
}
