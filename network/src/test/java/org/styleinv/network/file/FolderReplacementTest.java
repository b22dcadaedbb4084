package org.styleinv.network.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Folders that several replace at once: by threads, by processes, and by some that are killed. */
@Timeout(120)
class FolderReplacementTest {
    private static final int FILES = 5;

    @TempDir
    private Path folder;

    /** Fills a folder with files that all say the same, and nothing else. */
    private static String fill(Path at, String text) throws IOException {
        for (int i = 0; i < FILES; i++) {
            Files.writeString(at.resolve("file" + i), text);
        }
        return text;
    }

    private static void replaceOften(Path place, String who, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            String text = who + i;
            FolderReplacement.replace(place, at -> fill(at, text));
        }
    }

    /** What processes of these tests do: {@code replace PLACE WHO TIMES}, or {@code hold FILE} until they are killed. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("replace")) {
            replaceOften(Path.of(arguments[1]), arguments[2], Integer.parseInt(arguments[3]));
        } else {
            FolderLock held = FolderLock.take(Path.of(arguments[1]), Duration.ZERO, pid -> "no");
            System.out.println("held");
            System.in.read();
            Runtime.getRuntime().halt(held == null ? 1 : 9);
        }
    }

    private static Process process(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FolderReplacementTest.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** One writer's folder, whole, and nothing beside it. */
    private void assertWhole(Path place) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            texts.add(Files.readString(place.resolve("file" + i)));
        }
        assertEquals(1, texts.stream().distinct().count(), texts.toString());
        try (Stream<Path> all = Files.list(place.getParent())) {
            assertEquals(List.of(place), all.toList());
        }
    }

    private static void all(List<Callable<Object>> works) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(works.size());
        try {
            for (Future<Object> done : threads.invokeAll(works)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void threadsOfOneProcessTakeTurns() throws Exception {
        Path place = folder.resolve("served");
        List<Callable<Object>> works = new ArrayList<>();
        for (String who : List.of("a", "b", "c")) {
            works.add(() -> {
                replaceOften(place, who, 30);
                return who;
            });
        }
        all(works);
        assertWhole(place);
    }

    @Test
    void processesTakeTurnsAndNeverLeaveNoFolder() throws Exception {
        Path place = folder.resolve("served");
        List<Process> processes = new ArrayList<>();
        for (String who : List.of("a", "b")) {
            processes.add(process("replace", place.toString(), who, "40"));
        }
        replaceOften(place, "own", 40);
        for (Process process : processes) {
            assertTrue(process.waitFor(100, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        }
        assertWhole(place);
    }

    @Test
    void ofTwoThatMakeOneFolderOneIsRefused() throws Exception {
        for (int round = 0; round < 20; round++) {
            Path place = folder.resolve("new" + round).resolve("deep");
            List<String> refusals = new ArrayList<>();
            List<Callable<Object>> works = new ArrayList<>();
            for (String who : List.of("a", "b")) {
                works.add(() -> {
                    try {
                        return FolderReplacement.make(place, at -> fill(at, who));
                    } catch (FileRefused e) {
                        synchronized (refusals) {
                            refusals.add(e.getMessage());
                        }
                        return e;
                    }
                });
            }
            all(works);
            assertEquals(1, refusals.size());
            assertTrue(refusals.get(0).contains("is not empty"), refusals.get(0));
            assertWhole(place);
        }
    }

    @Test
    void whatKilledOnesLeftIsMended() throws IOException {
        Path place = folder.resolve("served");
        Path old = Files.createDirectories(folder.resolve(".served.old-" + UUID.randomUUID()));
        fill(old, "before");
        Files.createDirectories(
                folder.resolve(".served.new-" + UUID.randomUUID()).resolve("half"));
        Files.writeString(folder.resolve(".served.lock"), "4711 dead");
        assertThrows(
                FileRefused.class,
                () -> FolderReplacement.replace(place, at -> {
                    throw new FileRefused("the new one is bad");
                }));
        assertEquals("before", Files.readString(place.resolve("file0")), "the old one is back");
        assertWhole(place);
        FolderReplacement.replace(place, at -> fill(at, "after"));
        assertEquals("after", Files.readString(place.resolve("file0")));
        assertWhole(place);
    }

    /** One that was killed at each step of its way: whoever reads next has the old folder or the new one, whole. */
    @Test
    void aReaderPutsBackWhatAKilledOneHasPutAside() throws Exception {
        Path place = folder.resolve("served");
        FolderReplacement.recover(place);
        assertFalse(Files.exists(place), "nobody was here");
        Path old = Files.createDirectories(folder.resolve(".served.old-" + UUID.randomUUID()));
        fill(old, "before");
        fill(Files.createDirectories(folder.resolve(".served.new-" + UUID.randomUUID())), "half");
        fill(Files.createDirectories(folder.resolve(".served2.old-" + UUID.randomUUID())), "another's");
        FolderReplacement.recover(folder.resolve("none"));
        FolderReplacement.recover(folder.resolve("gone").resolve("deep"));
        assertFalse(Files.exists(place));
        FolderReplacement.recover(place);
        assertEquals("before", Files.readString(place.resolve("file0")));
        FolderReplacement.recoverAll(folder);
        assertEquals("another's", Files.readString(folder.resolve("served2").resolve("file0")));
        fill(Files.createDirectories(folder.resolve(".served.old-" + UUID.randomUUID())), "older");
        FolderReplacement.recoverAll(folder);
        assertEquals("before", Files.readString(place.resolve("file0")), "what is there stays");
    }

    @Test
    void aReaderLeavesTheFolderToOneWhoIsAtIt() throws Exception {
        Path place = folder.resolve("served");
        fill(Files.createDirectories(folder.resolve(".served.old-" + UUID.randomUUID())), "before");
        List<Exception> failures = new ArrayList<>();
        Thread reader = new Thread(() -> {
            try {
                FolderReplacement.recover(place);
            } catch (IOException e) {
                failures.add(e);
            }
        });
        try (FolderLock held = FolderLock.take(folder.resolve(".served.lock"), Duration.ZERO, pid -> "held")) {
            reader.start();
            while (reader.getState() != Thread.State.TIMED_WAITING && reader.isAlive()) { // for the lock
                Thread.onSpinWait();
            }
            assertFalse(Files.exists(place));
            fill(Files.createDirectories(place), "after");
        }
        reader.join();
        assertEquals(List.of(), failures);
        assertEquals("after", Files.readString(place.resolve("file0")));
    }

    @Test
    void workThatFailsLeavesTheOldOneAndNothingElse() throws IOException {
        Path place = folder.resolve("served");
        FolderReplacement.replace(place, at -> fill(at, "before"));
        assertThrows(
                IOException.class,
                () -> FolderReplacement.replace(place, at -> {
                    fill(at, "half");
                    throw new IOException("the disk is full");
                }));
        assertEquals("before", Files.readString(place.resolve("file0")));
        assertWhole(place);
        assertThrows(
                FileRefused.class,
                () -> FolderReplacement.make(folder.resolve("a/b/c"), at -> {
                    throw new FileRefused("bad");
                }));
        assertFalse(Files.exists(folder.resolve("a")));
    }

    @Test
    void anEditKeepsWhatItDoesNotTouch() throws IOException {
        Path place = folder.resolve("served");
        FolderReplacement.replace(place, at -> fill(at, "before"));
        FolderReplacement.edit(place, at -> Files.writeString(at.resolve("file0"), "edited"));
        assertEquals("edited", Files.readString(place.resolve("file0")));
        assertEquals("before", Files.readString(place.resolve("file1")));
    }

    @Test
    void aPipeOrALinkThatLeadsBackIsRefusedAndNotCopied() throws Exception {
        Path from = Files.createDirectories(folder.resolve("from"));
        Path pipe = from.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        FileRefused refused = assertThrows(FileRefused.class, () -> FolderReplacement.copy(from, folder.resolve("to")));
        assertTrue(refused.getMessage().contains("no file"), refused.getMessage());
        Files.delete(pipe);
        Files.createSymbolicLink(from.resolve("back"), from);
        assertThrows(FileRefused.class, () -> FolderReplacement.copy(from, folder.resolve("to2")));
    }

    @Test
    void whatDoesNotFitIsNotBegunAndWhatOnlyLooksLikeAFileIsNotRead() throws Exception {
        Path from = Files.createDirectories(folder.resolve("from"));
        try (RandomAccessFile sparse = new RandomAccessFile(from.resolve("huge").toFile(), "rw")) {
            sparse.setLength(Math.min(1L << 43, 2 * folder.toFile().getUsableSpace()));
        }
        IOException full = assertThrows(IOException.class, () -> FolderReplacement.copy(from, folder.resolve("to")));
        assertTrue(full.getMessage().contains("MB are free"), full.getMessage());
        assertFalse(Files.exists(folder.resolve("to")));
        Files.delete(from.resolve("huge"));
        assumeTrue(Files.isReadable(Path.of("/proc/kmsg")), "only root reads /proc/kmsg");
        Files.createSymbolicLink(from.resolve("endless"), Path.of("/proc/kmsg"));
        FolderReplacement.copy(from, folder.resolve("to"));
        assertEquals(0, Files.size(folder.resolve("to").resolve("endless")));
    }

    @Test
    void aLockNamesItsHolderAndEndsWithIt() throws Exception {
        Path file = folder.resolve("run").resolve(".lock");
        Process holder = process("hold", file.toString());
        try {
            assertEquals('h', holder.getInputStream().read());
            FileRefused refused = assertThrows(
                    FileRefused.class, () -> FolderLock.take(file, Duration.ZERO, pid -> "trained by " + pid)
                            .close());
            assertEquals("trained by " + holder.pid(), refused.getMessage());
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertTrue(Files.exists(file), "a killed process leaves its file");
        FolderLock.take(file, Duration.ZERO, pid -> "trained by " + pid).close();
        assertFalse(Files.exists(file));
    }

    @Test
    void aThreadOfTheSameProcessIsRefusedToo() throws IOException {
        Path file = folder.resolve(".lock");
        try (FolderLock held = FolderLock.take(file, Duration.ZERO, pid -> "held")) {
            FileRefused refused = assertThrows(
                    FileRefused.class, () -> FolderLock.take(file, Duration.ZERO, pid -> "held by " + pid));
            assertEquals("held by " + ProcessHandle.current().pid(), refused.getMessage());
        }
        FolderLock.take(file, Duration.ZERO, pid -> "held").close();
    }
}
