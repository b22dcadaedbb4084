package org.styleinv.network.parity.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

/** How far all that is compared is from its reference, as one number that can be differentiated. */
class Misses {
    /** Asks for nothing. */
    static final Misses NONE = new Misses() {
        @Override
        public void array(NDArray actual, double[] expected, double unit) {}

        @Override
        public void statistics(NDArray gradient, double[] expected, double unit) {}
    };

    private static final Script ARRAY = Script.of("x: Tensor, e: Tensor, f: Tensor -> Tensor", """
            d = torch.mul(torch.sub(torch.flatten(x), e), f)
            return torch.sum(torch.mul(d, d))""");
    // The root of nothing has no derivative.
    private static final Script STATISTICS = Script.of("g: Tensor, e: Tensor, f: Tensor -> Tensor", """
            g = torch.flatten(g)
            norm = torch.sqrt(torch.add(torch.sum(torch.mul(g, g)), 1e-200))
            d = torch.mul(torch.sub(torch.stack([norm, torch.sum(g), torch.select(g, 0, 0)]), e), f)
            return torch.sum(torch.mul(d, d))""");
    private static final Script TOTAL = Script.of("xs: List[Tensor] -> Tensor", "return torch.sum(torch.stack(xs))");

    private final NDList terms = new NDList();
    private final @Nullable Pass pass; // null where nothing is asked for

    private Misses() {
        pass = null;
    }

    /** @param scope owner of all arrays that will come */
    Misses(NDManager scope) {
        pass = Pass.training(scope, new Weights(scope));
    }

    private void term(Script script, NDArray actual, double[] expected, double... units) {
        double[] factors = Arrays.stream(units).map(unit -> 1 / unit).toArray();
        if (Arrays.stream(factors).allMatch(Double::isFinite)
                && actual.getDataType() == DataType.FLOAT64
                && (script == STATISTICS || actual.size() == expected.length)) {
            Pass pass = pass();
            NDArray e = pass.scope().create(expected, new Shape(expected.length));
            NDArray f = pass.scope().create(factors, new Shape(factors.length));
            terms.add(script.call(pass, actual, e, f));
        }
    }

    /** Squares of differences in units of what is allowed. */
    void array(NDArray actual, double[] expected, double unit) {
        term(ARRAY, actual, expected, unit);
    }

    /** @param expected norm, sum and first element */
    void statistics(NDArray gradient, double[] expected, double unit) {
        term(STATISTICS, gradient, expected, unit, unit * Math.sqrt(gradient.size()), unit);
    }

    /** Sum of all squares. */
    NDArray total() {
        return TOTAL.callWithList(pass(), terms).get(0);
    }

    Pass pass() {
        return Objects.requireNonNull(pass, "nothing is asked for");
    }
}
