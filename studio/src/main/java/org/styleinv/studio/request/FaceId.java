package org.styleinv.studio.request;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.styleinv.proto.W;
import org.styleinv.studio.problem.Problem;

/**
 * A face in an address: its w0 itself, so every replica knows it and nothing is kept. A value is a float of 16 bits
 * (IEEE 754 binary16, little-endian), and the id the Base64 of all behind the digit of this form: 1,367 characters for 512
 * values.
 */
public final class FaceId {
    private static final char FORM = '1';
    private static final int MOST_VALUES = 1024; // an address has 4,096 bytes

    private FaceId() {}

    /** The id of a w0. */
    public static String of(List<Float> w0) {
        var bytes = ByteBuffer.allocate(2 * w0.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : w0) {
            bytes.putShort(half(value));
        }
        return FORM + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** The w0 of an id. */
    public static W parse(String id) {
        if (id.isEmpty() || id.charAt(0) != FORM) {
            throw wrong("an id of a face begins with " + FORM);
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(id.substring(1));
        } catch (IllegalArgumentException e) {
            throw wrong("it has characters that no id has, or ends too early");
        }
        if (bytes.length == 0 || bytes.length % 2 != 0 || bytes.length > 2 * MOST_VALUES) {
            throw wrong("it is too short or too long");
        }
        var values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        W.Builder w = W.newBuilder();
        while (values.hasRemaining()) {
            float value = single(values.getShort());
            if (!Float.isFinite(value)) {
                throw wrong("value " + w.getValuesCount() + " is not finite");
            }
            w.addValues(value);
        }
        return w.build();
    }

    private static Problem wrong(String why) {
        return Problem.bad("face is no id that POST /v1/faces gave: " + why);
    }

    /** The nearest float of 16 bits, ties to even; Java has this from 20 on. */
    static short half(float value) {
        int bits = Float.floatToIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (!(size < 65520)) { // what rounds to infinity, and NaN
            throw new IllegalArgumentException("w0 has the value " + value + ", a face has none beyond 65504");
        }
        if (size < 0x1p-14f) { // below the smallest with a leading one: steps of 2^-24
            return (short) (sign | (int) Math.rint(size * 0x1p24));
        }
        int small = (bits & 0x7fffffff) - (112 << 23); // the exponent's bias falls from 127 to 15
        int kept = small >>> 13;
        int rest = small & 0x1fff;
        if (rest > 0x1000 || (rest == 0x1000 && (kept & 1) == 1)) {
            kept++;
        }
        return (short) (sign | kept);
    }

    static float single(short half) {
        int exponent = half >>> 10 & 0x1f;
        int fraction = half & 0x3ff;
        float size = exponent == 0
                ? fraction * 0x1p-24f
                : exponent == 0x1f
                        ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                        : Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
        return half < 0 ? -size : size;
    }
}
