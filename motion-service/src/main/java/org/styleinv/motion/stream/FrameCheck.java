package org.styleinv.motion.stream;

import org.styleinv.proto.Blend;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Image;
import org.styleinv.proto.Latent;

/** Whether a frame that came from Kafka can be the picture of a latent that was sent: anybody may write there. */
final class FrameCheck {
    private static final int CHANNELS = 3;
    private static final int HEAD = 1 << 16; // of a PNG or JPEG, with all that may stand in it

    private FrameCheck() {}

    /**
     * Why the frame is no answer to the latent, empty if it is one.
     *
     * @param resolution side of the model's pictures
     */
    static String complaint(Latent latent, Frame frame, int resolution) {
        Image image = frame.getImage();
        String what = "frame " + frame.getIndex() + " of stream \"" + frame.getStream() + "\" ";
        if (!frame.getVariant().equals(latent.getVariant()) || !sameBlend(latent.getBlend(), frame.getBlend())) {
            return what + "was asked for of variant " + look(latent.getVariant(), latent.getBlend()) + ", but is of "
                    + look(frame.getVariant(), frame.getBlend());
        }
        if (frame.getModel().isEmpty()) {
            return what + "does not say which model painted it";
        }
        if (frame.getPresentationUs() != latent.getPresentationUs()) {
            return what + "is for " + latent.getPresentationUs() + " us, but says " + frame.getPresentationUs();
        }
        if (image.getEncoding() != latent.getEncoding()) {
            return what + "was asked for as " + latent.getEncoding() + ", but is " + image.getEncodingValue();
        }
        if (image.getWidth() != resolution || image.getHeight() != resolution) {
            return what + "must be " + resolution + "x" + resolution + ", but is " + image.getWidth() + "x"
                    + image.getHeight();
        }
        int raw = CHANNELS * resolution * resolution;
        int size = image.getData().size();
        if (image.getEncoding() == Encoding.RAW ? size != raw : size > 2 * raw + HEAD) {
            return what + "has " + size + " bytes, which no picture of " + resolution + "x" + resolution + " has";
        }
        return "";
    }

    private static boolean sameBlend(Blend asked, Blend got) {
        return asked.getVariant().equals(got.getVariant()) && asked.getWeight() == got.getWeight();
    }

    private static String look(String variant, Blend blend) {
        return "\"" + variant + (blend.getVariant().isEmpty() ? "" : "+" + blend.getWeight() + blend.getVariant())
                + "\"";
    }
}
