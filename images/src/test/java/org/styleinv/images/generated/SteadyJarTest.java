package org.styleinv.images.generated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Classes as Quarkus writes them, in two orders: what comes of them is the same, byte by byte, and does what it did. */
class SteadyJarTest {
    private static final String SHARED = "io/quarkus/runtime/generated/SharedConfig";
    private static final String USER = "io/quarkus/runtime/generated/RunTimeConfigCustomizer";
    private static final String STEP = "io/quarkus/runner/recorded/Step$one1";
    private static final String TAKING = "io/quarkus/runner/recorded/Step$three3";
    private static final String CONTEXT = "io/quarkus/runtime/StartupContext";
    private static final String READER = "io/quarkus/runner/recorded/Step$two2";

    @TempDir
    private Path folder;

    private Path steady(String name, int key, String... order) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        entries.put(SHARED + ".class", shared(order));
        entries.put(USER + ".class", user(order));
        entries.put(STEP + ".class", step(key, order));
        entries.put(READER + ".class", reader(key));
        return steady(name, entries);
    }

    private Path steady(String name, Map<String, byte[]> entries) throws IOException {
        Path jar = folder.resolve(name + ".in");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        Path to = folder.resolve(name + ".jar");
        SteadyJar.write(jar, to);
        return to;
    }

    private static ClassWriter type(String name) {
        var type = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        type.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
        return type;
    }

    private static MethodVisitor method(ClassWriter type, String name, String descriptor) {
        MethodVisitor method = type.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, name, descriptor, null, null);
        method.visitCode();
        return method;
    }

    private static byte[] end(ClassWriter type, MethodVisitor method, int opcode) {
        method.visitInsn(opcode);
        method.visitMaxs(0, 0);
        method.visitEnd();
        return type.toByteArray();
    }

    /** A field for each mapping, and which of them was loaded. */
    private static byte[] shared(String... order) {
        ClassWriter type = type(SHARED);
        for (int i = 0; i < order.length; i++) {
            type.visitField(
                            Opcodes.ACC_STATIC | Opcodes.ACC_PUBLIC,
                            "configClass$" + i,
                            "Ljava/lang/String;",
                            null,
                            null)
                    .visitEnd();
        }
        MethodVisitor method = method(type, "configClass", "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;");
        method.visitVarInsn(Opcodes.ALOAD, 0);
        end(type, method, Opcodes.ARETURN);
        method = method(type, "ensureLoaded", "(Ljava/lang/String;)V");
        end(type, method, Opcodes.RETURN);
        method = method(type, "<clinit>", "()V");
        for (int i = 0; i < order.length; i++) {
            method.visitLdcInsn(order[i]);
            method.visitLdcInsn("styleinv." + order[i]);
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    SHARED,
                    "configClass",
                    "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;",
                    false);
            method.visitFieldInsn(Opcodes.PUTSTATIC, SHARED, "configClass$" + i, "Ljava/lang/String;");
            method.visitLdcInsn(order[i] + "$Inner");
            method.visitMethodInsn(Opcodes.INVOKESTATIC, SHARED, "ensureLoaded", "(Ljava/lang/String;)V", false);
        }
        return end(type, method, Opcodes.RETURN);
    }

    /** Adds each mapping to a collection. */
    private static byte[] user(String... order) {
        ClassWriter type = type(USER);
        MethodVisitor method = method(type, "withMapping", "(Ljava/util/Collection;Ljava/lang/String;)V");
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitMethodInsn(Opcodes.INVOKEINTERFACE, "java/util/Collection", "add", "(Ljava/lang/Object;)Z", true);
        method.visitInsn(Opcodes.POP);
        end(type, method, Opcodes.RETURN);
        method = method(type, "run", "(Ljava/util/Collection;)V");
        for (int i = 0; i < order.length; i++) {
            method.visitFieldInsn(Opcodes.GETSTATIC, SHARED, "configClass$" + i, "Ljava/lang/String;");
            method.visitVarInsn(Opcodes.ASTORE, i + 2);
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitVarInsn(Opcodes.ALOAD, i + 2);
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC, USER, "withMapping", "(Ljava/util/Collection;Ljava/lang/String;)V", false);
        }
        return end(type, method, Opcodes.RETURN);
    }

    /** A set of the words, in variable 3. */
    private static void fill(MethodVisitor method, String set, String... order) {
        method.visitTypeInsn(Opcodes.NEW, set);
        method.visitInsn(Opcodes.DUP);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, set, "<init>", "()V", false);
        method.visitVarInsn(Opcodes.ASTORE, 3);
        for (int i = 0; i < order.length; i++) {
            method.visitLdcInsn(order[i]);
            method.visitVarInsn(Opcodes.ASTORE, i + 4);
            method.visitVarInsn(Opcodes.ALOAD, 3);
            method.visitTypeInsn(Opcodes.CHECKCAST, "java/util/Collection");
            method.visitVarInsn(Opcodes.ALOAD, i + 4);
            method.visitMethodInsn(
                    Opcodes.INVOKEINTERFACE, "java/util/Collection", "add", "(Ljava/lang/Object;)Z", true);
            method.visitInsn(Opcodes.POP);
        }
    }

    /** Makes a set, and keeps it under a key. */
    private static byte[] step(int key, String... order) {
        ClassWriter type = type(STEP);
        MethodVisitor method = method(type, "run", "(Ljava/util/Map;)V");
        fill(method, "java/util/HashSet", order);
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitLdcInsn("proxykey" + key);
        method.visitVarInsn(Opcodes.ALOAD, 3);
        method.visitMethodInsn(
                Opcodes.INVOKEINTERFACE,
                "java/util/Map",
                "put",
                "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;",
                true);
        method.visitInsn(Opcodes.POP);
        return end(type, method, Opcodes.RETURN);
    }

    /** Gives a linked set to a method of that name. */
    private static byte[] taking(String name, String... order) {
        ClassWriter type = type(TAKING);
        MethodVisitor method = method(type, name, "(Ljava/util/List;Ljava/util/Set;)V");
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitMethodInsn(Opcodes.INVOKEINTERFACE, "java/util/List", "addAll", "(Ljava/util/Collection;)Z", true);
        method.visitInsn(Opcodes.POP);
        end(type, method, Opcodes.RETURN);
        method = method(type, "run", "(Ljava/util/List;)V");
        fill(method, "java/util/LinkedHashSet", order);
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitVarInsn(Opcodes.ALOAD, 3);
        method.visitMethodInsn(Opcodes.INVOKESTATIC, TAKING, name, "(Ljava/util/List;Ljava/util/Set;)V", false);
        return end(type, method, Opcodes.RETURN);
    }

    /** What is under that key. */
    private static byte[] reader(int key) {
        ClassWriter type = type(READER);
        MethodVisitor method = method(type, "run", "(Ljava/util/Map;)Ljava/lang/Object;");
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitLdcInsn("proxykey" + key);
        method.visitMethodInsn(
                Opcodes.INVOKEINTERFACE, "java/util/Map", "get", "(Ljava/lang/Object;)Ljava/lang/Object;", true);
        return end(type, method, Opcodes.ARETURN);
    }

    @Test
    void twoOrdersOfTheSameAreTheSameBytes() throws IOException {
        byte[] one = Files.readAllBytes(steady("one", 65, "Traces", "Access", "Topics"));
        byte[] other = Files.readAllBytes(steady("other", 43, "Topics", "Traces", "Access"));
        assertArrayEquals(one, other);
        byte[] third = Files.readAllBytes(steady("third", 43, "Topics", "Traces", "Tls"));
        assertFalse(Arrays.equals(one, third), "another application");
    }

    @Test
    void itDoesWhatItDid() throws Exception {
        try (var loader = new URLClassLoader(new URL[] {
            steady("one", 65, "Traces", "Access", "Topics").toUri().toURL()
        })) {
            Map<String, Object> values = new TreeMap<>();
            loader.loadClass(STEP.replace('/', '.')).getMethod("run", Map.class).invoke(null, values);
            Object read = loader.loadClass(READER.replace('/', '.'))
                    .getMethod("run", Map.class)
                    .invoke(null, values);
            assertEquals(Set.of("Traces", "Access", "Topics"), read);
            Set<Object> mapped = new HashSet<>();
            loader.loadClass(USER.replace('/', '.'))
                    .getMethod("run", Collection.class)
                    .invoke(null, mapped);
            assertEquals(Set.of("Traces", "Access", "Topics"), mapped);
            assertEquals(
                    List.of("Access"),
                    List.of(loader.loadClass(SHARED.replace('/', '.'))
                            .getField("configClass$0")
                            .get(null)));
        }
    }

    private List<String> taken(String by, String... order) throws Exception {
        Path jar = steady(by, Map.of(TAKING + ".class", taking(by, order)));
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
            List<String> taken = new ArrayList<>();
            loader.loadClass(TAKING.replace('/', '.'))
                    .getMethod("run", List.class)
                    .invoke(null, taken);
            return taken;
        }
    }

    @Test
    void aLinkedSetKeepsItsOrderButForMediaTypes() throws Exception {
        assertEquals(List.of("Traces", "Access", "Topics"), taken("setFilters", "Traces", "Access", "Topics"));
        assertEquals(
                List.of("Access", "Topics", "Traces"), taken("setCompressMediaTypes", "Traces", "Access", "Topics"));
    }

    private static void call(MethodVisitor method, String owner, String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
    }

    private static void put(MethodVisitor method, int key, int variable) {
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitLdcInsn("proxykey" + key);
        method.visitVarInsn(Opcodes.ALOAD, variable);
        call(method, CONTEXT, "putValue", "(Ljava/lang/String;Ljava/lang/Object;)V");
    }

    private static void get(MethodVisitor method, int key) {
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitLdcInsn("proxykey" + key);
        call(method, CONTEXT, "getValue", "(Ljava/lang/String;)Ljava/lang/Object;");
    }

    /** Puts a value under a key. */
    private static byte[] putting(String name, int key) {
        ClassWriter type = type(name);
        MethodVisitor method = method(type, "run", "(Ljava/lang/Object;Ljava/lang/Object;)V");
        put(method, key, 0);
        return end(type, method, Opcodes.RETURN);
    }

    /** Makes a function of each value, in that order, then uses the functions in theirs. */
    private static byte[] functions(List<Integer> values, List<Integer> functions, List<Integer> used) {
        ClassWriter type = type("io/quarkus/runner/recorded/Functions");
        MethodVisitor method = method(type, "run", "(Ljava/lang/Object;Ljava/lang/Object;)V");
        String recorder = "io/quarkus/arc/runtime/ArcRecorder";
        method.visitTypeInsn(Opcodes.NEW, recorder);
        method.visitInsn(Opcodes.DUP);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, recorder, "<init>", "()V", false);
        method.visitVarInsn(Opcodes.ASTORE, 3);
        for (int i = 0; i < values.size(); i++) {
            get(method, values.get(i));
            method.visitVarInsn(Opcodes.ASTORE, 4 + 2 * i);
            method.visitVarInsn(Opcodes.ALOAD, 3);
            method.visitVarInsn(Opcodes.ALOAD, 4 + 2 * i);
            call(method, recorder, "createFunction", "(Ljava/lang/Object;)Ljava/util/function/Function;");
            method.visitVarInsn(Opcodes.ASTORE, 5 + 2 * i);
            put(method, functions.get(i), 5 + 2 * i);
        }
        for (int key : used) {
            get(method, key);
            method.visitInsn(Opcodes.POP);
        }
        return end(type, method, Opcodes.RETURN);
    }

    private byte[] made(String name, int traces, int access, byte[] functions) throws IOException {
        return Files.readAllBytes(steady(
                name,
                Map.of(
                        "io/quarkus/runner/recorded/Traces.class",
                        putting("io/quarkus/runner/recorded/Traces", traces),
                        "io/quarkus/runner/recorded/Access.class",
                        putting("io/quarkus/runner/recorded/Access", access),
                        "io/quarkus/runner/recorded/Functions.class",
                        functions)));
    }

    @Test
    void functionsOfOthersValuesAreInTheOrderOfThese() throws IOException {
        byte[] one = made("one", 7, 3, functions(List.of(7, 3), List.of(20, 21), List.of(20, 21)));
        byte[] other = made("other", 1, 2, functions(List.of(2, 1), List.of(30, 31), List.of(31, 30)));
        assertArrayEquals(one, other);
        byte[] crossed = made("crossed", 1, 2, functions(List.of(2, 1), List.of(30, 31), List.of(30, 31)));
        assertFalse(Arrays.equals(one, crossed), "the other function is used first");
    }
}
