package org.styleinv.images.generated;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
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
 * straight code is touched whose variables nothing else uses. A {@code LinkedHashSet} may mean its order, but for the one of media types
 * that are compressed, which are only looked up. So are sorted the servers of which one step tells the others
 * ({@code ValueRegistryProcessor.runtimeInfo}), and the functions that one step makes of others' values
 * ({@code SyntheticBeansProcessor.initRuntime}), which it has in the order that their own steps came.
 */
final class RecordedSets {
    private static final String RECORDED = "io/quarkus/runner/recorded/";
    /** What is filled so, and after how many instructions from {@code new} it is kept: its constructor takes nothing, or one value. */
    private enum Filled {
        SET("java/util/HashSet", 3),
        MEDIA_TYPES("java/util/LinkedHashSet", 3),
        SERVERS("io/quarkus/arc/runtime/ValueRegistryRecorder", 4),
        FUNCTIONS("io/quarkus/arc/runtime/ArcRecorder", 3);

        private final String type;
        private final int kept;

        Filled(String type, int kept) {
            this.type = type;
            this.kept = kept;
        }

        private boolean isSet() {
            return this == SET || this == MEDIA_TYPES;
        }

        /** What is made at an instruction. */
        private static Optional<Filled> at(List<AbstractInsnNode> all, int at) {
            AbstractInsnNode one = all.get(at);
            return one.getOpcode() != Opcodes.NEW
                    ? Optional.empty()
                    : Stream.of(values())
                            .filter(filled -> ((TypeInsnNode) one).desc.equals(filled.type))
                            .filter(filled -> filled != MEDIA_TYPES || isOfMediaTypes(all, at))
                            .findFirst();
        }
    }

    private RecordedSets() {}

    /**
     * Those of the classes that make such, their bytes anew.
     *
     * @param named whether keys ({@link ProxyKeys}) have their names already, so that these count, too
     */
    static Map<String, byte[]> inOrder(SortedMap<String, byte[]> classes, boolean named) {
        Map<String, byte[]> changed = new TreeMap<>();
        classes.forEach((file, bytes) -> {
            if (file.startsWith(RECORDED)
                    && Stream.of(Filled.values()).anyMatch(filled -> SteadyJar.mentions(bytes, filled.type))) {
                var type = new ClassNode();
                new ClassReader(bytes).accept(type, 0);
                type.methods.forEach(method -> sort(method, named));
                var writer = new ClassWriter(0);
                type.accept(writer);
                changed.put(file, writer.toByteArray());
            }
        });
        return changed;
    }

    private static void sort(MethodNode method, boolean named) {
        List<AbstractInsnNode> all = new ArrayList<>(List.of(method.instructions.toArray()));
        for (int at = 0; at < all.size(); at++) {
            Optional<Filled> filled = Filled.at(all, at);
            int kept = at + filled.map(one -> one.kept).orElse(0);
            if (filled.isPresent()
                    && kept < all.size()
                    && all.get(kept) instanceof VarInsnNode variable
                    && variable.getOpcode() == Opcodes.ASTORE) {
                sort(all, kept + 1, variable.var, filled.get(), named);
            }
        }
        var sorted = new InsnList();
        method.instructions.clear();
        all.forEach(sorted::add);
        method.instructions.add(sorted);
    }

    /** Whether a linked set that is made here is given, when it is full, to who compresses answers. */
    private static boolean isOfMediaTypes(List<AbstractInsnNode> all, int made) {
        return calls(all.subList(made + 3, all.size())).stream()
                .filter(name -> !name.equals("add"))
                .findFirst()
                .filter("setCompressMediaTypes"::equals)
                .isPresent();
    }

    /** Sorts what is added to the set of a variable, or what it is told or asked, from a place on. */
    private static void sort(List<AbstractInsnNode> all, int from, int set, Filled filled, boolean named) {
        List<List<AbstractInsnNode>> elements = new ArrayList<>();
        int at = from;
        for (int end = end(all, at, set, filled); end > 0; end = end(all, at, set, filled)) {
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
        boolean alike = filled != Filled.FUNCTIONS || areApartFunctions(elements);
        if (sizes > 1 || !apart || !alike || own.stream().anyMatch(used::contains)) {
            return;
        }
        elements.sort(Comparator.comparing(element -> text(element, set, named)));
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
    private static int end(List<AbstractInsnNode> all, int from, int set, Filled filled) {
        for (int at = from; at < all.size() && isStraight(all.get(at)); at++) {
            if (!filled.isSet() && all.get(at) instanceof MethodInsnNode kept && kept.name.equals("putValue")) {
                return at + 1;
            }
            if (filled.isSet()
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
        boolean makesSet = at instanceof TypeInsnNode made && made.desc.equals(Filled.SET.type);
        boolean leaves =
                at instanceof JumpInsnNode || at.getOpcode() >= Opcodes.TABLESWITCH && at.getOpcode() <= Opcodes.RETURN;
        return at.getOpcode() >= 0 && !makesSet && !leaves;
    }

    /** Of each a value is read, a function made of it and put under a name, and no two have a name in common. */
    private static boolean areApartFunctions(List<List<AbstractInsnNode>> elements) {
        Set<Object> names = new HashSet<>();
        return elements.stream()
                        .allMatch(element -> calls(element).equals(List.of("getValue", "createFunction", "putValue")))
                && elements.stream()
                        .flatMap(List::stream)
                        .filter(LdcInsnNode.class::isInstance)
                        .allMatch(name -> names.add(((LdcInsnNode) name).cst));
    }

    private static List<String> calls(List<AbstractInsnNode> code) {
        return code.stream()
                .filter(MethodInsnNode.class::isInstance)
                .map(call -> ((MethodInsnNode) call).name)
                .toList();
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

    private static String text(List<AbstractInsnNode> element, int set, boolean named) {
        List<Integer> variables = variables(element, set);
        var text = new StringBuilder();
        for (AbstractInsnNode one : element) {
            text.append(' ').append(one.getOpcode());
            if (one instanceof LdcInsnNode constant) {
                String value = String.valueOf(constant.cst);
                text.append(' ')
                        .append(named ? value : ProxyKeys.KEY.matcher(value).replaceAll("key"));
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
