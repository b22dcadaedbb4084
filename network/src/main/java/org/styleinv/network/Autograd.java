package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;

/** Derivatives. Nothing is accumulated anywhere: gradients are results, so no cycle and nothing to zero. */
public final class Autograd {
    private static final Script INPUT = Script.of(
            "y: Tensor, x: Tensor -> Tensor",
            "return unchecked_cast(Tensor, torch.grad([y], [x], None, None, True, False)[0])");
    private static final Script PARAMETERS = Script.of("xs: List[Tensor], y: Tensor -> List[Tensor]", """
            gs = torch.grad([y], xs, None, None, False, True)
            out = annotate(List[Tensor], [])
            for i in range(torch.len(xs)):
              g = gs[i]
              if torch.__is__(g, None):
                _0 = torch.append(out, torch.zeros_like(xs[i]))
              else:
                _1 = torch.append(out, torch.contiguous(unchecked_cast(Tensor, g)))
            return out""");

    private Autograd() {}

    /** {@code dy/dx} of a scalar, itself differentiable: what R1 and path length are made of. */
    public static NDArray gradient(Pass pass, NDArray y, NDArray x) {
        return INPUT.call(pass, y, x);
    }

    /**
     * {@code dy/dp} of a scalar for each parameter; zeros for one that {@code y} does not depend on. Contiguous, like
     * parameters: channels-last convolutions give strided gradients, which fused optimisers would read in a wrong order.
     */
    public static NDList gradients(Pass pass, NDArray y, List<NDArray> parameters) {
        return PARAMETERS.callWithList(pass, parameters, y);
    }
}
