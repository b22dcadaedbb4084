package org.styleinv.mesh.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.styleinv.proto.Edit;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.Mix;
import org.styleinv.proto.Noise;
import org.styleinv.proto.W;
import org.styleinv.studio.request.Stretch;

/** The command's files say the same as the studio's. */
class CreditTest {
    private static GenerateRequest.Builder seed() {
        return GenerateRequest.newBuilder().setSeed(7);
    }

    static List<GenerateRequest> requests() {
        return List.of(
                seed().build(),
                seed().setMotionSeed(-3)
                        .setMotionStride(4)
                        .setFirstIndex(900)
                        .setFrameCount(60)
                        .setFps(29.97)
                        .setTimeStep(-0.5)
                        .setVariant("base,sketch@150+60")
                        .setTruncationPsi(0.7)
                        .build(),
                seed().setMotionStride(1)
                        .setFps(30)
                        .setTimeStep(1)
                        .setVariant("base")
                        .setTruncationPsi(1)
                        .setEncoding(Encoding.RAW)
                        .build(),
                seed().setNoise(Noise.newBuilder().setMode(Noise.Mode.RANDOM).setSeed(4))
                        .addEdits(Edit.newBuilder().setDirection("smile").setStrength("0,2@10+5"))
                        .addEdits(Edit.newBuilder().setDirection("age").setStrength("-1"))
                        .setMix(Mix.newBuilder().setSeed(9).setFromResolution(32))
                        .build(),
                seed().setNoise(Noise.newBuilder().setMode(Noise.Mode.NONE))
                        .setMix(Mix.newBuilder().setSeed(9).setFromResolution(16))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void saysWhatTheStudioSays(GenerateRequest request) {
        Stretch stretch = Stretch.of(request);
        assertEquals(stretch.text(), Credit.of(request).all("5eed").request());
        assertEquals(
                stretch.video().frame(42), Credit.of(request).frame("5eed", 42).request());
    }

    @Test
    void aPictureIsNamedByItsHashAndALatentIsThere() {
        var image = Image.newBuilder().setData(ByteString.copyFromUtf8("private picture"));
        String said = Credit.of(GenerateRequest.newBuilder().setImage(image).build())
                .all("5eed")
                .request();
        assertTrue(said.matches("image_sha256=[0-9a-f]{64}"), said);
        var w0 = W.newBuilder().addValues(1).addValues(-2);
        assertEquals(
                "w0=AACAPwAAAMA",
                Credit.of(GenerateRequest.newBuilder().setW0(w0).build())
                        .all("5eed")
                        .request());
        assertEquals("w0=AACAPwAAAMA", Credit.latent(List.of(1f, -2f), "5eed").request());
    }

    @Test
    void whereTheRequestIsUnknownTheModelIsSaid() {
        assertEquals("5eed", Credit.UNKNOWN.frame("5eed", 3).model());
        assertEquals("", Credit.UNKNOWN.frame("5eed", 3).request());
        assertEquals("", Credit.UNKNOWN.all("5eed").request());
    }
}
