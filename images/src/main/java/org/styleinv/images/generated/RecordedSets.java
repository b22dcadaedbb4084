package org.styleinv.images.generated;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Sets that a recorded build step makes anew at the start of an application: {@code new HashSet()}, then a few instructions that make an
 * element and add it, for each element, in the order that the set had when it was recorded. Here they are sorted by their text. Only
 * straight code is touched whose variables nothing else uses. So are the servers of which one step tells the others
 * ({@code ValueRegistryProcessor.runtimeInfo}), which it has in the order that their own steps came.
 */
final class RecordedSets {
    private static final String RECORDED = "io/quarkus/runner/recorded/";
    private static final String SET = "java/util/HashSet";
    private static final String TOLD = "io/quarkus/arc/runtime/ValueRegistryRecorder";

    private RecordedSets() {}

    /** Those of the classes that make sets, their bytes anew. */
    static Map<String, byte[]> inOrder(SortedMap<String, byte[]> classes) {
        Map<String, byte[]> changed = new TreeMap<>();
        classes.forEach((file, bytes) -> {
            if (file.startsWith(RECORDED) && (SteadyJar.mentions(bytes, SET) || SteadyJar.mentions(bytes, TOLD))) {
                var type = new ClassNode();
                new ClassReader(bytes).accept(type, 0);
                type.methods.forEach(RecordedSets::sort);
                var writer = new ClassWriter(0);
                type.accept(writer);
                changed.put(file, writer.toByteArray());
            }
        });
        return changed;
    }

    private static void sort(MethodNode method) {
        List<AbstractInsnNode> all = new ArrayList<>(List.of(method.instructions.toArray()));
        for (int at = 0; at + 4 < all.size(); at++) {
            if (all.get(at) instanceof TypeInsnNode made
                    && made.getOpcode() == Opcodes.NEW
                    && (made.desc.equals(SET) || made.desc.equals(TOLD))) {
                int kept = at
                        + (made.desc.equals(SET) ? 3 : 4); // after its constructor, which takes nothing, or one value
                if (kept < all.size()
                        && all.get(kept) instanceof VarInsnNode variable
                        && variable.getOpcode() == Opcodes.ASTORE) {
                    sort(all, kept + 1, variable.var, made.desc.equals(TOLD));
                }
            }
        }
        var sorted = new InsnList();
        method.instructions.clear();
        all.forEach(sorted::add);
        method.instructions.add(sorted);
    }

    /**
     * Sorts what is added to the set of a variable from a place on.
     *
     * @param told whether it is no set but who is told, and what comes of each is kept
     */
    private static void sort(List<AbstractInsnNode> all, int from, int set, boolean told) {
        List<List<AbstractInsnNode>> elements = new ArrayList<>();
        int at = from;
        for (int end = end(all, at, set, told); end > 0; end = end(all, at, set, told)) {
            elements.add(new ArrayList<>(all.subList(at, end)));
            at = end;
        }
        List<List<Integer>> variables = new ArrayList<>();
        elements.forEach(element -> variables.add(variables(element, set)));
        Set<Integer> used = new HashSet<>(variables(all.subList(0, from), set));
        used.addAll(variables(all.subList(at, all.size()), set));
        Set<Integer> own = new HashSet<>();
        variables.forEach(own::addAll);
        long sizes = variables.stream().map(List::size).distinct().count();
        boolean apart = own.size() == variables.stream().mapToInt(List::size).sum();
        if (sizes > 1 || !apart || own.stream().anyMatch(used::contains)) {
            return;
        }
        elements.sort(Comparator.comparing(element -> text(element, set)));
        List<AbstractInsnNode> sorted = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            List<Integer> before = variables(elements.get(i), set);
            for (AbstractInsnNode one : elements.get(i)) {
                if (one instanceof VarInsnNode variable && variable.var != set && variable.var > 2) {
                    variable.var = variables.get(i).get(before.indexOf(variable.var));
                }
            }
            sorted.addAll(elements.get(i));
        }
        for (int i = 0; i < sorted.size(); i++) {
            all.set(from + i, sorted.get(i));
        }
    }

    /** Where an element that begins here has been added to the set; 0 where none begins. */
    private static int end(List<AbstractInsnNode> all, int from, int set, boolean told) {
        for (int at = from; at < all.size() && isStraight(all.get(at)); at++) {
            if (told && all.get(at) instanceof MethodInsnNode kept && kept.name.equals("putValue")) {
                return at + 1;
            }
            if (!told
                    && at + 4 < all.size()
                    && all.get(at) instanceof VarInsnNode variable
                    && variable.var == set
                    && all.get(at + 3) instanceof MethodInsnNode call
                    && call.name.equals("add")
                    && all.get(at + 4).getOpcode() == Opcodes.POP) {
                return at + 5;
            }
        }
        return 0;
    }

    /** No jump, no place that one goes to, and no other collection begins or is filled. */
    private static boolean isStraight(AbstractInsnNode at) {
        boolean makesSet = at instanceof TypeInsnNode made && made.desc.equals(SET);
        boolean leaves =
                at instanceof JumpInsnNode || at.getOpcode() >= Opcodes.TABLESWITCH && at.getOpcode() <= Opcodes.RETURN;
        return at.getOpcode() >= 0 && !makesSet && !leaves;
    }

    /** Variables but the set's, each once, as they appear. */
    private static List<Integer> variables(List<AbstractInsnNode> code, int set) {
        return code.stream()
                .filter(VarInsnNode.class::isInstance)
                .map(one -> ((VarInsnNode) one).var)
                .filter(variable -> variable != set && variable > 2) // this, the context, and what steps share
                .distinct()
                .toList();
    }

    private static String text(List<AbstractInsnNode> element, int set) {
        List<Integer> variables = variables(element, set);
        var text = new StringBuilder();
        for (AbstractInsnNode one : element) {
            text.append(' ').append(one.getOpcode());
            if (one instanceof LdcInsnNode constant) {
                text.append(' ')
                        .append(ProxyKeys.KEY
                                .matcher(String.valueOf(constant.cst))
                                .replaceAll("key"));
            } else if (one instanceof VarInsnNode variable) {
                text.append(' ').append(variables.indexOf(variable.var));
            } else if (one instanceof TypeInsnNode type) {
                text.append(' ').append(type.desc);
            } else if (one instanceof IntInsnNode number) {
                text.append(' ').append(number.operand);
            } else if (one instanceof FieldInsnNode field) {
                text.append(' ').append(field.owner).append(' ').append(field.name);
            } else if (one instanceof MethodInsnNode call) {
                text.append(' ').append(call.owner).append(' ').append(call.name);
            }
        }
        return text.toString();
    }
}
