package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.FakeDecoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.watermark.MarkDetector;
import org.styleinv.network.watermark.MarkKey;
import org.styleinv.network.watermark.Payload;
import org.styleinv.proto.Blend;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;
import org.styleinv.proto.Latent;
import org.styleinv.proto.SynthesizeRequest;

/** What leaves a service with a key of marks carries a mark, whatever the way; without one frames are as they were painted. */
@Timeout(180)
@Tag("thorough") // the networks of a shipped model paint
class MarkedFramesTest {
    private static final Path MODEL = Path.of("..", "models", "faces-64");

    @TempDir
    private Path folder;

    private Path key;
    private Decoder model; // closed by the service that has it
    private float[] w;

    @BeforeEach
    void writeTheKey() throws IOException {
        key = Files.writeString(folder.resolve("mark.key"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    }

    private void load() {
        model = NetworkDecoder.load(MODEL);
        w = model.map(model.z(7), 1);
    }

    private Latent.Builder latent(long index, Encoding encoding) {
        Latent.Builder latent = DecoderRig.latent("p0-a", index).clearW().setEncoding(encoding);
        for (float value : w) {
            latent.addW(value);
        }
        return latent;
    }

    private Latent.Builder mixed() {
        return latent(3, Encoding.RAW)
                .setBlend(Blend.newBuilder().setVariant("sketch").setWeight(0.5));
    }

    private byte[] painted(String variant) {
        return model.paint(variant, Noise.CONST, List.of(w)).get(0);
    }

    private static byte[] rgb(Image image) throws IOException {
        if (image.getEncoding() == Encoding.RAW) {
            return image.getData().toByteArray();
        }
        var picture = ImageIO.read(new ByteArrayInputStream(image.getData().toByteArray()));
        byte[] rgb = new byte[3 * picture.getWidth() * picture.getHeight()];
        for (int i = 0; i < rgb.length; i++) {
            int pixel = i / 3;
            rgb[i] = (byte)
                    (picture.getRGB(pixel % picture.getWidth(), pixel / picture.getWidth()) >> (16 - 8 * (i % 3)));
        }
        return rgb;
    }

    private void assertMarked(Image image) throws IOException {
        MarkDetector.Look look = new MarkDetector(MarkKey.read(key)).look();
        look.at(rgb(image), image.getWidth(), image.getHeight());
        assertEquals(
                Optional.of(Payload.of(model.variants().get(0).digest(), 5)),
                look.found().map(MarkDetector.Found::payload),
                image.getEncoding().name());
    }

    @Test
    void everyFrameOfKafkaIsMarkedAfterItsVariantsWereMixed() throws Exception {
        load();
        byte[] blend = PictureEncoder.mix(painted("base"), painted("sketch"), 0.5);
        try (DecoderRig rig = new DecoderRig(true, 1, Optional.of(model), Optional.of(key))) {
            rig.feed(latent(0, Encoding.RAW), latent(1, Encoding.PNG), latent(2, Encoding.JPEG), mixed());
            DecoderRig.await(() -> rig.frames("base").size() == 4);
            for (var frame : rig.frames("base")) {
                assertMarked(frame.getImage());
            }
            byte[] mixed = rgb(rig.frames("base").get(3).getImage());
            double squares = 0;
            for (int i = 0; i < mixed.length; i++) {
                squares += Math.pow((mixed[i] & 255) - (blend[i] & 255), 2);
            }
            double psnr = 10 * Math.log10(255 * 255.0 * mixed.length / squares);
            assertTrue(psnr >= 40, psnr + " dB");
        }
    }

    @Test
    void withoutAKeyFramesAreAsTheyWerePainted() throws Exception {
        load();
        byte[] base = painted("base");
        byte[] blend = PictureEncoder.mix(base, painted("sketch"), 0.5);
        try (DecoderRig rig = new DecoderRig(true, 1, Optional.of(model))) {
            rig.feed(latent(0, Encoding.RAW), latent(1, Encoding.PNG), mixed());
            DecoderRig.await(() -> rig.frames("base").size() == 3);
            assertArrayEquals(base, rgb(rig.frames("base").get(0).getImage()));
            assertArrayEquals(base, rgb(rig.frames("base").get(1).getImage()));
            assertArrayEquals(blend, rgb(rig.frames("base").get(2).getImage()));
        }
    }

    @Test
    void aPictureByGrpcIsMarkedAndWhatMotionStartsFromIsNot() throws Exception {
        load();
        byte[] planes = PictureEncoder.floats(model.synthesize("base", Noise.CONST, w));
        try (DecoderRig rig = new DecoderRig(true, 1, Optional.of(model), Optional.of(key))) {
            var server = InProcessServerBuilder.forName("marked")
                    .addService(new DecoderService(rig.process))
                    .build()
                    .start();
            var channel = InProcessChannelBuilder.forName("marked").build();
            try {
                var request = SynthesizeRequest.newBuilder();
                for (float value : w) {
                    request.addW(value);
                }
                var client = DecoderGrpc.newBlockingStub(channel);
                assertMarked(client.synthesize(request.setEncoding(Encoding.PNG).build())
                        .getImage());
                assertArrayEquals(
                        planes,
                        client.synthesize(request.setEncoding(Encoding.FLOAT32).build())
                                .getImage()
                                .getData()
                                .toByteArray());
            } finally {
                channel.shutdownNow();
                server.shutdownNow();
            }
        }
    }

    @Test
    void framesTooSmallForAMarkAreRefusedWhenTheServiceStarts() {
        RuntimeException refused = assertThrows(
                RuntimeException.class,
                () -> new DecoderRig(true, 1, Optional.of(new FakeDecoder()), Optional.of(key)).close());
        assertTrue(String.valueOf(refused.getMessage()).contains("at least 64 pixels, got 2"), refused.toString());
    }

    @Test
    void aKeyThatIsNoneIsRefusedWhenTheServiceStarts() throws IOException {
        Files.writeString(key, "too short");
        RuntimeException refused = assertThrows(
                RuntimeException.class,
                () -> new DecoderRig(true, 1, Optional.of(new FakeDecoder()), Optional.of(key)).close());
        assertTrue(String.valueOf(refused.getMessage()).contains("is no key of marks"), refused.toString());
    }
}
