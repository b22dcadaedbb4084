package org.styleinv.mesh.command.output;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.stop.Stopping;

/**
 * Standard output in UTF-8, of which nothing is lost in silence: Java's own forgets that it could not be written. The
 * first write that fails ends the work by {@link Lost}; {@link #settle} then gives the exit code.
 */
public final class Output extends OutputStream {
    /** The exit code when nobody reads on, as shells have it for SIGPIPE; nothing is said, {@code | head} is no fault. */
    public static final int READER_LEFT = 141;

    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");
    private static final long SHORT_WORK_MS = 300; // such work is over before anybody is missed
    private static final int EINTR = 4;

    private static volatile @Nullable Output standard; // once it is open

    private final OutputStream target;
    private final boolean pipe;
    private volatile @Nullable IOException failure;

    /** @param pipe whether another program reads it: a write that fails then means that it has left */
    Output(OutputStream target, boolean pipe) {
        this.target = target;
        this.pipe = pipe;
    }

    /** It cannot be written, so that going on is in vain. */
    public static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1;

        Lost(IOException cause) {
            super("standard output cannot be written: " + cause.getMessage(), cause);
        }
    }

    /** Takes the place of {@link System#out}, and makes {@link System#err} speak UTF-8; to be called once, first of all. */
    public static void open() {
        standard = new Output(new FileOutputStream(FileDescriptor.out), piped());
        System.setOut(new PrintStream(standard, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }

    /** Ends the process soon after its reader has gone, also while there is nothing to write. */
    public static void endWithReader() {
        if (piped()) {
            var watch = new Thread(Output::awaitDeparture, "styleinv-reader");
            watch.setDaemon(true);
            watch.start();
        }
    }

    /** Whether a write has failed; what fails from then on follows from that. */
    public static boolean lost() {
        return standard != null && standard.failure != null;
    }

    /** The exit code of work that ended with {@code code}; says why, if what it wrote did not arrive. */
    public static int settle(int code) {
        System.out.flush();
        return standard == null ? code : standard.settled(code);
    }

    int settled(int code) {
        if (failure == null) {
            return code;
        }
        if (pipe) {
            return READER_LEFT;
        }
        System.err.println("styleinv: standard output cannot be written (" + failure.getMessage()
                + "): is its disk full, or was it closed?");
        return 1;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        try {
            target.write(bytes, from, count);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    @Override
    public void flush() {
        try {
            target.flush();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private Lost lost(IOException cause) {
        failure = cause;
        return new Lost(cause);
    }

    private static boolean piped() {
        try {
            String name = Files.readSymbolicLink(DESCRIPTOR).toString();
            return name.startsWith("pipe:") || name.startsWith("socket:");
        } catch (IOException e) {
            return false; // another system: the first write that fails tells
        }
    }

    /** The part of POSIX that Java lacks. */
    private interface Posix extends Library {
        int poll(Memory descriptors, NativeLong count, int milliseconds);
    }

    private static void awaitDeparture() {
        try {
            TimeUnit.MILLISECONDS.sleep(SHORT_WORK_MS);
            Posix posix = Native.load("c", Posix.class);
            var descriptor = new Memory(8); // struct pollfd: int fd, short events, short revents
            descriptor.clear();
            descriptor.setInt(0, 1);
            int changed;
            do {
                changed = posix.poll(descriptor, new NativeLong(1), -1); // no events asked for: only the end is told
            } while (changed < 0 && Native.getLastError() == EINTR);
            if (changed > 0) {
                Output left = standard;
                if (left != null) {
                    left.failure = new IOException("its reader has left");
                }
                Stopping.leave(READER_LEFT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (UnsatisfiedLinkError | RuntimeException e) {
            // without native access the first write that fails tells
        }
    }
}
