package org.styleinv.images.generated;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Fields {@code configClass$0}, {@code configClass$1} and so on of Quarkus' {@code SharedConfig}, one for each mapping of the configuration.
 * Its initializer is a block for each: type and prefix, the field, what has to be loaded. Here the blocks are sorted by them, the fields
 * numbered so, and those that use them named so; where one asks for many in a row, in the order of their numbers.
 */
final class SharedMappings {
    private static final String OWNER = "io/quarkus/runtime/generated/SharedConfig";
    private static final String FIELD = "configClass$";

    private SharedMappings() {}

    /** Those of the classes that have such fields, their bytes anew; nothing where Quarkus writes them in another way. */
    static Map<String, byte[]> inOrder(SortedMap<String, byte[]> classes) {
        Map<String, byte[]> changed = new TreeMap<>();
        byte[] owner = classes.get(OWNER + ".class");
        if (owner == null) {
            return changed;
        }
        ClassNode shared = parsed(owner);
        Map<String, String> names = sort(shared);
        classes.forEach((file, bytes) -> {
            if (file.endsWith(".class") && SteadyJar.mentions(bytes, FIELD)) {
                ClassNode type = file.equals(OWNER + ".class") ? shared : parsed(bytes);
                type.methods.forEach(method -> rename(method, names));
                type.methods.forEach(SharedMappings::ask);
                var writer = new ClassWriter(0);
                type.accept(writer);
                changed.put(file, writer.toByteArray());
            }
        });
        return changed;
    }

    private static ClassNode parsed(byte[] bytes) {
        var type = new ClassNode();
        new ClassReader(bytes).accept(type, 0);
        return type;
    }

    /** Sorts the blocks of the initializer; which field has which name then. */
    private static Map<String, String> sort(ClassNode shared) {
        MethodNode initializer = shared.methods.stream()
                .filter(method -> method.name.equals("<clinit>"))
                .findFirst()
                .orElseThrow();
        AbstractInsnNode[] all = initializer.instructions.toArray();
        List<List<AbstractInsnNode>> blocks = new ArrayList<>();
        List<AbstractInsnNode> before = new ArrayList<>();
        int at = 0;
        for (; at < all.length && !begins(all[at]); at++) {
            before.add(all[at]);
        }
        while (at < all.length && begins(all[at])) {
            int end = at + 4;
            while (end + 1 < all.length && isLoading(all[end])) {
                end += 2;
            }
            blocks.add(List.of(all).subList(at, end));
            at = end;
        }
        List<AbstractInsnNode> after = List.of(all).subList(at, all.length);
        blocks.sort(Comparator.comparing(block -> text(block.get(0)) + " " + text(block.get(1))));
        Map<String, String> names = new HashMap<>();
        for (List<AbstractInsnNode> block : blocks) {
            names.put(((FieldInsnNode) block.get(3)).name, FIELD + names.size());
        }
        initializer.instructions.clear();
        var sorted = new InsnList();
        before.forEach(sorted::add);
        blocks.forEach(block -> block.forEach(sorted::add));
        after.forEach(sorted::add);
        initializer.instructions.add(sorted);
        return names;
    }

    /** A type, its prefix, a call that makes a mapping of them, and the field that keeps it. */
    private static boolean begins(AbstractInsnNode at) {
        return at instanceof LdcInsnNode
                && at.getNext() instanceof LdcInsnNode
                && at.getNext().getNext() instanceof MethodInsnNode
                && isField(at.getNext().getNext().getNext(), Opcodes.PUTSTATIC);
    }

    private static boolean isLoading(AbstractInsnNode at) {
        return at instanceof LdcInsnNode
                && at.getNext() instanceof MethodInsnNode call
                && call.name.equals("ensureLoaded");
    }

    private static boolean isField(AbstractInsnNode at, int opcode) {
        return at instanceof FieldInsnNode field
                && field.getOpcode() == opcode
                && field.owner.equals(OWNER)
                && field.name.startsWith(FIELD);
    }

    private static String text(AbstractInsnNode constant) {
        return String.valueOf(((LdcInsnNode) constant).cst);
    }

    private static void rename(MethodNode method, Map<String, String> names) {
        for (AbstractInsnNode at : method.instructions) {
            if (at instanceof FieldInsnNode field && field.owner.equals(OWNER)) {
                field.name = names.getOrDefault(field.name, field.name);
            }
        }
    }

    /** Fields that are asked for one after the other, each for {@code withMapping}, in the order of their numbers. */
    private static void ask(MethodNode method) {
        List<FieldInsnNode> row = new ArrayList<>();
        for (AbstractInsnNode at : method.instructions) {
            if (isField(at, Opcodes.GETSTATIC)) {
                row.add((FieldInsnNode) at);
            } else if (at instanceof MethodInsnNode call && !call.name.equals("withMapping")) {
                order(row);
            }
        }
        order(row);
    }

    private static void order(List<FieldInsnNode> row) {
        List<String> names = row.stream()
                .map(field -> field.name)
                .sorted(Comparator.comparing(name -> Integer.valueOf(name.substring(FIELD.length()))))
                .toList();
        for (int i = 0; i < names.size(); i++) {
            row.get(i).name = names.get(i);
        }
        row.clear();
    }
}
