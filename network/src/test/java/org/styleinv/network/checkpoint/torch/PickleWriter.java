package org.styleinv.network.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.styleinv.network.checkpoint.torch.Py.Call;
import org.styleinv.network.checkpoint.torch.Py.Global;
import org.styleinv.network.checkpoint.torch.Py.Persistent;

/** Writes pickles as Python does, protocols 2 to 5: what is shared is written once, and cycles close by the memo. */
public final class PickleWriter {
    private final int protocol;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<Object, Integer> memo = new IdentityHashMap<>();

    private PickleWriter(int protocol) {
        this.protocol = protocol;
    }

    public static byte[] write(int protocol, Object root) {
        PickleWriter writer = new PickleWriter(protocol);
        writer.op(0x80).op(protocol);
        writer.save(root);
        writer.op('.');
        byte[] body = writer.out.toByteArray();
        if (protocol < 4) {
            return body;
        }
        ByteBuffer framed = ByteBuffer.allocate(body.length + 9).order(ByteOrder.LITTLE_ENDIAN);
        framed.put(body, 0, 2).put((byte) 0x95).putLong(body.length - 2).put(body, 2, body.length - 2);
        return framed.array();
    }

    private void save(Object value) {
        if (value == null) {
            op('N');
        } else if (value instanceof Boolean truth) {
            op(truth ? 0x88 : 0x89);
        } else if (value instanceof Double number) {
            op('G').number(Long.reverseBytes(Double.doubleToRawLongBits(number)), 8);
        } else if (value instanceof Integer || value instanceof Long) {
            integer(((Number) value).longValue());
        } else if (value instanceof BigInteger number) {
            byte[] bytes = number.toByteArray();
            op(0x8a).op(bytes.length);
            for (int i = bytes.length - 1; i >= 0; i--) {
                op(bytes[i]);
            }
        } else if (memo.containsKey(value)) {
            recall(memo.get(value));
        } else {
            object(value);
        }
    }

    private void object(Object value) {
        if (value instanceof String text) {
            text(text.getBytes(StandardCharsets.UTF_8));
            memoize(value);
        } else if (value instanceof byte[] bytes) {
            bytes(bytes);
            memoize(value);
        } else if (value instanceof Global global) {
            global(global);
            memoize(value);
        } else if (value instanceof Object[] tuple) {
            tuple(tuple);
            memoize(value);
        } else if (value instanceof List<?> list) {
            op(']');
            memoize(value);
            op('(');
            list.forEach(this::save);
            op('e');
        } else if (value instanceof Set<?> set) {
            set(set);
            memoize(value);
        } else if (value instanceof Map<?, ?> map) {
            op('}');
            memoize(value);
            items(map);
        } else if (value instanceof Persistent persistent) {
            save(persistent.id());
            op('Q');
        } else if (value instanceof Call call) {
            call(call);
        } else {
            throw new IllegalArgumentException("no pickle of " + value.getClass());
        }
    }

    private void call(Call call) {
        save(call.function());
        save(call.arguments());
        op(call.isNew() ? 0x81 : 'R');
        memoize(call);
        if (!call.items().isEmpty()) {
            items(call.items());
        }
        if (call.state() != null) {
            save(call.state());
            op('b');
        }
    }

    private void items(Map<?, ?> map) {
        op('(');
        map.forEach((key, value) -> {
            save(key);
            save(value);
        });
        op('u');
    }

    private void tuple(Object[] tuple) {
        if (tuple.length > 3) {
            op('(');
        }
        for (Object member : tuple) {
            save(member);
        }
        op(tuple.length > 3 ? 't' : new int[] {')', 0x85, 0x86, 0x87}[tuple.length]);
    }

    private void set(Set<?> set) {
        if (protocol >= 4) {
            op(0x8f).op('(');
            set.forEach(this::save);
            op(0x90);
        } else {
            save(new Global(protocol == 2 ? "__builtin__" : "builtins", "set"));
            save(new Object[] {List.copyOf(set)});
            op('R');
        }
    }

    private void text(byte[] utf8) {
        if (protocol >= 4 && utf8.length < 256) {
            op(0x8c).op(utf8.length);
        } else {
            op('X').number(utf8.length, 4);
        }
        out.writeBytes(utf8);
    }

    private void bytes(byte[] bytes) {
        if (protocol == 2) { // which has no bytes
            save(new Global("_codecs", "encode"));
            save(new Object[] {new String(bytes, StandardCharsets.ISO_8859_1), "latin1"});
            op('R');
        } else {
            if (bytes.length < 256) {
                op('C').op(bytes.length);
            } else {
                op('B').number(bytes.length, 4);
            }
            out.writeBytes(bytes);
        }
    }

    private void global(Global global) {
        if (protocol >= 4) {
            save(global.module());
            save(global.name());
            op(0x93);
        } else {
            String module = protocol == 2 && global.module().equals("builtins") ? "__builtin__" : global.module();
            op('c');
            out.writeBytes((module + "\n" + global.name() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private void integer(long value) {
        if (value >= 0 && value < 256) {
            op('K').op((int) value);
        } else if (value == (int) value) {
            op('J').number(value, 4);
        } else {
            op(0x8a).op(8).number(value, 8);
        }
    }

    private void memoize(Object value) {
        int index = memo.size();
        memo.put(value, index);
        if (protocol >= 4) {
            op(0x94);
        } else if (index < 256) {
            op('q').op(index);
        } else {
            op('r').number(index, 4);
        }
    }

    private void recall(int index) {
        if (index < 256) {
            op('h').op(index);
        } else {
            op('j').number(index, 4);
        }
    }

    private PickleWriter op(int code) {
        out.write(code);
        return this;
    }

    private void number(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> 8 * i));
        }
    }
}
