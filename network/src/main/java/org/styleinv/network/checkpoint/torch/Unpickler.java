package org.styleinv.network.checkpoint.torch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;

/**
 * The pickle machine, protocols 2 to 5 (the opcodes that Python's {@code pickletools} documents). Dictionaries become
 * maps, lists lists, tuples {@code Object[]}; a global is looked up in {@link Globals}, and nothing is ever called.
 */
final class Unpickler {
    private static final Object MARK = new Object();
    private static final int LONGEST_NUMBER = 256;

    /** Gives the object that a persistent id names. */
    @FunctionalInterface
    interface Persistent {
        @Nullable
        Object load(@Nullable Object id) throws FileRefused;
    }

    private final PickleInput in;
    private final Globals globals;
    private final Persistent persistent;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();

    Unpickler(PickleInput in, Persistent persistent) {
        this.in = in;
        this.globals = new Globals(in);
        this.persistent = persistent;
    }

    /** Reads one pickle; the input then stands behind its end. */
    @Nullable
    Object read() throws FileRefused {
        for (int opcode; (opcode = in.u1()) != '.'; ) {
            in.spend(0);
            step(opcode);
        }
        return pop();
    }

    private void step(int opcode) throws FileRefused {
        switch (opcode) {
            case 0x80 -> protocol(in.u1());
            case 0x95 -> in.i8(); // FRAME: its end is the writer's business
            case '(' -> push(MARK);
            case '0' -> popAny();
            case '1' -> popMark();
            case '2' -> push(peek());
            case 'N' -> push(null);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) in.i4());
            case 'K' -> push((long) in.u1());
            case 'M' -> push((long) in.u2());
            case 0x8a -> push(number(in.u1()));
            case 0x8b -> push(number(in.u4()));
            case 'G' -> push(in.bigEndianDouble());
            case 'T' -> push(in.oldText(in.u4()));
            case 'U' -> push(in.oldText(in.u1()));
            case 'X' -> push(in.text(in.u4()));
            case 0x8c -> push(in.text(in.u1()));
            case 0x8d -> push(in.text(in.i8()));
            case 'B' -> push(Bytes.of(in.take(in.u4())));
            case 'C' -> push(Bytes.of(in.take(in.u1())));
            case 0x8e, 0x96 -> push(Bytes.of(in.take(in.i8())));
            default -> collection(opcode);
        }
    }

    private void collection(int opcode) throws FileRefused {
        switch (opcode) {
            case '}' -> push(new LinkedHashMap<>());
            case ']' -> push(new ArrayList<>());
            case ')' -> push(new Object[0]);
            case 0x8f -> push(new LinkedHashSet<>());
            case 'l' -> push(new ArrayList<>(popMark()));
            case 't' -> push(popMark().toArray());
            case 0x85 -> push(last(1));
            case 0x86 -> push(last(2));
            case 0x87 -> push(last(3));
            case 0x91 -> push(fill(new LinkedHashSet<>(), popMark()));
            case 'd' -> put(new LinkedHashMap<>(), popMark());
            case 'a' -> append(Collections.singletonList(pop()));
            case 'e' -> append(popMark());
            case 's' -> {
                Object[] pair = last(2);
                put(pop(), Arrays.asList(pair));
            }
            case 'u' -> {
                List<Object> pairs = popMark();
                put(pop(), pairs);
            }
            case 0x90 -> {
                List<Object> members = popMark();
                if (!(peek() instanceof Set)) {
                    throw damaged("adds to what is no set");
                }
                @SuppressWarnings("unchecked")
                Set<String> set = (Set<String>) peek();
                fill(set, members);
            }
            default -> object(opcode);
        }
    }

    private void object(int opcode) throws FileRefused {
        switch (opcode) {
            case 'h' -> push(recall(in.u1()));
            case 'j' -> push(recall(in.u4()));
            case 'q' -> memo.put((long) in.u1(), peek());
            case 'r' -> memo.put(in.u4(), peek());
            case 0x94 -> memo.put((long) memo.size(), peek());
            case 'c' -> push(globals.find(in.line(), in.line()));
            case 0x93 -> {
                String name = popAs(String.class, "a name");
                push(globals.find(popAs(String.class, "a module's name"), name));
            }
            case 'R', 0x81 -> {
                Object[] arguments = popAs(Object[].class, "arguments");
                push(popAs(Globals.Global.class, "a class").make(arguments));
            }
            case 0x92 -> { // NEWOBJ_EX: arguments by name are remembered nowhere; no class of ours needs them
                pop();
                Object[] arguments = popAs(Object[].class, "arguments");
                push(popAs(Globals.Global.class, "a class").make(arguments));
            }
            case 'b' -> build(pop());
            case 'Q' -> push(persistent.load(pop()));
            default ->
                throw in.refuse("has the opcode 0x" + Integer.toHexString(opcode) + " before byte " + in.position()
                        + ", which no pickle of protocol 2 to 5 in one file has: it is damaged, or older");
        }
    }

    private void protocol(int version) throws FileRefused {
        if (version < 2 || version > 5) {
            throw in.refuse("is a pickle of protocol " + version + ", but only 2 to 5 are read");
        }
    }

    private Object number(long length) throws FileRefused {
        if (length > LONGEST_NUMBER) {
            throw in.refuse("is damaged: a number of " + length + " bytes before byte " + in.position());
        }
        byte[] bytes = in.array((int) length);
        for (int i = 0; i < bytes.length / 2; i++) {
            byte swapped = bytes[i];
            bytes[i] = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = swapped;
        }
        BigInteger value = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private void build(@Nullable Object state) throws FileRefused {
        Object target = peek();
        if (target instanceof Inert inert) {
            inert.build(state);
        } else if (target instanceof PyModule module && state instanceof Map<?, ?> attributes) {
            module.build(attributes);
        } else if (!(target instanceof Map)) { // an ordered dictionary's attributes say nothing that is needed
            throw damaged("sets the state of what has none");
        }
    }

    private void put(@Nullable Object target, List<Object> pairs) throws FileRefused {
        push(target);
        Map<String, Object> map = asMap(target);
        if (pairs.size() % 2 != 0) {
            throw damaged("puts a key without a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            if (key(pairs.get(i)) instanceof String name) {
                map.put(name, pairs.get(i + 1));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> asMap(@Nullable Object target) throws FileRefused {
        if (target instanceof Inert inert) {
            return inert.items();
        }
        if (target instanceof Map) {
            return (Map<String, Object>) target;
        }
        throw damaged("puts an item in what is no dictionary");
    }

    private @Nullable Object key(@Nullable Object key) throws FileRefused {
        if (!Globals.isKey(key)) {
            throw damaged("has a collection as a key");
        }
        return key;
    }

    private Set<String> fill(Set<String> set, List<Object> members) throws FileRefused {
        for (Object member : members) {
            if (key(member) instanceof String name) {
                set.add(name);
            }
        }
        return set;
    }

    @SuppressWarnings("unchecked")
    private void append(List<?> values) throws FileRefused {
        Object target = peek();
        if (target instanceof List) {
            ((List<Object>) target).addAll(values);
        } else if (!(target instanceof Inert)) {
            throw damaged("appends to what is no list");
        }
    }

    private @Nullable Object recall(long index) throws FileRefused {
        if (!memo.containsKey(index)) {
            throw damaged("recalls object " + index + ", which it never made");
        }
        return memo.get(index);
    }

    private void push(@Nullable Object value) {
        stack.add(value);
    }

    private @Nullable Object peek() throws FileRefused {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
            throw damaged("takes an object where there is none");
        }
        return stack.get(stack.size() - 1);
    }

    private @Nullable Object pop() throws FileRefused {
        Object top = peek();
        stack.remove(stack.size() - 1);
        return top;
    }

    private void popAny() throws FileRefused {
        if (stack.isEmpty()) {
            throw damaged("takes an object where there is none");
        }
        stack.remove(stack.size() - 1);
    }

    private <T> T popAs(Class<T> type, String what) throws FileRefused {
        Object top = pop();
        if (!type.isInstance(top)) {
            throw damaged("wants " + what + " and has something else");
        }
        return type.cast(top);
    }

    private Object[] last(int count) throws FileRefused {
        Object[] values = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            values[i] = pop();
        }
        return values;
    }

    private List<Object> popMark() throws FileRefused {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw damaged("takes a row of objects that has no beginning");
        }
        List<Object> row = stack.subList(mark + 1, stack.size());
        List<Object> values = new ArrayList<>(row);
        row.clear();
        stack.remove(mark);
        return values;
    }

    private FileRefused damaged(String what) {
        return in.refuse("is damaged: before byte " + in.position() + " it " + what);
    }
}
