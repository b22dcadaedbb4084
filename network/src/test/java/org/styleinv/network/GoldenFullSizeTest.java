package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** The networks in the published sizes, 256 pixels, against stored reference numbers. */
class GoldenFullSizeTest {
    private static final double SQRT3 = Math.sqrt(3);
    private static final IrSeBackbone.Config BACKBONE = new IrSeBackbone.Config(List.of(64, 128, 256, 512));

    private final NDManager manager = NDManager.newBaseManager();
    private final Golden golden = Golden.open("fullsize");

    @AfterEach
    void close() {
        manager.close();
    }

    private double[] row(String name, int row) {
        int width = (int) golden.get(name).shape()[1];
        return Arrays.copyOfRange(golden.get(name).values(), row * width, (row + 1) * width);
    }

    private static NDArray pooled(NDArray image) {
        return image.reshape(1, 3, 32, 8, 32, 8).mean(new int[] {5}).mean(new int[] {3});
    }

    @Test
    void generatesAndMoves() {
        Generator generator = new Generator(
                new Generator.Config(512, 8, new SynthesisNetwork.Config(512, 256, 16384, 512, true, 256)));
        Pass g = Pass.inference(manager, Golden.recipe(manager, generator, Map.of("", "G")));
        NDArray z = Golden.input(manager, "z", SQRT3, 1, 512);
        NDArray w = generator.mapping().truncate(g, generator.mapping().forward(g, z), 0.8);
        golden.check("G.w_psi08", w, 1e-5);
        NDArray image = generator.synthesis().forward(g, w, Noise.CONST);
        golden.check("G.img_avgpool8", pooled(image), 1e-4);
        golden.check("G.img_crop", image.get(":, :, 100:132, 60:92"), 1e-4);

        StyleInV motion = new StyleInV(
                new StyleInV.Config(BACKBONE, new TemporalStyle.Config(512, 512, 128, 128, 256, 32, 1024, 11)));
        Pass m = Pass.inference(
                manager, Golden.recipe(manager, motion, Map.of("encoder.", "SI.encoder", "mapping.", "SI.mapping")));
        float[] noise = Golden.input(manager, "zm", SQRT3, 1, 3, 512).toFloatArray();
        NDArray w0 = Golden.input(manager, "wc", 0.7, 1, 512);
        NDArray features = motion.prefix(m, Golden.input(manager, "siimg", 1, 1, 3, 256, 256));
        for (int row : new int[] {0, 3}) {
            double frame = golden.get("SI.frames").values()[row];
            float[] code = motion.style()
                    .segment(m, k -> Arrays.copyOfRange(noise, (int) k * 512, (int) (k + 1) * 512), (long) frame / 128)
                    .code(frame);
            golden.check("SI.motion_v", row("SI.motion_v", row), manager.create(code), 1e-5);
            NDArray styles = motion.style().styles(m, w0, List.of(code));
            golden.check("SI.styles", row("SI.styles", row), styles, 1e-5);
            NDArray wt = motion.encode(m, features, styles, w0);
            golden.check("SI.codes", row("SI.codes", row), wt, 1e-3);
            if (row == 3) {
                golden.check(
                        "SI.img_frame3_avgpool8", pooled(generator.synthesis().forward(g, wt, Noise.NONE)), 1e-3);
            }
        }
    }

    @Test
    void inverts() {
        InversionEncoder encoder = new InversionEncoder(new InversionEncoder.Config(512, BACKBONE));
        Pass pass = Pass.inference(manager, Golden.recipe(manager, encoder, Map.of("encoder.", "pSp.encoder")));
        golden.check("pSp.delta_64", encoder.forward(pass, Golden.input(manager, "img64", 1, 1, 3, 64, 64)), 1e-3);
        golden.check("pSp.delta_256", encoder.forward(pass, Golden.input(manager, "img256", 1, 1, 3, 256, 256)), 1e-3);
    }

    @Test
    void judgesPictures() {
        Discriminator discriminator = new Discriminator(new Discriminator.Config(256, 16384, 512, 8, 256));
        Pass pass = Pass.inference(manager, Golden.recipe(manager, discriminator, Map.of("", "D.image")));
        golden.check(
                "D.image_logits", discriminator.forward(pass, Golden.input(manager, "dimg", 1, 2, 3, 256, 256)), 1e-4);
    }

    @Test
    void judgesVideos() {
        VideoDiscriminator discriminator =
                new VideoDiscriminator(new VideoDiscriminator.Config(256, 16384, 512, 8, 256, 4, 128, 16, 2, false));
        Pass pass = Pass.inference(manager, Golden.recipe(manager, discriminator, Map.of("", "D.video")));
        NDArray clip = Golden.input(manager, "vimg", 1, 2, 12, 256, 256); // not sqrt(3), as the fixtures' page says
        golden.check("D.video_logits", discriminator.forward(pass, clip, golden.in(manager, "D.video_ts")), 1e-4);
    }
}
