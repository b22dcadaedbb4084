package org.styleinv.decoder.engine;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.watermark.MarkKey;
import org.styleinv.network.watermark.Payload;
import org.styleinv.network.watermark.Watermark;

/**
 * Marks frames, or leaves them as they are where the service has no key. Whatever variant paints, the mark is of the model's base, so
 * that a video which fades between variants has one mark. Thread-safe.
 */
public final class FrameMarker {
    /** What is marked for a model. */
    private record Ready(Decoder.Variant base, Watermark watermark) {}

    private final Optional<MarkKey> key;
    private final int owner;
    private volatile @Nullable Ready ready; // of the model that was last asked for

    private FrameMarker(Optional<MarkKey> key, int owner) {
        this.key = key;
        this.owner = owner;
    }

    /**
     * @param file with the key; empty for no marks
     * @param owner 0 to 63
     * @throws IllegalArgumentException in one sentence, if the file has no key
     */
    public static FrameMarker of(Optional<Path> file, int owner) {
        return new FrameMarker(file.map(MarkKey::read), owner);
    }

    public boolean isOn() {
        return key.isPresent();
    }

    /** Prepares for the frames of a model, and throws in one sentence if they cannot be marked. */
    public void prepare(Decoder model) {
        if (isOn()) {
            watermark(base(model));
        }
    }

    /** What all frames of a model are named by. */
    public static Decoder.Variant base(Decoder model) {
        return model.variants().get(0);
    }

    /**
     * The frame as it leaves: with its mark, or the same array.
     *
     * @param rgb rows from the top, red, green, blue
     * @param base of the model that painted
     */
    public byte[] mark(byte[] rgb, Decoder.Variant base) {
        return isOn() ? watermark(base).mark(rgb) : rgb;
    }

    private Watermark watermark(Decoder.Variant base) {
        Ready now = ready;
        if (now == null || !now.base().equals(base)) {
            now = new Ready(
                    base, new Watermark(key.orElseThrow(), Payload.of(base.digest(), owner), base.resolution()));
            ready = now;
        }
        return now.watermark();
    }
}
