package org.styleinv.mesh.picture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.styleinv.mesh.client.Pixels;
import org.styleinv.mesh.command.Failure;
import org.styleinv.mesh.command.Stopping;
import org.styleinv.trainer.data.VideoWriter;

/** Where frames go: an MP4, a folder of PNG files, or nowhere. What is not {@link #finish finished} leaves no trace. */
public abstract sealed class FrameSink implements AutoCloseable {

    /** Takes the next frame. */
    public abstract void write(long index, Pixels frame) throws IOException;

    /** Moves all that was written to its place, at the end of the work. */
    public abstract void finish() throws IOException;

    @Override
    public abstract void close();

    /** A sink by the name of its target: {@code F.mp4}, else a folder; null is nowhere. Fails where nothing can be written. */
    public static FrameSink to(Path target, double fps) throws IOException {
        if (target == null) {
            return new Nowhere();
        }
        String name = target.getFileName() == null
                ? ""
                : target.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".mp4")) {
            return new Mp4(target, fps);
        }
        if (name.matches(".*\\.(webm|mkv|mov|avi|gif|png|jpe?g)")) {
            throw Failure.input("--out is a name that ends in .mp4, or a folder for PNG files, got " + target);
        }
        return new Folder(target);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static final class Nowhere extends FrameSink {
        @Override
        public void write(long index, Pixels frame) {
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

    private static final class Mp4 extends FrameSink {
        private final Path target;
        private final double fps;
        private final Path scratch;
        private VideoWriter writer;

        Mp4(Path target, double fps) throws IOException {
            this.target = target.toAbsolutePath();
            this.fps = fps;
            if (Files.isDirectory(target)) {
                throw Failure.input(target + " is a folder: name a file for the video");
            }
            scratch = Stopping.scratch(this.target.getParent());
        }

        @Override
        public void write(long index, Pixels frame) throws IOException {
            if (writer == null) {
                writer = new VideoWriter(scratch.resolve("video.mp4"), frame.width(), frame.height(), fps);
            }
            writer.write(frame.rgb());
        }

        @Override
        public void finish() throws IOException {
            if (writer == null) {
                throw new Failure("no frame came, so there is no video " + target);
            }
            writer.close();
            move(scratch.resolve("video.mp4"), target);
        }

        @Override
        public void close() {
            if (writer != null) {
                try {
                    writer.abandon();
                    writer.close();
                } catch (IOException e) {
                    // the video was given up; its scratch folder goes next
                }
            }
            Stopping.delete(scratch);
        }
    }

    private static final class Folder extends FrameSink {
        private final Path target;
        private final Path scratch;
        private boolean empty = true;

        Folder(Path target) throws IOException {
            this.target = target.toAbsolutePath();
            if (Files.isRegularFile(target)) {
                throw Failure.input(target + " is a file: name a folder for the frames, or a video that ends in .mp4");
            }
            scratch = Stopping.scratch(this.target.getParent());
        }

        @Override
        public void write(long index, Pixels frame) throws IOException {
            empty = false;
            ImageIO.write(
                    frame.picture(),
                    "png",
                    scratch.resolve(String.format(Locale.ROOT, "frame-%06d.png", index))
                            .toFile());
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
