package org.styleinv.trainer.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.styleinv.network.image.Resize;

/**
 * Brings any videos to one size and frame rate: a folder of PNG for each, which is StyleGAN-V's layout and loses nothing
 * more. The middle square is kept; resizing is antialiased (Lanczos, to the bit as Pillow does it).
 */
public final class ImportedVideos {
    /**
     * @param resolution of a frame's side
     * @param fps frames a second to keep, 0 for all; a video that does not say its own keeps all
     */
    public record Settings(int resolution, double fps) {
        public Settings {
            if (resolution < 8 || resolution > 4096) {
                throw new IllegalArgumentException("resolution must be in [8, 4096], got " + resolution);
            }
            if (!(fps >= 0 && fps <= 1000)) {
                throw new IllegalArgumentException("fps must be in [0, 1000], got " + fps);
            }
        }
    }

    private ImportedVideos() {}

    /**
     * Imports what is missing of {@code from} into {@code to}; finished videos stay as they are, so an interrupted call
     * is resumed by the same call.
     *
     * @return files that are no good, by path, with the reason; the others are imported all the same
     * @throws IOException if {@code to} holds videos of other settings, or cannot be written
     */
    public static Map<Path, String> run(Path from, Path to, Settings settings, Progress progress) throws IOException {
        List<Path> sources = Sources.in(from);
        Files.createDirectories(to);
        RenderedFaces.claim(
                to,
                String.format(
                        Locale.ROOT,
                        "{\"kind\":\"imported\",\"resolution\":%d,\"fps\":%s}\n",
                        settings.resolution,
                        settings.fps));
        Map<Path, String> bad = Collections.synchronizedMap(new TreeMap<>());
        Parallel.run(
                sources.size(),
                i -> {
                    Path source = sources.get(i);
                    // the whole name, or a.mp4 and a.webm would be one
                    Path target = to.resolve(
                            source.equals(from)
                                    ? "frames"
                                    : from.relativize(source).toString());
                    if (!Files.exists(target)) {
                        convert(source, target, settings, bad);
                    }
                },
                progress);
        return bad;
    }

    private static void convert(Path source, Path target, Settings settings, Map<Path, String> bad) throws IOException {
        Path part = target.resolveSibling("." + target.getFileName() + ".part");
        delete(part);
        Files.createDirectories(part);
        Optional<String> failure = frames(source, part, settings);
        if (failure.isPresent()) {
            bad.put(source, failure.get());
            delete(part);
        } else {
            Files.move(part, target);
        }
    }

    /** Writes the frames; returns why it cannot be read, if so. Not being able to write is thrown. */
    private static Optional<String> frames(Path source, Path into, Settings settings) throws IOException {
        FrameSource video;
        try {
            video = Sources.open(source);
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
        try (video) {
            double step = settings.fps > 0 && video.fps() > 0 ? video.fps() / settings.fps : 1;
            long read = 0;
            long written = 0;
            while (true) {
                Optional<byte[]> frame;
                try {
                    frame = video.next();
                } catch (IOException e) {
                    return Optional.of(e.getMessage());
                }
                if (frame.isEmpty()) {
                    break;
                }
                // a slow video shows a frame more than once, a fast one skips some
                for (; Math.round(written * step) == read; written++) {
                    write(frame.get(), video.width(), video.height(), settings.resolution, into, written);
                }
                read++;
            }
            if (read < 0.9 * video.claimedFrames() || read == 0) {
                return Optional.of(
                        "ends after " + read + " of " + video.claimedFrames() + " frames: it is truncated or damaged");
            }
        }
        return Optional.empty();
    }

    private static void write(byte[] rgb, int width, int height, int resolution, Path into, long index)
            throws IOException {
        int side = Math.min(width, height);
        byte[] square = new byte[3 * side * side];
        int left = (width - side) / 2;
        int top = (height - side) / 2;
        for (int y = 0; y < side; y++) {
            System.arraycopy(rgb, ((top + y) * width + left) * 3, square, y * side * 3, side * 3);
        }
        byte[] small = side == resolution
                ? square
                : Resize.resize(square, side, side, resolution, resolution, Resize.Kernel.LANCZOS);
        BufferedImage image = new BufferedImage(resolution, resolution, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < resolution * resolution; i++) {
            int pixel = (small[3 * i] & 255) << 16 | (small[3 * i + 1] & 255) << 8 | small[3 * i + 2] & 255;
            image.setRGB(i % resolution, i / resolution, pixel);
        }
        Path file = into.resolve(String.format(Locale.ROOT, "%06d.png", index));
        if (!ImageIO.write(image, "png", file.toFile())) {
            throw new IOException("this Java cannot write PNG");
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
