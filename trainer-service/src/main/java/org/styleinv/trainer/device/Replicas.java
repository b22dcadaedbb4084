package org.styleinv.trainer.device;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.styleinv.network.Layer;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.optimiser.Adam;

/** A network in training on every device: the first one's weights learn and are saved, the others' follow. ADR 0005. */
public final class Replicas {
    private static final Script ADD = Script.of("sums: List[Tensor], values: List[Tensor] -> int", """
            for i in range(torch.len(sums)):
              _0 = torch.add_(sums[i], torch.to(values[i], sums[i]))
            return 0""");
    private static final Script DIVIDE = Script.of("sums: List[Tensor], by: float -> int", """
            for i in range(torch.len(sums)):
              _0 = torch.div_(sums[i], by)
            return 0""");
    private static final Script COPY = Script.of("to: List[Tensor], values: List[Tensor] -> int", """
            for i in range(torch.len(to)):
              _0 = torch.copy_(to[i], values[i])
            return 0""");
    /** The mean of the firsts and of each list of others behind another; what is equal everywhere stays as it is. */
    private static final Script POOL =
            Script.of("firsts: List[Tensor], others: List[Tensor], share: float -> int", """
            n = torch.len(firsts)
            for i in range(n):
              sum = torch.zeros_like(firsts[i])
              for k in range(torch.floordiv(torch.len(others), n)):
                other = torch.to(others[torch.add(i, torch.mul(k, n))], firsts[i])
                sum = torch.add(sum, torch.sub(other, firsts[i]))
              _0 = torch.add_(firsts[i], torch.mul(sum, share))
            return 0""");

    private final List<Weights> all = new ArrayList<>();
    private final List<List<NDArray>> parameters = new ArrayList<>();
    private final List<List<NDArray>> buffers = new ArrayList<>();

    /** @param first on the first device, which this changes; others are copied from it */
    public Replicas(Devices devices, Layer network, Weights first) {
        this(devices, network, first, weights -> weights.parameters(network));
    }

    /** @param learning the parameters that learn, ready to be differentiated by */
    public Replicas(Devices devices, Layer network, Weights first, Function<Weights, List<NDArray>> learning) {
        for (int i = 0; i < devices.count(); i++) {
            Weights weights = i == 0 ? first : first.copy(devices.root(i));
            all.add(weights);
            parameters.add(learning.apply(weights));
            buffers.add(network.variables().stream()
                    .filter(variable -> !variable.trainable())
                    .map(variable -> weights.get(variable.name()))
                    .toList());
        }
    }

    /** Of the first device. */
    public Weights weights() {
        return all.get(0);
    }

    public Weights weights(int device) {
        return all.get(device);
    }

    /** Of the first device. */
    public List<NDArray> parameters() {
        return parameters.get(0);
    }

    public List<NDArray> parameters(int device) {
        return parameters.get(device);
    }

    /** One step of the first device's optimiser on the mean of all gradients, added up in the order of devices. */
    public void learn(Adam adam, List<Share> shares, double gain, double factor) {
        List<NDArray> sum = shares.get(0).gradients();
        for (Share share : shares.subList(1, shares.size())) {
            ADD.update(List.of(sum, share.gradients()));
        }
        if (shares.size() > 1) {
            DIVIDE.update(List.of(sum), shares.size());
        }
        adam.step(sum, gain, factor);
        follow();
    }

    /** Makes buffers that follow a batch (the mean w, running statistics) the mean of what the devices saw. */
    public void pool() {
        if (all.size() > 1 && !buffers.get(0).isEmpty()) {
            List<NDArray> others = buffers.subList(1, buffers.size()).stream()
                    .flatMap(List::stream)
                    .toList();
            POOL.update(List.of(buffers.get(0), others), 1.0 / all.size());
            follow();
        }
    }

    /** Gives all devices the values of the first. */
    public void follow() {
        for (int i = 1; i < all.size(); i++) {
            COPY.update(List.of(arrays(all.get(i)), arrays(all.get(0))));
        }
    }

    private static List<NDArray> arrays(Weights weights) {
        return List.copyOf(weights.arrays().values()); // a copy has the order of its original
    }
}
