package org.styleinv.mesh.picture;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.video.GifWriter;
import org.styleinv.video.PngFile;
import org.styleinv.video.VideoForm;
import org.styleinv.video.VideoWriter;

/**
 * Where frames go: a video in a file or on standard output, a folder of PNG files, or nowhere. A file that is not {@link
 * #finish finished} leaves no trace.
 */
public abstract class FrameSink implements AutoCloseable {

    /** Takes the next frame, the work of {@code makers}, see {@link org.styleinv.proto.wire.Makers}. */
    public abstract void write(long index, Pixels frame, String makers) throws IOException;

    /** Moves all that was written to its place, at the end of the work. */
    public abstract void finish() throws IOException;

    @Override
    public abstract void close();

    /** What {@code --out} takes. */
    public static final String NAMES = "F.mp4|F.webm|F.gif|F.webp|DIR|-";

    /** Whether {@code target} is {@code -}, standard output. */
    public static boolean isStandard(@Nullable Path target) {
        return target != null && target.toString().equals("-");
    }

    /** A sink by the name of its target, see {@link #NAMES}; null is nowhere. Fails where nothing can be written. */
    public static FrameSink to(@Nullable Path target, double fps, Credit credit) throws IOException {
        return to(target, fps, null, credit);
    }

    /**
     * A sink by the name of its target.
     *
     * @param form   as what frames go to standard output; null is MP4 there, and all there is elsewhere
     * @param credit what is said of the frames' origin
     */
    public static FrameSink to(@Nullable Path target, double fps, @Nullable PipeForm form, Credit credit)
            throws IOException {
        if (form != null && !isStandard(target)) {
            throw Failure.input("--format is for --out -, a file is written as its name says: leave it away");
        }
        if (target == null) {
            return new Nowhere();
        }
        String name = target.getFileName() == null
                ? ""
                : target.getFileName().toString().toLowerCase(Locale.ROOT);
        if (isStandard(target)) {
            return new Pipe(form == null ? PipeForm.MP4 : form, fps, credit);
        }
        if (name.endsWith(".mp4")) {
            return new Video(file(target), VideoForm.MP4, fps, credit);
        }
        if (name.endsWith(".webm")) {
            return new Video(file(target), VideoForm.WEBM, fps, credit);
        }
        if (name.endsWith(".gif")) {
            return new Gif(file(target), fps, credit);
        }
        if (name.endsWith(".webp")) {
            return new Video(file(target), VideoForm.WEBP, fps, credit);
        }
        if (name.matches(".*\\.(mkv|mov|avi|m4v|ts|apng|png|jpe?g)")) {
            throw Failure.input(
                    "--out is a name that ends in .mp4, .webm, .gif or .webp, a folder for PNG files, or - for standard output,"
                            + " got " + target);
        }
        return new Folder(target, credit);
    }

