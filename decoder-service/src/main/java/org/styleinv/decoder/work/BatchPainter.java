package org.styleinv.decoder.work;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.decoder.engine.Styles;
import org.styleinv.network.stylegan.Noise;

/** Paints a batch with the model of now, and with another in its place some time. For the engine's thread. */
public final class BatchPainter {
    private final Map<String, Decoder.Variant> variants = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // before the first batch
    private Decoder decoder;

    Decoder decoder() {
        return decoder;
    }

    /** Paints with {@code next} from now on. */
    void use(Decoder next) {
        decoder = next;
        variants.clear();
        next.variants().forEach(variant -> variants.put(variant.name(), variant));
    }

    /** Of the variants that a batch needs, one that is not painted here; empty if all are. */
    Optional<String> missing(Work.Kind kind) {
        return variants.containsKey(kind.variant())
                ? kind.other().filter(other -> !variants.containsKey(other))
                : Optional.of(kind.variant());
    }

    Decoder.Variant variant(String name) {
        return Objects.requireNonNull(variants.get(name), name);
    }

    /** Paints what every model can; throws if this one cannot, and says nothing if it can. */
    void tryOut() {
        float[] w = decoder.map(decoder.z(0), 1);
        decoder.paint(decoder.variants().get(0).name(), Noise.CONST, List.of(w));
    }

    /** Frames of one kind, in which two variants are mixed or not. */
    List<byte[]> paint(List<Work> works) {
        Work.Kind kind = works.get(0).key.kind();
        List<Styles> styles = works.stream().map(work -> work.styles).toList();
        List<byte[]> own = decoder.paintStyles(kind.variant(), kind.noise(), styles);
        if (kind.other().isEmpty()) {
            return own;
        }
        List<byte[]> other = decoder.paintStyles(kind.other().get(), kind.noise(), styles);
        List<byte[]> mixed = new ArrayList<>(works.size());
        for (int i = 0; i < works.size(); i++) {
            mixed.add(PictureEncoder.mix(
                    own.get(i), other.get(i), works.get(i).key.weight()));
        }
        return mixed;
    }
}
