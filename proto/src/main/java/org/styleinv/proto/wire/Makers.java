package org.styleinv.proto.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Frame;

/**
 * The models that made frames, as a text: the digest of the model, and behind it, with a space before each, {@code
 * NAME=DIGEST} of every other variant that painted. The studio's {@code model=} is this text where it is one digest, and else
 * its SHA-256.
 */
public final class Makers {
    private Makers() {}

    /** @param painters digests of the other variants, by name */
    public static String text(String model, Map<String, String> painters) {
        var text = new StringBuilder(model);
        painters.forEach(
                (name, digest) -> text.append(' ').append(name).append('=').append(digest));
        return text.toString();
    }

    /** What made a frame: what moved it, and whoever painted it or a part of it. */
    public static String of(Frame frame) {
        String model = frame.getMotion().isEmpty() ? frame.getModel() : frame.getMotion(); // decoders once did not say
        Map<String, String> painters = new LinkedHashMap<>();
        add(painters, model, frame.getVariant(), frame.getModel());
        if (frame.hasBlend()) {
            Blend blend = frame.getBlend();
            add(painters, model, blend.getVariant(), blend.getModel());
        }
        return text(model, painters);
    }

    /** The base is part of the model, and has its digest unless one of them is being replaced. */
    private static void add(Map<String, String> painters, String model, String variant, String digest) {
        if (!digest.equals(model)) {
            painters.put(variant, digest);
        }
    }
}
