package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Golden;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** The temporal style and the modulated encoder against stored reference numbers, on both ways to evaluate them. */
class GoldenStyleInVTest {
    static final StyleInV.Config CONFIG = new StyleInV.Config(
            new IrSeBackbone.Config(List.of(16, 16, 24, 48)), new TemporalStyle.Config(48, 48, 32, 8, 16, 8, 32, 11));

    private final NDManager manager = NDManager.newBaseManager();
    private final StyleInV network = new StyleInV(CONFIG);
    private final TemporalStyle style = network.style();
    private final Golden golden = Golden.open("styleinv");
    private final Weights weights = Golden.open("styleinv_weights").weights(manager, network);
    private final Pass pass = Pass.inference(manager, weights);
    private final NDArray wc = golden.in(manager, "wc");
    private final NDArray image = golden.in(manager, "img");

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray times(String name) {
        return golden.in(manager, name).squeeze(2);
    }

    /** Codes of the serving path, {@code [n, t, 2F]}, for trajectories of stored noise. */
    private NDArray codes(String noise, double[] frames) {
        NDArray z = golden.in(manager, noise);
        NDList rows = new NDList();
        for (int n = 0; n < 2; n++) {
            NDArray trajectory = z.get(n);
            for (double frame : frames) {
                long anchor = style.anchorAt((long) frame);
                MotionSegment segment =
                        style.segment(pass, k -> trajectory.get(k).toFloatArray(), anchor);
                rows.add(manager.create(segment.code(frame - anchor * 8)));
            }
        }
        return NDArrays.stack(rows).reshape(2, frames.length, 32);
    }

    private NDArray latents(NDArray codes) {
        int times = (int) codes.getShape().get(1);
        NDArray features = network.prefix(pass, image);
        NDList rows = new NDList();
        for (int t = 0; t < times; t++) {
            List<float[]> values = new ArrayList<>();
            values.add(codes.get(0, t).toFloatArray());
            values.add(codes.get(1, t).toFloatArray());
            rows.add(network.encode(pass, features, style.styles(pass, wc, values), wc));
        }
        return NDArrays.concat(rows);
    }

    @Test
    void findsAnchors() {
        NDArray u = style.anchors(pass, golden.in(manager, "motion_z"));
        double[] frames = golden.get("frames").values();
        NDList left = new NDList();
        NDList right = new NDList();
        for (double frame : frames) {
            left.add(u.get(":, " + (int) (frame / 8)));
            right.add(u.get(":, " + ((int) (frame / 8) + 1)));
        }
        golden.check("u.motion_u_left", NDArrays.stack(left, 1), 1e-5);
        golden.check("u.motion_u_right", NDArrays.stack(right, 1), 1e-5);
    }

    @Test
    void codesTime() {
        NDArray u = style.anchors(pass, golden.in(manager, "motion_z"));
        golden.check("motion_v", style.codes(pass, u, times("Ts")), 1e-5);
    }

    @Test
    void codesTimeFromASegmentAlone() {
        golden.check("motion_v", codes("motion_z", golden.get("frames").values()), 1e-5);
    }

    @Test
    void stylesAndEncodes() {
        NDArray motionZ = golden.in(manager, "motion_z");
        golden.check("styles", style.sequence(pass, wc, motionZ, times("Ts")), 1e-5);
        NDArray codes = network.forward(pass, image, wc, motionZ, times("Ts"));
        golden.check("codes", codes, 1e-5);
        Generator generator =
                new Generator(new Generator.Config(48, 8, new SynthesisNetwork.Config(48, 64, 1024, 48, true, 256)));
        Weights g = Golden.open("generator_weights").weights(manager, generator);
        NDArray frames = generator.synthesis().forward(Pass.inference(manager, g), codes, Noise.CONST);
        golden.check(
                "frames_img_down4",
                frames.reshape(14, 3, 16, 4, 16, 4).mean(new int[] {5}).mean(new int[] {3}),
                1e-4);
    }

    @Test
    void encodesFromASegmentAlone() {
        golden.check("codes", latents(codes("motion_z", golden.get("frames").values())), 1e-5);
    }

    @Test
    void goesOnBeyondTheTrainedClip() {
        NDArray motionZ = golden.in(manager, "long_motion_z");
        golden.check("long_codes", network.forward(pass, image, wc, motionZ, times("long_Ts")), 1e-4);
        double[] frames = new double[3];
        for (int i = 0; i < 3; i++) {
            frames[i] = (float) golden.get("long_Ts").values()[i] * 31f;
        }
        golden.check("long_codes", latents(codes("long_motion_z", frames)), 1e-4);
    }
}
