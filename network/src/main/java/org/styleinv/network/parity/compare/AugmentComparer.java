package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.augment.AugmentPipe;
import org.styleinv.network.augment.AugmentPipe.Step;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;

/** The augmentation pipe where chance is a fixed percentile. */
public final class AugmentComparer implements Comparer {
    private static final String FILE = "augment.npz";
    private static final String BUFFERS = "augment_buffers.npz";
    private static final Pattern CASE = Pattern.compile("(bgc|bgcfc|only_([a-z0-9]+))(?:_video)?_dp(0\\.\\d+)");

    @Override
    public String name() {
        return "augment";
    }

    @Override
    public List<String> files() {
        return List.of(FILE, BUFFERS);
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(FILE);
        Pass pass = Pass.inference(manager, new Weights(manager));
        for (String array : golden.names()) {
            Matcher matcher = CASE.matcher(array);
            if (!matcher.matches()) {
                continue;
            }
            Set<Step> steps = matcher.group(2) != null
                    ? EnumSet.of(Step.named(matcher.group(2)))
                    : matcher.group(1).equals("bgc") ? AugmentPipe.BGC : AugmentPipe.BGCFC;
            String input = "img" + golden.get(array).side(1); // by its channels
            checks.compare(
                    golden,
                    array,
                    new AugmentPipe(steps)
                            .apply(
                                    pass,
                                    golden.in(manager, input),
                                    1,
                                    new Percentile(Double.parseDouble(matcher.group(3)))),
                    Tolerance.NETWORK);
        }
        if (set.has(BUFFERS)) {
            Npz buffers = set.npz(BUFFERS);
            buffers.get("p"); // the probability is an argument here
            checks.compare(buffers, "Hz_geom", "", AugmentPipe.geometryFilter(), Tolerance.ELEMENTWISE);
            checks.compare(buffers, "Hz_fbank", "", AugmentPipe.filterBank(), Tolerance.ELEMENTWISE);
        }
    }

    /** Everything happens, and every number drawn lies at one percentile. The second rotation is left out. */
    private record Percentile(double share) implements AugmentPipe.Draws {
        @Override
        public boolean happens(double probability) {
            return true;
        }

        @Override
        public double uniform() {
            return share;
        }

        /** The inverse error function, not the quantile of the normal distribution: so the reference was made. */
        @Override
        public double normal() {
            return inverseError(2 * share - 1);
        }

        @Override
        public double secondTurn() {
            return 0;
        }

        /** Newton's method on erf, which is a series. */
        private static double inverseError(double y) {
            double x = 0;
            for (int i = 0; i < 60; i++) {
                x -= (error(x) - y) / (2 / Math.sqrt(Math.PI) * Math.exp(-x * x));
            }
            return x;
        }

        private static double error(double x) {
            double term = x;
            double sum = x;
            for (int n = 1; n < 100; n++) {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 2 / Math.sqrt(Math.PI) * sum;
        }
    }
}
