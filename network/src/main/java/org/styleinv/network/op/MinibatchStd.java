package org.styleinv.network.op;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * Adds maps of how much the samples of a group differ. Sample n belongs to group {@code n mod (batch / group)}. Progressive
 * GAN (Karras et al. 2018), section 3.
 *
 * @param group samples that one deviation is taken over; it divides the batch
 * @param features maps to add, each of its share of the channels
 */
public record MinibatchStd(int group, int features) {
    /** {@code x [n, c, h, w] -> [n, c + features, h, w]}. */
    public NDArray apply(Pass pass, NDArray x) {
        return Script.of("x: Tensor -> Tensor", String.format(Locale.ROOT, """
                x = torch.to(x, 6)
                h = torch.size(x, 2)
                w = torch.size(x, 3)
                y = torch.reshape(x, [%1$d, -1, %2$d, torch.floordiv(torch.size(x, 1), %2$d), h, w])
                y = torch.sub(y, torch.mean(y, [0]))
                y = torch.sqrt(torch.add(torch.mean(torch.mul(y, y), [0]), 1e-8))
                y = torch.repeat(torch.reshape(torch.mean(y, [2, 3, 4]), [-1, %2$d, 1, 1]), [%1$d, 1, h, w])
                return torch.cat([x, y], 1)""", group, features))
                .call(pass, x);
    }
}
