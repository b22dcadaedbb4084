package org.styleinv.decoder.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

class NetworkDecoderTest {
    @TempDir
    Path folder;

    /** An untrained model of 16x16 with a variant. */
    private void writeModel() throws IOException {
        Generator.Config config = new Generator.Config(24, 2, new SynthesisNetwork.Config(32, 16, 512, 32, true, 256));
        TrainingRecord training = new TrainingRecord("none", 0, 1, "none", Map.of(), Map.of(), "Apache-2.0");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Weights base = new Generator(config).initialize(manager, 3);
            ModelFolder model =
                    ModelFolder.write(folder, "tiny", new Architecture(config, null, null), training, base, null, null);
            model.writeVariant("sketch", training, new Generator(config).initialize(manager, 4));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFrameIsTheSameAloneAndInABatch(Precision precision) throws Exception {
        writeModel();
        ModelFolder model = ModelFolder.open(folder);
        model.writePrecision(precision, model.training());
        try (Decoder decoder = NetworkDecoder.load(folder)) {
            List<float[]> ws = new ArrayList<>();
            for (int seed = 0; seed < 9; seed++) {
                ws.add(decoder.map(decoder.z(seed), 1));
            }
            for (Noise noise : List.of(Noise.CONST, Noise.NONE, Noise.random(5))) {
                List<byte[]> together = decoder.paint("base", noise, ws);
                for (int i = 0; i < ws.size(); i++) {
                    assertArrayEquals(
                            decoder.paint("base", noise, List.of(ws.get(i))).get(0), together.get(i));
                }
            }
        }
    }

    /** Bits of float16 are eight times as fine as those of bfloat16; and every variant says by its digest what paints it. */
    @ParameterizedTest
    @CsvSource({"BFLOAT16, 40", "FLOAT16, 55"})
    void halfPrecisionPaintsNearlyTheSameUnderAnotherDigest(Precision half, double decibels) throws Exception {
        writeModel();
        ModelFolder model = ModelFolder.open(folder);
        String identity = NetworkDecoder.identity(model);
        try (Decoder exact = NetworkDecoder.load(folder)) {
            ModelFolder next = model.writePrecision(half, model.training());
            assertNotEquals(identity, NetworkDecoder.identity(next));
            try (Decoder near = NetworkDecoder.load(folder)) {
                float[] w = exact.map(exact.z(1), 1);
                assertArrayEquals(w, near.map(near.z(1), 1));
                for (int i = 0; i < 2; i++) {
                    String variant = exact.variants().get(i).name();
                    assertNotEquals(
                            exact.variants().get(i).digest(),
                            near.variants().get(i).digest());
                    byte[] one = exact.paint(variant, Noise.CONST, List.of(w)).get(0);
                    byte[] other = near.paint(variant, Noise.CONST, List.of(w)).get(0);
                    double psnr = psnr(one, other);
                    assertTrue(psnr > decibels && psnr < 90, variant + " differs by " + psnr + " dB");
                }
            }
        }
    }

    private static double psnr(byte[] one, byte[] other) {
        double sum = IntStream.range(0, one.length)
                .mapToDouble(i -> Math.pow((one[i] & 255) - (other[i] & 255), 2))
                .sum();
        return 10 * Math.log10(255 * 255 * one.length / sum);
    }

    @Test
    void layersBehindTheSplitAreOfTheOtherFace() throws Exception {
        writeModel();
        try (Decoder decoder = NetworkDecoder.load(folder)) {
            float[] own = decoder.map(decoder.z(1), 1);
            float[] other = decoder.map(decoder.z(2), 1);
            float[] shift = new float[own.length];
            for (int i = 0; i < own.length; i++) {
                shift[i] = other[i] - own[i];
            }
            List<Styles> styles = List.of(
                    Styles.of(own),
                    Styles.of(other),
                    new Styles(own, other, 0),
                    new Styles(own, other, 6), // a model of 16 pixels has 6
                    Styles.shifted(own, shift, 8),
                    Styles.shifted(own, shift, 16),
                    Styles.shifted(own, new float[own.length], 8));
            List<byte[]> frames = decoder.paintStyles("base", Noise.CONST, styles);
            assertArrayEquals(frames.get(1), frames.get(2));
            assertArrayEquals(frames.get(0), frames.get(3));
            assertArrayEquals(frames.get(0), frames.get(6));
            for (int i = 0; i < styles.size(); i++) { // alone as in a batch, to the last bit
                assertArrayEquals(
                        frames.get(i),
                        decoder.paintStyles("base", Noise.CONST, List.of(styles.get(i)))
                                .get(0));
            }
            for (int from : new int[] {8, 16}) {
                int split = from == 8 ? 1 : 3;
                byte[] split2 = decoder.paintStyles("base", Noise.CONST, List.of(new Styles(own, other, split)))
                        .get(0);
                assertTrue(distance(frames.get(from == 8 ? 4 : 5), split2) <= 1, "the shift leads to the other face");
                assertTrue(distance(split2, frames.get(0)) > 1 && distance(split2, frames.get(1)) > 1);
            }
        }
        assertEquals(
                List.of(8, 16),
                Stream.of(-8, 0, 1, 4, 8, 12, 16, 32)
                        .filter(from -> Styles.isLayer(from, 16))
                        .toList());
    }

    /** The largest difference of a value. */
    private static int distance(byte[] one, byte[] two) {
        return IntStream.range(0, one.length)
                .map(i -> Math.abs((one[i] & 255) - (two[i] & 255)))
                .max()
                .orElseThrow();
    }

    @Test
    void whatHasNoPictureIsSaidAndTakesNoNeighbourAlong() throws Exception {
        writeModel();
        try (Decoder decoder = NetworkDecoder.load(folder)) {
            float[] face = decoder.map(decoder.z(3), 1);
            assertTrue(decoder.distance(face) > 0.1 && decoder.distance(face) < 10);
            assertEquals(0, decoder.distance(decoder.map(decoder.z(3), 0)), 1e-3);
            for (float factor : new float[] {1, 30, 300}) { // within the bound everything has a picture
                float[] far = face.clone();
                for (int i = 0; i < far.length; i++) {
                    far[i] *= factor;
                }
                assertTrue(decoder.distance(far) < Decoder.FARTHEST);
                decoder.paint("base", Noise.CONST, List.of(far));
                decoder.paint("sketch", Noise.NONE, List.of(far));
            }
            float[] beyond = new float[face.length];
            java.util.Arrays.fill(beyond, 3e38f);
            assertTrue(decoder.distance(beyond) > Decoder.FARTHEST);
            assertThrows(NotFinite.class, () -> decoder.paint("base", Noise.CONST, List.of(face, beyond)));
            assertThrows(NotFinite.class, () -> decoder.synthesize("base", Noise.CONST, beyond));
            float[] huge = decoder.z(1);
            java.util.Arrays.fill(huge, 3e38f);
            float[] w = decoder.map(huge, 1);
            assertEquals(huge.length, decoder.zDim());
            assertTrue(Float.isNaN(w[0]) || Float.isFinite(w[0]));
        }
    }

    @Test
    void pixelsAreFloatsCutToBytes() throws Exception {
        writeModel();
        try (Decoder decoder = NetworkDecoder.load(folder)) {
            float[] w = decoder.map(decoder.z(1), 0.7);
            float[] planes = decoder.synthesize("base", Noise.CONST, w);
            byte[] rgb = decoder.paint("base", Noise.CONST, List.of(w)).get(0);
            int size = 16 * 16;
            for (int i = 0; i < size; i++) {
                for (int c = 0; c < 3; c++) {
                    int wanted = (int) Math.max(0, Math.min(255, planes[c * size + i] * 127.5f + 128));
                    assertEquals(wanted, rgb[3 * i + c] & 0xff);
                }
            }
        }
    }

    @Test
    void aStyleChangesTheFramesOfTheBaseAndNotThePictureThatMotionStartsFrom() throws Exception {
        writeModel();
        try (Decoder plain = NetworkDecoder.load(folder);
                Decoder styled = NetworkDecoder.load(folder, Optional.of("sketch"))) {
            float[] w = plain.map(plain.z(1), 1);
            assertArrayEquals(
                    plain.paint("sketch", Noise.CONST, List.of(w)).get(0),
                    styled.paint("base", Noise.CONST, List.of(w)).get(0));
            assertArrayEquals(plain.synthesize("base", Noise.CONST, w), styled.synthesize("base", Noise.CONST, w));
            assertEquals(
                    plain.variants().get(1).digest(), styled.variants().get(0).digest());
        }
    }

    @Test
    void anUnknownStyleIsRefusedByName() throws Exception {
        writeModel();
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> NetworkDecoder.load(folder, Optional.of("scetch")));
        assertTrue(e.getMessage().contains("styleinv.decoder.style is \"scetch\""), e.getMessage());
    }

