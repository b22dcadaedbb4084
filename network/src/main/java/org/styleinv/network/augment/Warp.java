package org.styleinv.network.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.UpFirDn;

/**
 * Resamples each picture by an affine map of its own, between upsampling and downsampling by a smooth filter, so that
 * hardly anything aliases; what lies outside is mirrored. It only gathers, so it can be differentiated twice: libtorch's own
 * grid sampler cannot, and R1 goes through here. Training GANs with Limited Data (Karras et al. 2020), appendix B.
 */
final class Warp {
    private static final float[] FILTER = Wavelets.floats(Wavelets.geometry());
    private static final int MARGIN = FILTER.length / 4; // pixels that the filter reaches beyond the picture
    private static final int UP = 2;

    /** Bilinear sampling, zeros outside: row i of {@code m [n, 6]}, or its only one, maps pixels of the result to pixels of picture i. */
    private static final Script SAMPLE = Script.of("x: Tensor, m: Tensor, xs: Tensor, ys: Tensor -> Tensor", """
            h = torch.size(x, 2)
            w = torch.size(x, 3)
            px = torch.add(torch.mul(torch.slice(m, 1, 0, 1), xs), torch.mul(torch.slice(m, 1, 1, 2), ys))
            py = torch.add(torch.mul(torch.slice(m, 1, 3, 4), xs), torch.mul(torch.slice(m, 1, 4, 5), ys))
            px = torch.add(px, torch.slice(m, 1, 2, 3))
            py = torch.add(py, torch.slice(m, 1, 5, 6))
            x0 = torch.floor(px)
            y0 = torch.floor(py)
            flat = torch.flatten(x, 2)
            parts = annotate(List[Tensor], [])
            for i in range(4):
              cx = torch.add(x0, torch.remainder(i, 2))
              cy = torch.add(y0, torch.floordiv(i, 2))
              across = torch.mul(torch.ge(cx, 0), torch.lt(cx, w))
              down = torch.mul(torch.ge(cy, 0), torch.lt(cy, h))
              share = torch.mul(torch.rsub(torch.abs(torch.sub(px, cx)), 1.), torch.rsub(torch.abs(torch.sub(py, cy)), 1.))
              share = torch.unsqueeze(torch.mul(share, torch.mul(across, down)), 1)
              index = torch.mul(torch.clamp(cy, 0, torch.sub(h, 1)), w)
              index = torch.to(torch.add(index, torch.clamp(cx, 0, torch.sub(w, 1))), 4)
              index = torch.expand(torch.unsqueeze(index, 1), [-1, torch.size(x, 1), -1])
              _0 = torch.append(parts, torch.mul(torch.gather(flat, 2, index), share))
            return torch.add(torch.add(parts[0], parts[1]), torch.add(parts[2], parts[3]))""");

    private Warp() {}

    /**
     * {@code x [n, c, h, w] -> [n, c, h, w]}.
     *
     * @param inverse where a pixel of the result comes from, in pixels from the middle
     */
    static NDArray apply(Pass pass, NDArray x, Affine inverse) {
        NDManager scope = pass.scope();
        int h = Math.toIntExact(x.getShape().get(2));
        int w = Math.toIntExact(x.getShape().get(3));
        NDArray filter = scope.create(FILTER);
        int across = margin(inverse, w, h, 0);
        int down = margin(inverse, w, h, 1);
        NDArray wide = Script.of(
                        "x: Tensor -> Tensor",
                        String.format(
                                Locale.ROOT,
                                "return torch.reflection_pad2d(x, [%1$d, %1$d, %2$d, %2$d])",
                                across,
                                down))
                .call(pass, x);
        wide = UpFirDn.upsample(UP, FILTER.length).apply(pass, wide, filter);

        int outW = UP * (w + 2 * MARGIN);
        int outH = UP * (h + 2 * MARGIN);
        // An even number of taps moves the picture by half a pixel.
        Affine shift = Affine.translate(0.5, 0.5);
        Affine m = Affine.translate(
                        wide.getShape().get(3) / 2.0 - 0.5, wide.getShape().get(2) / 2.0 - 0.5)
                .after(Affine.translate(-0.5, -0.5))
                .after(Affine.scale(UP, UP))
                .after(inverse)
                .after(Affine.scale(1.0 / UP, 1.0 / UP))
                .after(shift);
        float[] matrix = new float[6];
        for (int k = 0; k < 6; k++) {
            matrix[k] = (float) m.rows()[k / 3][k % 3];
        }
        float[] xs = new float[outW * outH];
        float[] ys = new float[outW * outH];
        for (int i = 0; i < xs.length; i++) {
            xs[i] = i % outW + 0.5f - outW / 2f;
            ys[i] = i / outW + 0.5f - outH / 2f;
        }
        NDArray sampled = SAMPLE.call(
                        pass, wide, scope.create(matrix, new Shape(1, 6)), scope.create(xs), scope.create(ys))
                .reshape(x.getShape().get(0), x.getShape().get(1), outH, outW);
        int before = (FILTER.length - UP + 1) / 2 - UP * MARGIN;
        int after = (FILTER.length - UP) / 2 - UP * MARGIN;
        return new UpFirDn(1, 1, UP, UP, before, after, before, after, true, 1).apply(pass, sampled, filter);
    }

    /**
     * How far a corner comes from beyond the sides, and the filter's reach; mirroring bounds it. Rounded up, so that there
     * are few functions to compile.
     *
     * @param axis 0 across, 1 down
     */
    private static int margin(Affine inverse, int w, int h, int axis) {
        double[] middle = {(w - 1) / 2.0, (h - 1) / 2.0};
        double margin = 0;
        for (int corner = 0; corner < 4; corner++) {
            double[] at =
                    inverse.apply(corner % 2 == 0 ? -middle[0] : middle[0], corner / 2 == 0 ? -middle[1] : middle[1]);
            margin = Math.max(margin, Math.abs(at[axis]) + 2 * MARGIN - middle[axis]);
        }
        int side = axis == 0 ? w : h;
        int step = Math.max(1, side / 8);
        return (int) Math.min(side - 1, Math.ceil(margin / step) * step);
    }
}
