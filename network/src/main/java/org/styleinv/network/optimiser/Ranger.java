package org.styleinv.network.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.styleinv.network.Script;

/**
 * Ranger: rectified Adam (Liu et al. 2020) of centralised gradients (Yong et al. 2020), looking ahead (Zhang et al. 2019).
 * It trains the inversion encoder. Not-a-number gradients count as zero and infinite ones as 1e5.
 */
public final class Ranger implements AutoCloseable {
    /**
     * @param lookahead how far the slow weights go towards the fast ones
     * @param interval steps between two of them
     * @param threshold the step is rectified where more than this many past gradients count
     */
    public record Config(
            double rate, double beta1, double beta2, double epsilon, double lookahead, int interval, double threshold) {
        /** The published settings at a learning rate; 1e-4 for the encoder. */
        public Config(double rate) {
            this(rate, 0.95, 0.999, 1e-5, 0.5, 6, 5);
        }
    }

    private final Config config;
    private final NDManager manager;
    private final List<NDArray> parameters;
    private final List<NDArray> first = new ArrayList<>();
    private final List<NDArray> second = new ArrayList<>();
    private final List<NDArray> slow = new ArrayList<>();
    private final NDArray steps; // []
    private final Script script;

    public Ranger(NDManager parent, List<NDArray> parameters, Config config) {
        this.config = config;
        manager = parent.newSubManager();
        this.parameters = parameters;
        for (NDArray parameter : parameters) {
            first.add(manager.zeros(parameter.getShape()));
            second.add(manager.zeros(parameter.getShape()));
            NDArray copy = parameter.duplicate();
            copy.detach();
            copy.attach(manager);
            slow.add(copy);
        }
        steps = manager.create(0f);
        script = Script.of(
                "ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], slow: List[Tensor], steps: List[Tensor], step: float, rectified: float, lookahead: float -> int",
                String.format(
                        Locale.ROOT,
                        """
                _0 = torch.add_(steps[0], 1)
                for i in range(torch.len(gs)):
                  g = torch.nan_to_num(gs[i], 0., 100000., -100000.)
                  if torch.gt(torch.dim(g), 1):
                    flat = torch.flatten(g, 1)
                    g1 = torch.reshape(torch.sub(flat, torch.mean(flat, [1], True)), torch.size(g))
                  else:
                    g1 = g
                  m = torch.add_(torch.mul_(ms[i], %1$s), g1, alpha=%2$s)
                  v = torch.addcmul_(torch.mul_(vs[i], %3$s), g1, g1, value=%4$s)
                  if torch.gt(rectified, 0.):
                    _1 = torch.addcdiv_(ps[i], m, torch.add(torch.sqrt(v), %5$s), value=torch.neg(step))
                  else:
                    _2 = torch.add_(ps[i], m, alpha=torch.neg(step))
                  if torch.gt(lookahead, 0.):
                    _3 = torch.copy_(ps[i], torch.lerp_(slow[i], ps[i], lookahead))
                return 0""",
                        config.beta1,
                        1 - config.beta1,
                        config.beta2,
                        1 - config.beta2,
                        config.epsilon));
    }

    /**
     * One step.
     *
     * @param gradients one for each parameter
     */
    public void step(List<NDArray> gradients) {
        step(gradients, 1);
    }

    /** One step at {@code factor} times the configured rate: for a schedule. */
    public void step(List<NDArray> gradients, double factor) {
        long t = (long) steps.getFloat() + 1;
        double decay2 = Math.pow(config.beta2, t);
        double most = 2 / (1 - config.beta2) - 1;
        double count = most - 2 * t * decay2 / (1 - decay2);
        boolean rectified = count > config.threshold;
        double variance = rectified
                ? Math.sqrt((1 - decay2) * (count - 4) / (most - 4) * (count - 2) / count * most / (most - 2))
                : 1;
        script.update(
                List.of(parameters, gradients, first, second, slow, List.of(steps)),
                config.rate * factor * variance / (1 - Math.pow(config.beta1, t)),
                rectified ? 1 : 0,
                t % config.interval == 0 ? config.lookahead : 0);
    }

    /** What a resumed run needs, under names that begin with {@code prefix}. */
    public Map<String, NDArray> state(String prefix) {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            state.put(prefix + ".m" + i, first.get(i));
            state.put(prefix + ".v" + i, second.get(i));
            state.put(prefix + ".slow" + i, slow.get(i));
        }
        state.put(prefix + ".step", steps);
        return state;
    }

    @Override
    public void close() {
        manager.close();
    }
}
