package org.styleinv.motion.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.Latent;

class FrameCheckTest {
    private static final int SIDE = 4;
    private static final Latent LATENT = Latent.newBuilder()
            .setStream("p1-0123456789abcdef")
            .setIndex(7)
            .setVariant("base")
            .setBlend(Blend.newBuilder().setVariant("sketch").setWeight(0.25))
            .setEncoding(Encoding.RAW)
            .setPresentationUs(233_333)
            .setModel("digest-of-the-motion")
            .build();

    private static Frame.Builder frame() {
        return Frame.newBuilder()
                .setStream(LATENT.getStream())
                .setIndex(LATENT.getIndex())
                .setVariant("base")
                .setBlend(LATENT.getBlend().toBuilder().setModel("digest-of-sketch"))
                .setModel("digest-of-base")
                .setPresentationUs(LATENT.getPresentationUs())
                .setImage(picture(Encoding.RAW, SIDE, SIDE, 3 * SIDE * SIDE));
    }

    private static Image.Builder picture(Encoding encoding, int width, int height, int bytes) {
        return Image.newBuilder()
                .setEncoding(encoding)
                .setWidth(width)
                .setHeight(height)
                .setData(ByteString.copyFrom(new byte[bytes]));
    }

    private static Arguments forged(String sentence, Consumer<Frame.Builder> how) {
        return Arguments.of(sentence, how);
    }

    static Stream<Arguments> forgeries() {
        return Stream.of(
                forged("but is of \"oil+0.25sketch\"", f -> f.setVariant("oil")),
                forged("but is of \"base\"", Frame.Builder::clearBlend),
                forged("but is of \"base+0.5sketch\"", f -> f.getBlendBuilder().setWeight(0.5)),
                forged("but is of \"base+NaNsketch\"", f -> f.getBlendBuilder().setWeight(Double.NaN)),
                forged("but is of \"base+0.25oil\"", f -> f.getBlendBuilder().setVariant("oil")),
                forged("does not say which model", Frame.Builder::clearModel),
                forged("is for 233333 us, but says -1", f -> f.setPresentationUs(-1)),
                forged("as RAW, but is 2", f -> f.setImage(picture(Encoding.PNG, SIDE, SIDE, 40))),
                forged("as RAW, but is 99", f -> f.getImageBuilder().setEncodingValue(99)),
                forged("must be 4x4, but is 8x4", f -> f.setImage(picture(Encoding.RAW, 8, SIDE, 96))),
                forged("must be 4x4, but is -4x4", f -> f.getImageBuilder().setWidth(-4)),
                forged("has 47 bytes", f -> f.setImage(picture(Encoding.RAW, SIDE, SIDE, 47))),
                forged("has 0 bytes", f -> f.setImage(picture(Encoding.RAW, SIDE, SIDE, 0))),
                forged("has 7000000 bytes", f -> f.setImage(picture(Encoding.RAW, SIDE, SIDE, 7_000_000))));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void whatWasNotAskedForIsNoAnswer(String sentence, Consumer<Frame.Builder> how) {
        Frame.Builder frame = frame();
        how.accept(frame);
        String told = FrameCheck.complaint(LATENT, frame.build(), SIDE);
        assertTrue(told.contains(sentence), told);
    }

    @Test
    void whatWasAskedForIs() {
        assertEquals("", FrameCheck.complaint(LATENT, frame().build(), SIDE));
        Latent png = LATENT.toBuilder().setEncoding(Encoding.PNG).build();
        assertEquals(
                "",
                FrameCheck.complaint(
                        png,
                        frame().setImage(picture(Encoding.PNG, SIDE, SIDE, 90)).build(),
                        SIDE));
        assertTrue(FrameCheck.complaint(
                        png,
                        frame().setImage(picture(Encoding.PNG, SIDE, SIDE, 7_000_000))
                                .build(),
                        SIDE)
                .contains("has 7000000 bytes"));
    }
}
