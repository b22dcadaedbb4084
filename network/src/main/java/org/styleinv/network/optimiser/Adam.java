package org.styleinv.network.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.styleinv.network.Script;

/**
 * Adam (Kingma and Ba 2015) over a fixed list of parameters, in one fused call. Not-a-number gradients count as zero and
 * infinite ones as 1e5, as in StyleGAN2's training.
 */
public final class Adam implements AutoCloseable {
    /**
     * @param interval of lazy regularisation: 0 for none, else the main loss is regularised every {@code interval} steps
     *     and rate and momenta are corrected by {@code i / (i + 1)}. StyleGAN2, appendix B.
     */
    public record Config(double rate, double beta1, double beta2, double epsilon, int interval) {
        double correction() {
            return interval == 0 ? 1 : interval / (interval + 1.0);
        }
    }

    private final Script script;
    private final NDManager manager;
    private final List<NDArray> parameters;
    private final List<NDArray> first = new ArrayList<>();
    private final List<NDArray> second = new ArrayList<>();
    private final List<NDArray> step;
    private final double rate;

    public Adam(NDManager parent, List<NDArray> parameters, Config config) {
        manager = parent.newSubManager();
        this.parameters = parameters;
        for (NDArray parameter : parameters) {
            first.add(manager.zeros(parameter.getShape()));
            second.add(manager.zeros(parameter.getShape()));
        }
        step = Collections.nCopies(parameters.size(), manager.create(0f));
        double c = config.correction();
        rate = config.rate * c;
        script = Script.of(
                "ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], steps: List[Tensor], gain: float, rate: float -> int",
                String.format(Locale.ROOT, """
                for i in range(torch.len(gs)):
                  _0 = torch.mul_(gs[i], gain)
                  _1 = torch.nan_to_num_(gs[i], 0., 100000., -100000.)
                _2 = torch.add_(steps[0], 1)
                torch._fused_adam_(ps, gs, ms, vs, annotate(List[Tensor], []), steps, lr=rate, beta1=%s, beta2=%s, weight_decay=0., eps=%s, amsgrad=False, maximize=False)
                return 0""", Math.pow(config.beta1, c), Math.pow(config.beta2, c), config.epsilon));
    }

    /**
     * One step.
     *
     * @param gradients one for each parameter; overwritten
     * @param gain factor on the gradients: the interval, for a lazy regulariser
     */
    public void step(List<NDArray> gradients, double gain) {
        step(gradients, gain, 1);
    }

    /** One step at {@code factor} times the configured rate: for a schedule. */
    public void step(List<NDArray> gradients, double gain, double factor) {
        script.update(List.of(parameters, gradients, first, second, step), gain, rate * factor);
    }

    /** What a resumed run needs, under names that begin with {@code prefix}. */
    public Map<String, NDArray> state(String prefix) {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            state.put(prefix + ".m" + i, first.get(i));
            state.put(prefix + ".v" + i, second.get(i));
        }
        state.put(prefix + ".step", step.get(0));
        return state;
    }

    @Override
    public void close() {
        manager.close();
    }
}
