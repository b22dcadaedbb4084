package org.styleinv.network.checkpoint.published;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.styleinv.network.Weights;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors.Entry;
import org.styleinv.network.file.SafeTensors.Source;
import org.styleinv.network.file.SafeTensors.Type;

/**
 * Tensors of published files as the float32 that weights are. Both kinds of half floats are converted exactly; of a
 * float64 the nearest float32 is taken, and what that loses is counted and can be said.
 */
final class Conversion {
    /**
     * What one tensor has lost.
     *
     * @param worst largest change of a value, as a part of it
     */
    private record Loss(Type from, long values, long changed, double worst) {}

    private final Map<String, Loss> losses = new LinkedHashMap<>(); // by tensor: one may be read more than once

    /**
     * A tensor to be written as a weight; what holds no weight stays as it is.
     *
     * @param where the file and its network, for sentences
     * @throws FileRefused where it is of whole numbers; when it is read, where a value has no place among the float32
     */
    Source convert(String where, Source source) throws FileRefused {
        Entry entry = source.entry();
        if (!entry.type().isFloating()) {
            if (Weights.isCarried(entry.name())) {
                return source;
            }
            throw new FileRefused(where + ": tensor " + entry.name() + " is of type " + entry.type()
                    + ", but weights are floating-point numbers");
        }
        Entry converted = new Entry(entry.name(), Type.F32, entry.shape());
        return new Source(converted, () -> {
            ByteBuffer values = source.values().read().order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer floats = entry.type() == Type.F32 ? values : floats(where, entry, values);
            Weights.checkFinite(where, converted, floats);
            return floats;
        });
    }

    private ByteBuffer floats(String where, Entry entry, ByteBuffer values) throws FileRefused {
        int count = values.remaining() / entry.type().size();
        ByteBuffer floats =
                ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, count)).order(ByteOrder.LITTLE_ENDIAN);
        long changed = 0;
        double worst = 0;
        for (int i = 0; i < count; i++) {
            if (entry.type() == Type.F64) {
                double value = values.getDouble();
                float nearest = (float) value;
                if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
                    throw new FileRefused(where + ": tensor " + entry.name() + " holds " + value
                            + ", which is too large for float32");
                }
                if (nearest != value && !Double.isNaN(value)) {
                    changed++;
                    worst = Math.max(worst, Math.abs((nearest - value) / value));
                }
                floats.putFloat(nearest);
            } else {
                short bits = values.getShort();
                floats.putFloat(entry.type() == Type.F16 ? half(bits) : Float.intBitsToFloat(bits << Short.SIZE));
            }
        }
        losses.put(where + entry.name(), new Loss(entry.type(), count, changed, worst));
        return floats.flip();
    }

    /** An IEEE half: a bit of sign, five of exponent, ten of fraction. */
    static float half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float value =
                switch (exponent) {
                    case 0 -> fraction * 0x1p-24f;
                    case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
                };
        return bits < 0 ? -value : value;
    }

    /** What was converted so far, a sentence a type. */
    List<String> notes() {
        Map<Type, List<Loss>> types = new EnumMap<>(Type.class);
        losses.values().forEach(loss -> types.computeIfAbsent(loss.from(), key -> new ArrayList<>())
                .add(loss));
        List<String> notes = new ArrayList<>();
        types.forEach((type, all) -> {
            long values = all.stream().mapToLong(Loss::values).sum();
            long changed = all.stream().mapToLong(Loss::changed).sum();
            double worst = all.stream().mapToDouble(Loss::worst).max().orElse(0);
            String what = all.size() + (all.size() == 1 ? " tensor" : " tensors") + " of " + type + " became F32";
            notes.add(
                    changed == 0
                            ? what + ", each value exactly"
                            : String.format(
                                    Locale.ROOT,
                                    "%s: %d of %d values were rounded, the most by %.2g of itself",
                                    what,
                                    changed,
                                    values,
                                    worst));
        });
        return notes;
    }
}
