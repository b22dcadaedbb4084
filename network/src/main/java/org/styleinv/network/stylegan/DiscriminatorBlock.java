package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/** A residual block that halves the size; the first one also reads the colours. StyleGAN2, figure 7 (c). */
public final class DiscriminatorBlock extends Layer {
    private static final Script CHANNELS_LAST =
            Script.of("x: Tensor -> Tensor", "return torch.contiguous(x, memory_format=2)");
    private static final Script ADD = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.add(x, y)");

    private final @Nullable ConvLayer fromRgb;
    private final ConvLayer conv0;
    private final ConvLayer conv1;
    private final ConvLayer skip;

    /** @param colours channels of the picture that this block reads, 0 if it reads features */
    public DiscriminatorBlock(String name, int colours, int in, int middle, int out, double convClamp) {
        super(name);
        fromRgb =
                colours == 0 ? null : child(new ConvLayer(path("fromrgb"), colours, in, 1, false, true, 1, convClamp));
        conv0 = child(new ConvLayer(path("conv0"), in, middle, 3, false, true, 1, convClamp));
        conv1 = child(new ConvLayer(path("conv1"), middle, out, 3, true, true, Math.sqrt(0.5), convClamp));
        skip = child(
                new ConvLayer(path("skip"), in, out, 1, true, false, Math.sqrt(0.5), convClamp > 0 ? convClamp : 0));
    }

    /** {@code x [n, colours or in, h, w] -> [n, out, h/2, w/2]}. */
    public NDArray forward(Pass pass, NDArray x) {
        if (fromRgb != null) {
            x = fromRgb.forward(pass, CHANNELS_LAST.call(pass, x));
        }
        NDArray y = skip.forward(pass, x);
        return ADD.call(pass, y, conv1.forward(pass, conv0.forward(pass, x)));
    }
}