    @Test
    void variantsSharingALatentPaintDifferently() throws Exception {
        writeModel();
        try (Decoder decoder = NetworkDecoder.load(folder)) {
            assertEquals(
                    List.of("base", "sketch"),
                    decoder.variants().stream().map(Decoder.Variant::name).toList());
            float[] w = decoder.map(decoder.z(1), 1);
            byte[] base = decoder.paint("base", Noise.CONST, List.of(w)).get(0);
            byte[] sketch = decoder.paint("sketch", Noise.CONST, List.of(w)).get(0);
            assertTrue(java.util.Arrays.mismatch(base, sketch) >= 0);
            assertTrue(!decoder.variants()
                    .get(0)
                    .digest()
                    .equals(decoder.variants().get(1).digest()));
        }
    }

    @Test
    void truncationZeroIsTheMeanFaceForEverySeed() throws Exception {
        writeModel();
        try (Decoder decoder = NetworkDecoder.load(folder)) {
            assertArrayEquals(decoder.map(decoder.z(1), 0), decoder.map(decoder.z(2), 0), 1e-6f);
            assertArrayEquals(decoder.z(1), decoder.z(1));
            assertTrue(java.util.Arrays.mismatch(decoder.z(1), decoder.z(2)) >= 0);
        }
    }

    @Test
    void aMissingModelIsSaidInASentence() {
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> NetworkDecoder.load(folder.resolve("nothing")));
        assertTrue(e.getMessage().startsWith("the decoder has no model: "), e.getMessage());
        assertTrue(e.getMessage().endsWith("set styleinv.model to a model folder"), e.getMessage());
    }

    @Test
    void aDamagedModelIsRefused() throws Exception {
        writeModel();
        Path weights = folder.resolve("generator.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 3] ^= 1;
        Files.write(weights, bytes);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> NetworkDecoder.load(folder));
        assertTrue(e.getMessage().contains("SHA-256"), e.getMessage());
    }

    @Test
    void whatWasBegunIsFetchedThoughItsModelIsClosed() throws Exception {
        writeModel();
        Decoder decoder = NetworkDecoder.load(folder);
        float[] w = decoder.map(decoder.z(1), 1);
        byte[] expected = decoder.paint("base", Noise.CONST, List.of(w)).get(0);
        try (Decoder.Painting painting = decoder.begin("base", Noise.CONST, List.of(Styles.of(w)))) {
            decoder.close();
            assertArrayEquals(expected, painting.pixels().get(0));
        }
    }

    @Test
    void aHundredCallsLeaveNothingBehind() throws Exception {
        writeModel();
        try (NetworkDecoder decoder = (NetworkDecoder) NetworkDecoder.load(folder)) {
            float[] w = decoder.map(decoder.z(1), 1);
            decoder.paint("base", Noise.CONST, List.of(w, w));
            int before = decoder.arrays();
            for (int i = 0; i < 100; i++) {
                decoder.map(decoder.z(i), 0.5);
                decoder.synthesize("sketch", Noise.random(i), w);
                decoder.paint("base", Noise.CONST, List.of(w, w));
            }
            assertEquals(before, decoder.arrays());
        }
    }
}
