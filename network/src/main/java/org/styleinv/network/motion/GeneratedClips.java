package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/** What the video discriminator sees of generated frames. StyleInV (Wang et al. 2023), section 3.4. */
final class GeneratedClips {
    private static final Script JOIN = Script.of("frames: Tensor, x0: Tensor -> Tensor", """
            n = torch.size(x0, 0)
            parts = annotate(List[Tensor], [torch.detach(x0)])
            for i in range(torch.sub(torch.floordiv(torch.size(frames, 0), n), 1)):
              start = torch.mul(torch.add(i, 1), n)
              _0 = torch.append(parts, torch.slice(frames, 0, start, torch.add(start, n)))
            return torch.cat(parts, 1)""");

    private GeneratedClips() {}

    /**
     * Time-major frames as clips whose frame 0 is the first frame itself: {@code [t*n, 3, r, r] -> [n, t*3, r, r]}. No
     * gradient flows to the first frame.
     *
     * @param x0 {@code [n, 3, r, r]}
     */
    static NDArray withFirstFrame(Pass pass, NDArray frames, NDArray x0) {
        return JOIN.call(pass, frames, x0);
    }
}
