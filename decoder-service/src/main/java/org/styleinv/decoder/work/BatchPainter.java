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

    /** Begins frames of one kind, in which two variants are mixed or not. */
    Decoder.Painting begin(List<Work> works) {
        Work.Kind kind = works.get(0).key.kind();
        List<Styles> styles = works.stream().map(work -> work.styles).toList();
        Decoder.Painting own = decoder.begin(kind.variant(), kind.noise(), styles);
        if (kind.other().isEmpty()) {
            return own;
        }
        try {
            Decoder.Painting other = decoder.begin(kind.other().get(), kind.noise(), styles);
            return new Mixed(
                    own, other, works.stream().map(work -> work.key.weight()).toList());
        } catch (RuntimeException e) {
            own.close();
            throw e;
        }
    }

    /** Frames of one variant, and so much of the other's in each. */
    private record Mixed(Decoder.Painting own, Decoder.Painting other, List<Double> weights)
            implements Decoder.Painting {
        @Override
        public List<byte[]> pixels() {
            List<byte[]> first = own.pixels();
            List<byte[]> second = other.pixels();
            List<byte[]> mixed = new ArrayList<>(first.size());
            for (int i = 0; i < first.size(); i++) {
                mixed.add(PictureEncoder.mix(first.get(i), second.get(i), weights.get(i)));
            }
            return mixed;
        }

        @Override
        public void close() {
            own.close();
            other.close();
        }
    }
}
