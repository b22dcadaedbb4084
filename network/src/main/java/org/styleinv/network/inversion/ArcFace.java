package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;

/**
 * Who a face is: the recognition network whose features the identity loss compares. Its weights come from the published file
 * {@code model_ir_se50.pth}, whose names these are. ArcFace (Deng et al. 2019); pSp (Richardson et al. 2021), equation 4.
 */
public final class ArcFace extends Layer {
    /** @param features width of the result, 512 in the published model */
    public record Config(IrSeBackbone.Config backbone, int features) {}

    private static final int INPUT = 112;
    private static final int LAST = INPUT / 16; // side of the last stage
    // Of a face aligned as in FFHQ at 256 pixels: rows and columns that the network sees.
    private static final double FRAME = 256;
    private static final double TOP = 35;
    private static final double LEFT = 32;
    private static final double SIDE = 188;

    private static final Script HEAD = Script.of(
            "x: Tensor, weight: Tensor, bias: Tensor, " + BatchNorm.arguments("p") + ", " + BatchNorm.arguments("q")
                    + " -> Tensor",
            "x = " + BatchNorm.text("x", "p", Statistics.STORED),
            "x = torch.addmm(bias, torch.flatten(torch.contiguous(x, memory_format=0), 1), torch.t(weight))",
            "x = " + BatchNorm.text("x", "q", Statistics.STORED),
            "return torch.div(x, torch.sqrt(torch.sum(torch.mul(x, x), [1], True)))");
    private static final Script LOSS = Script.of(
            "a: Tensor, b: Tensor -> Tensor",
            "return torch.rsub(torch.mean(torch.sum(torch.mul(a, torch.detach(b)), [1])), 1.)");

    private final IrSeBody body;
    private final BatchNorm before;
    private final String weight; // [features, width * 7 * 7]
    private final String bias; // [features]
    private final BatchNorm after;

    public ArcFace(Config config) {
        super("");
        int width = config.backbone().widths().get(IrSeBackbone.STAGES - 1);
        body = child(new IrSeBody("", config.backbone()));
        before = child(new BatchNorm("output_layer.0", width));
        weight = parameter(
                "output_layer.3.weight", Bottleneck.he(width * LAST * LAST), config.features(), width * LAST * LAST);
        bias = parameter("output_layer.3.bias", Initializer.ZEROS, config.features());
        after = child(new BatchNorm("output_layer.4", config.features()));
    }

    /**
     * Features of unit length: {@code image [n, 3, r, r]} in [-1, 1], aligned as in FFHQ, {@code -> [n, features]}. The
     * published crop is that of 256 pixels; of other sizes it is the same part.
     */
    public NDArray features(Pass pass, NDArray image) {
        double scale = image.getShape().get(2) / FRAME;
        NDArray x = Script.of(
                        "x: Tensor -> Tensor",
                        String.format(
                                Locale.ROOT,
                                "x = torch.slice(torch.slice(x, 2, %d, %d), 3, %d, %d)",
                                Math.round(TOP * scale),
                                Math.round((TOP + SIDE) * scale),
                                Math.round(LEFT * scale),
                                Math.round((LEFT + SIDE) * scale)),
                        String.format(Locale.ROOT, "return torch.adaptive_avg_pool2d(x, [%1$d, %1$d])", INPUT))
                .call(pass, image);
        x = body.input(pass, x);
        for (int stage = 0; stage < IrSeBackbone.STAGES; stage++) {
            x = body.stage(pass, stage, x);
        }
        NDList arguments = before.append(pass, x, pass.weight(weight), pass.weight(bias));
        return HEAD.call(pass, after.append(pass, arguments)).get(0);
    }

    /**
     * Identity loss: one minus the mean cosine of two sets of features.
     *
     * @param target features that no gradient flows to
     * @return shape []
     */
    public static NDArray loss(Pass pass, NDArray features, NDArray target) {
        return LOSS.call(pass, features, target);
    }
}
