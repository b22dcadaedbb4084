package org.styleinv.network.checkpoint.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.styleinv.network.file.SafeTensors;

/** A window on a storage; nothing is read before {@link #read}. */
public final class Tensor {
    static final int MAX_SIDES = 16;

    private final Storage storage;
    private final long offset;
    private final long[] shape;
    private final long[] strides;

    /** @throws IllegalArgumentException in a part of a sentence, where the window does not lie in the storage */
    Tensor(Storage storage, long offset, long[] shape, long[] strides) {
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        if (shape.length > MAX_SIDES || strides.length > MAX_SIDES) {
            throw new IllegalArgumentException("a tensor of " + shape.length + " axes cannot be");
        }
        String what = "a tensor of shape " + Arrays.toString(shape) + ", strides " + Arrays.toString(strides)
                + " and offset " + offset;
        if (shape.length != strides.length
                || Arrays.stream(shape).anyMatch(side -> side < 0)
                || Arrays.stream(strides).anyMatch(stride -> stride < 0)) {
            throw new IllegalArgumentException(what + " cannot be");
        }
        try {
            long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            long last = offset;
            for (int i = 0; i < shape.length; i++) {
                last = Math.addExact(last, Math.multiplyExact(Math.max(shape[i] - 1, 0), strides[i]));
            }
            if (count > Integer.MAX_VALUE / Long.BYTES) {
                throw new IllegalArgumentException(what + " is too large");
            }
            if (offset < 0 || count > 0 && last >= storage.count()) {
                throw new IllegalArgumentException(
                        what + " does not lie in its storage of " + storage.count() + " values");
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(what + " is too large", e);
        }
    }

    public long[] shape() {
        return shape.clone();
    }

    /** Number of values. */
    public long count() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** Bytes of all values. */
    public long bytes() {
        return count() * storage.type().size();
    }

    /** Type as safetensors names it, such as {@code F32}. */
    public String type() {
        return storage.type().name();
    }

    /** This tensor to be written. */
    public SafeTensors.Source source(String name) {
        var entry = new SafeTensors.Entry(name, SafeTensors.Type.valueOf(type()), shape());
        return new SafeTensors.Source(entry, this::read);
    }

    /** The values bit by bit as the file has them, little-endian, in C order. */
    public ByteBuffer read() throws IOException {
        if (count() == 0) {
            return ByteBuffer.allocate(0);
        }
        int size = storage.type().size();
        if (isContiguous()) {
            return storage.bytes().read(offset * size, bytes());
        }
        long span = 1; // from the first value to the last
        for (int axis = 0; axis < shape.length; axis++) {
            span += (shape[axis] - 1) * strides[axis];
        }
        ByteBuffer from = storage.bytes().read(offset * size, span * size);
        ByteBuffer to = ByteBuffer.allocate(Math.toIntExact(bytes())).order(ByteOrder.LITTLE_ENDIAN);
        long[] index = new long[shape.length];
        long at = 0;
        while (to.hasRemaining()) {
            to.put(from.slice((int) (at * size), size));
            for (int axis = shape.length - 1; axis >= 0; axis--) { // the next place, as an odometer counts
                at += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                at -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return to.flip();
    }

    private boolean isContiguous() {
        long expected = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            if (shape[axis] != 1 && strides[axis] != expected) {
                return false;
            }
            expected *= shape[axis];
        }
        return true;
    }
}
