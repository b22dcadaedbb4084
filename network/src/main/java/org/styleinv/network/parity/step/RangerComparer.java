package org.styleinv.network.parity.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.styleinv.network.optimiser.Ranger;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.compare.OneFileComparer;
import org.styleinv.network.parity.fixture.Npz;

/** Ranger's parameters after some of its steps, as many parameters and steps as the file has gradients for. */
public final class RangerComparer extends OneFileComparer {
    private static final double RATE = 0.01;

    public RangerComparer() {
        super("ranger");
    }

    @Override
    protected void compare(Npz golden, NDManager manager, Checks checks) {
        List<NDArray> parameters = new ArrayList<>();
        while (golden.has("p" + parameters.size() + "_init")) {
            // libtorch's own memory, as every parameter has
            parameters.add(golden.in(manager, "p" + parameters.size() + "_init").duplicate());
        }
        try (Ranger ranger = new Ranger(manager, parameters, new Ranger.Config(RATE))) {
            for (int step = 0; golden.has(String.format(Locale.ROOT, "g0_%02d", step)); step++) {
                List<NDArray> gradients = new ArrayList<>();
                for (int i = 0; i < parameters.size(); i++) {
                    gradients.add(golden.in(manager, String.format(Locale.ROOT, "g%d_%02d", i, step)));
                }
                ranger.step(gradients);
                for (int i = 0; i < parameters.size(); i++) {
                    String after = String.format(Locale.ROOT, "p%d_after%02d", i, step + 1);
                    if (golden.has(after)) {
                        checks.compare(golden, after, parameters.get(i), Tolerance.ELEMENTWISE);
                    }
                }
            }
        }
    }
}
