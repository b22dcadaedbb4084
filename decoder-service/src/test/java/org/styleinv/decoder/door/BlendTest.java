package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.FakeDecoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.decoder.engine.TinyModel;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.WireHeaders;

/** Frames that are part one variant and part another. */
@Timeout(60)
class BlendTest {
    @TempDir
    private Path folder;

    private static DecoderRig threeVariants(int maxBatch) {
        return new DecoderRig(true, maxBatch, Optional.of(new FakeDecoder(0, "", "base", "oil", "sketch")));
    }

    private static Latent.Builder mixed(long index, String other, double weight) {
        return DecoderRig.latent("p0-a", index)
                .setBlend(Blend.newBuilder().setVariant(other).setWeight(weight));
    }

    @Test
    void aBlendedFrameIsOnItsVariantsTopicAndTellsBothModels() throws Exception {
        try (DecoderRig rig = threeVariants(8)) {
            rig.feed(mixed(7, "oil", 0.25));
            DecoderRig.await(() -> rig.frames("base").size() == 1);
            Frame frame = rig.frames("base").get(0);
            assertEquals(32, frame.getImage().getData().byteAt(0)); // 7 + 100 / 4
            assertEquals("base", frame.getVariant());
            assertEquals("digest-base", frame.getModel());
            assertEquals(
                    Blend.newBuilder()
                            .setVariant("oil")
                            .setWeight(0.25)
                            .setModel("digest-oil")
                            .build(),
                    frame.getBlend());
            assertEquals(
                    Optional.of("oil"),
                    WireHeaders.text(rig.records("styleinv.frames.base").get(0).headers(), WireHeaders.BLEND));
            DecoderRig.await(() -> rig.committed() == 1);
            assertEquals(0, rig.frames("oil").size());
        }
    }

    @Test
    void aPureFrameHasNoBlend() throws Exception {
        try (DecoderRig rig = threeVariants(8)) {
            rig.feed(DecoderRig.latent("p0-a", 7));
            DecoderRig.await(() -> rig.frames("base").size() == 1);
            assertEquals(false, rig.frames("base").get(0).hasBlend());
        }
    }

    @Test
    void framesOfAllWeightsShareABatchAndOtherPairsDoNot() throws Exception {
        FakeDecoder decoder = new FakeDecoder(0, "", "base", "oil", "sketch");
        try (DecoderRig rig = new DecoderRig(true, 8, Optional.of(decoder))) {
            decoder.gate.drainPermits();
            rig.feed(DecoderRig.latent("p0-plug", 0));
            DecoderRig.await(() -> decoder.gate.hasQueuedThreads());
            rig.feed(
                    mixed(1, "oil", 0.25), mixed(2, "oil", 0.5), mixed(3, "sketch", 0.5), DecoderRig.latent("p0-a", 4));
            DecoderRig.await(() -> rig.queued() == 4);
            decoder.gate.release(1000);
            DecoderRig.await(() -> rig.frames("base").size() == 5);
            assertEquals(List.of(1, 2, 2, 1, 1, 1), decoder.batches, "a plug, two and two, one and one, one");
            assertEquals(
                    List.of(0, 26, 52, 3, 4),
                    rig.frames("base").stream()
                            .map(frame -> (int) frame.getImage().getData().byteAt(0))
                            .toList());
        }
    }

    @Test
    void bothPartsOfAFrameAreOfOneModelThroughASwap() throws Exception {
        try (DecoderRig rig = threeVariants(4)) {
            for (int swap = 1; swap <= 20; swap++) {
                rig.feed(mixed(2 * swap, "oil", 0.5), mixed(2 * swap + 1, "oil", 0.5));
                rig.process
                        .replace(new FakeDecoder(0, "-" + swap, "base", "oil", "sketch"))
                        .join();
            }
            DecoderRig.await(() -> rig.frames("base").size() == 40);
            for (Frame frame : rig.frames("base")) {
                assertEquals(
                        frame.getModel().replace("base", "oil"),
                        frame.getBlend().getModel());
            }
        }
    }

    private static float[] w() {
        float[] w = new float[32];
        for (int i = 0; i < w.length; i++) {
            w[i] = i % 5 / 5f - 0.4f;
        }
        return w;
    }

    @Test
    void aBlendIsTheMixOfTheTwoFramesToTheBit() throws Exception {
        TinyModel.write(folder, 1, "sketch");
        byte[] base;
        byte[] sketch;
        try (Decoder decoder = NetworkDecoder.load(folder)) {
            base = decoder.paint("base", Noise.CONST, List.of(w())).get(0);
            sketch = decoder.paint("sketch", Noise.CONST, List.of(w())).get(0);
        }
        assertNotEquals(-1, java.util.Arrays.mismatch(base, sketch));
        double[] weights = {0, 1.0 / 3, 0.5, 59.0 / 60, 1};
        try (DecoderRig rig = new DecoderRig(true, 4, Optional.of(NetworkDecoder.load(folder)))) {
            for (int i = 0; i < weights.length; i++) {
                Latent.Builder latent = mixed(i, "sketch", weights[i]).clearW();
                for (float value : w()) {
                    latent.addW(value);
                }
                rig.feed(latent);
            }
            DecoderRig.await(() -> rig.frames("base").size() == weights.length);
            for (Frame frame : rig.frames("base")) {
                byte[] expected = PictureEncoder.mix(base, sketch, weights[(int) frame.getIndex()]);
                assertArrayEquals(expected, frame.getImage().getData().toByteArray());
            }
            assertArrayEquals(
                    base, rig.frames("base").get(0).getImage().getData().toByteArray());
            assertArrayEquals(
                    sketch, rig.frames("base").get(4).getImage().getData().toByteArray());
        }
    }
}
