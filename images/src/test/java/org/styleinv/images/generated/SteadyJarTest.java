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
    private static final String READER = "io/quarkus/runner/recorded/Step$two2";

    @TempDir
    private Path folder;

    private Path steady(String name, int key, String... order) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        entries.put(SHARED + ".class", shared(order));
        entries.put(USER + ".class", user(order));
        entries.put(STEP + ".class", step(key, order));
        entries.put(READER + ".class", reader(key));
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

    /** Makes a set, and keeps it under a key. */
    private static byte[] step(int key, String... order) {
        ClassWriter type = type(STEP);
        MethodVisitor method = method(type, "run", "(Ljava/util/Map;)V");
        method.visitTypeInsn(Opcodes.NEW, "java/util/HashSet");
        method.visitInsn(Opcodes.DUP);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/util/HashSet", "<init>", "()V", false);
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
}
