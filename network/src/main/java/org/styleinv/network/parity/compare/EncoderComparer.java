package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.check.Views;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Sizes;

/** The inversion encoder, unit by unit, with stored and with the batch's statistics. */
public final class EncoderComparer implements Comparer {
    private static final String FILE = "encoder.npz";
    static final String WEIGHTS = "encoder_weights.npz";
    private static final Pattern UNIT = Pattern.compile("after_body(\\d+)");

    @Override
    public String name() {
        return "encoder";
    }

    @Override
    public List<String> files() {
        return List.of(FILE);
    }

    @Override
    public List<String> companions() {
        return List.of(WEIGHTS);
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(FILE);
        Sizes sizes = Sizes.of(set.npz(WEIGHTS));
        InversionEncoder encoder =
                new InversionEncoder(new InversionEncoder.Config(sizes.wDim("encoder."), sizes.backbone("encoder.")));
        Weights weights = set.weights(manager, encoder, WEIGHTS);
        Pass pass = Pass.inference(manager, weights);
        NDArray image = golden.in(manager, "img");

        NDArray w = encoder.forward(pass, image);
        checks.compare(golden, "ws", Views.broadcast(w, golden.get("ws").side(1)), Tolerance.NETWORK);
        walk(golden, checks, encoder.backbone(), pass, image);

        if (golden.has("delta_train_mode")) { // last: it moves the running statistics
            NDArray batch = encoder.forward(pass.with(Statistics.BATCH), image);
            NDArray average = weights.get("latent_avg").duplicate();
            average.attach(manager);
            checks.compare(golden, "delta_train_mode", batch.sub(average), Tolerance.NETWORK);
            for (String which : List.of("mean", "var")) {
                checks.compare(
                        golden,
                        "bn0_running_" + which + "_after",
                        weights.get("encoder.input_layer.1.running_" + which),
                        Tolerance.ELEMENTWISE);
            }
        }
    }

    private static void walk(Npz golden, Checks checks, IrSeBackbone backbone, Pass pass, NDArray image) {
        NDArray[] after = new NDArray[backbone.units()];
        NDArray x = backbone.input(pass, image);
        String input = "after_input_layer_slice";
        if (golden.has(input)) {
            checks.compare(golden, input, Views.strided(x, golden.get(input).shape()), Tolerance.NETWORK);
        }
        for (int unit = 0; unit < after.length; unit++) {
            x = backbone.unit(pass, unit, x);
            after[unit] = x;
        }
        checks.compare(golden, "delta", backbone.head(pass, x), Tolerance.NETWORK);
        for (String array : golden.names()) {
            Matcher unit = UNIT.matcher(array);
            if (unit.matches()) {
                NDArray features = after[Integer.parseInt(unit.group(1))];
                checks.compare(
                        golden, array, Views.strided(features, golden.get(array).shape()), Tolerance.NETWORK);
            }
        }
    }
}
