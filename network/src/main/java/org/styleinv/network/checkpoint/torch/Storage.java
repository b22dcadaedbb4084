package org.styleinv.network.checkpoint.torch;

import java.util.Arrays;
import java.util.Optional;

/** The values behind one or more tensors. In a stream they come after the tensors that name them. */
final class Storage {
    /** What a value is; named as in safetensors. */
    enum Type {
        F32("FloatStorage", 4),
        I64("LongStorage", 8),
        F64("DoubleStorage", 8),
        F16("HalfStorage", 2),
        BF16("BFloat16Storage", 2),
        I32("IntStorage", 4),
        I16("ShortStorage", 2),
        I8("CharStorage", 1),
        U8("ByteStorage", 1),
        BOOL("BoolStorage", 1);

        private final String className;
        private final int size;

        Type(String className, int size) {
            this.className = className;
            this.size = size;
        }

        String className() {
            return className;
        }

        int size() {
            return size;
        }

        static Optional<Type> of(String className) {
            return Arrays.stream(values())
                    .filter(type -> type.className.equals(className))
                    .findFirst();
        }
    }

    private final Type type;
    private final long count;

    @SuppressWarnings("NullAway.Init") // bound when the file was read so far
    private Bytes bytes;

    Storage(Type type, long count) {
        this.type = type;
        this.count = count;
    }

    Type type() {
        return type;
    }

    /** Number of values. */
    long count() {
        return count;
    }

    /** Says where the values are; {@code found} is as long as they are. */
    void bind(Bytes found) {
        bytes = found;
    }

    /** Where the values are, once they were found. */
    Bytes bytes() {
        return bytes;
    }

    /** Some of the values. */
    Storage view(long offset, long length) {
        Storage view = new Storage(type, length);
        view.bind(bytes.slice(offset * type.size(), length * type.size()));
        return view;
    }
}