    /** The file that a video takes the place of: behind links, and never a device, a pipe or a folder. */
    private static Path file(Path target) throws IOException {
        if (Files.exists(target)) {
            if (!Files.isRegularFile(target)) {
                throw Failure.input("--out " + target + " is no file that a video could replace, but "
                        + (Files.isDirectory(target) ? "a folder" : "a device, a pipe or a socket")
                        + ": name another, or - for standard output");
            }
            return target.toRealPath();
        }
        return target;
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static final class Nowhere extends FrameSink {
        @Override
        public void write(long index, Pixels frame, String makers) {
            // the caller only counts or hashes
        }

        @Override
        public void finish() {
            // nothing to move
        }

        @Override
        public void close() {
            // nothing to take away
        }
    }

    /** A file that is made beside its place and then moved there. */
    private abstract static class InFile extends FrameSink {
        private final Path target;
        private final Path scratch;
        private boolean empty = true;

        InFile(Path target) throws IOException {
            this.target = target.toAbsolutePath();
            if (Files.isDirectory(target)) {
                throw Failure.input(target + " is a folder: name a file for the video");
            }
            scratch = Stopping.scratch(Objects.requireNonNull(this.target.getParent(), "a file is in a folder"));
        }

        @Override
        public void write(long index, Pixels frame, String makers) throws IOException {
            append(scratch.resolve("video"), frame, makers);
            empty = false;
        }

        /** Appends to {@code file}, which is begun with the first frame. */
        abstract void append(Path file, Pixels frame, String makers) throws IOException;

        /** Ends the file. */
        abstract void end() throws IOException;

        /** Lets the file go, whole or not. */
        abstract void release() throws IOException;

        @Override
        public void finish() throws IOException {
            if (empty) {
                throw new Failure("no frame came, so there is no video " + target);
            }
            end();
            move(scratch.resolve("video"), target);
        }

        @Override
        public void close() {
            try {
                release();
            } catch (IOException e) {
                // the video was given up; its scratch folder goes next
            }
            Stopping.delete(scratch);
        }
    }

    private static final class Video extends InFile {
        private final VideoForm form;
        private final double fps;
        private final Credit credit;
        private @Nullable VideoWriter writer; // from the first frame on

        Video(Path target, VideoForm form, double fps, Credit credit) throws IOException {
            super(target);
            this.credit = credit;
            this.form = form;
            this.fps = fps;
        }

        @Override
        void append(Path file, Pixels frame, String makers) throws IOException {
            if (writer == null) {
                writer = new VideoWriter(file, form, frame.width(), frame.height(), fps, credit.all(makers));
            }
            writer.write(frame.rgb());
        }

        @Override
        void end() throws IOException {
            Objects.requireNonNull(writer).close();
        }

        @Override
        void release() throws IOException {
            if (writer != null) {
                writer.abandon();
                writer.close();
            }
        }
    }

    private static final class Gif extends InFile {
        private final double fps;
        private final Credit credit;
        private @Nullable OutputStream out; // from the first frame on, as its writer
        private @Nullable GifWriter writer;

        Gif(Path target, double fps, Credit credit) throws IOException {
            super(target);
            this.credit = credit;
            if (fps > GifWriter.MOST_FPS) {
                throw Failure.input("a GIF shows at most 50 frames a second, got " + fps
                        + ": give --fps 50 or less, or a name that ends in .mp4 or .webm");
            }
            this.fps = fps;
        }

        @Override
        void append(Path file, Pixels frame, String makers) throws IOException {
            if (writer == null) {
                out = new BufferedOutputStream(Files.newOutputStream(file));
                writer = new GifWriter(out, frame.width(), frame.height(), fps, credit.all(makers));
            }
            writer.write(frame.rgb());
        }

        @Override
        void end() throws IOException {
            Objects.requireNonNull(writer).close();
            Objects.requireNonNull(out).close();
        }

        @Override
        void release() throws IOException {
            if (out != null) {
                out.close();
            }
        }
    }

    private static final class Folder extends FrameSink {
        private final Path target;
        private final Path scratch;
        private final Credit credit;
        private boolean empty = true;

        Folder(Path target, Credit credit) throws IOException {
            this.credit = credit;
            this.target = target.toAbsolutePath();
            if (Files.exists(target) && !Files.isDirectory(target)) {
                throw Failure.input(
                        target + " is " + (Files.isRegularFile(target) ? "a file" : "a device, a pipe or a socket")
                                + ": name a folder for the frames, or a video that ends in .mp4, .webm, .gif or .webp");
            }
            Path beside = this.target.getParent();
            if (beside == null) {
                throw Failure.input(target + " is the root of the file system: name a folder in it for the frames");
            }
            scratch = Stopping.scratch(beside);
        }

        @Override
        public void write(long index, Pixels frame, String makers) throws IOException {
            empty = false;
            Path file = scratch.resolve(String.format(Locale.ROOT, "frame-%06d.png", index));
            PngFile.write(frame.picture(), file, credit.frame(makers, index));
        }

        @Override
        public void finish() throws IOException {
            if (empty) {
                throw new Failure("no frame came, so there is nothing for " + target);
            }
            Files.createDirectories(target);
            List<Path> frames;
            try (Stream<Path> written = Files.list(scratch)) {
                frames = written.sorted().toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            for (Path frame : frames) {
                move(frame, target.resolve(frame.getFileName()));
            }
        }

        @Override
        public void close() {
            Stopping.delete(scratch);
        }
    }
}
