package org.styleinv.images.generated;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Names by which recorded build steps hand values to each other at the start of an application: {@code proxykey65}. The number is of a
 * counter that all steps share while they are recorded in parallel. Here it is the place where the value is put, classes by their
 * names and each from its beginning; and for those that only Quarkus puts, the place of the name's first appearance.
 */
final class ProxyKeys {
    private static final String PREFIX = "proxykey";
    static final Pattern KEY = Pattern.compile(PREFIX + "\\d+");

    private ProxyKeys() {}

    /** Those of the classes that have such names, their bytes anew. */
    static Map<String, byte[]> inOrder(SortedMap<String, byte[]> classes) {
        Map<String, String> names = new HashMap<>();
        Map<String, ClassNode> types = new TreeMap<>();
        classes.forEach((file, bytes) -> {
            if (file.endsWith(".class") && SteadyJar.mentions(bytes, PREFIX)) {
                var type = new ClassNode();
                new ClassReader(bytes).accept(type, 0);
                types.put(file, type);
            }
        });
        types.values().forEach(type -> name(type, names, true));
        types.values().forEach(type -> name(type, names, false));
        Map<String, byte[]> changed = new TreeMap<>();
        types.forEach((file, type) -> changed.put(file, renamed(type, names)));
        return changed;
    }

    private static List<LdcInsnNode> keys(ClassNode type) {
        List<LdcInsnNode> keys = new ArrayList<>();
        for (MethodNode method : type.methods) {
            for (AbstractInsnNode instruction : method.instructions) {
                if (instruction instanceof LdcInsnNode constant
                        && constant.cst instanceof String text
                        && KEY.matcher(text).matches()) {
                    keys.add(constant);
                }
            }
        }
        return keys;
    }

    private static void name(ClassNode type, Map<String, String> names, boolean put) {
        for (LdcInsnNode key : keys(type)) {
            boolean isPut = key.getNext() != null
                    && key.getNext().getNext() instanceof MethodInsnNode call
                    && call.name.equals("putValue");
            if (isPut || !put) {
                names.computeIfAbsent(String.valueOf(key.cst), text -> PREFIX + (names.size() + 1));
            }
        }
    }

    private static byte[] renamed(ClassNode type, Map<String, String> names) {
        keys(type).forEach(key -> key.cst = names.get(String.valueOf(key.cst)));
        var writer = new ClassWriter(0); // its table of constants in the order of the code
        type.accept(writer);
        return writer.toByteArray();
    }
}
