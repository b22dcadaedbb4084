package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.MinibatchStd;
import org.styleinv.network.stylegan.FullyConnected.Activation;

/**
 * The end of a discriminator: minibatch standard deviation, a convolution and two fully connected layers, always in
 * float32. With a condition the logit is the projection {@code <out, c> / sqrt(dim)}. Progressive GAN (Karras et al.
 * 2018), section 3; cGANs with Projection Discriminator (Miyato and Koyama 2018).
 */
public final class DiscriminatorEpilogue extends Layer {
    private static final Script PROJECT = Script.of(
            "x: Tensor, c: Tensor -> Tensor",
            "return torch.div(torch.sum(torch.mul(x, c), [1], True), torch.sqrt(torch.size(c, 1)))");

    private final ConvLayer conv;
    private final FullyConnected fc;
    private final FullyConnected out;
    private final int group;

    /**
     * @param group most samples that one standard deviation is taken over
     * @param conditionDim width of the condition, 0 for none
     */
    public DiscriminatorEpilogue(String name, int channels, int group, int conditionDim, double convClamp) {
        super(name);
        this.group = group;
        conv = child(new ConvLayer(path("conv"), channels + 1, channels, 3, false, true, 1, convClamp));
        fc = child(new FullyConnected(path("fc"), channels * 16, channels, Activation.LEAKY_RELU, 1, 0));
        out = child(new FullyConnected(path("out"), channels, conditionDim == 0 ? 1 : conditionDim));
    }

    /**
     * {@code x [n, c, 4, 4] -> logits [n, 1]}.
     *
     * @param condition {@code [n, conditionDim]} or null where the epilogue has none
     */
    public NDArray forward(Pass pass, NDArray x, @Nullable NDArray condition) {
        Pass exact = pass.with(Pass.Precision.FLOAT32);
        x = new MinibatchStd(Math.toIntExact(Math.min(group, x.getShape().get(0))), 1).apply(exact, x);
        x = conv.forward(exact, x);
        x = FLATTEN.call(exact, x);
        x = out.forward(exact, fc.forward(exact, x));
        return condition == null ? x : PROJECT.call(exact, x, condition);
    }

    // NCHW order, whatever the memory format: the fully connected layer's weights are stored so.
    private static final Script FLATTEN = Script.of("x: Tensor -> Tensor", "return torch.flatten(x, 1)");
}
