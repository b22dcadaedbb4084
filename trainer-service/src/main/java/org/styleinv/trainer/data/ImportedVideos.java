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
    private static final double LONGEST_STILL = 60; // seconds of one frame; longer ones are a damaged clock

    /**
     * @param resolution of a frame's side
     * @param fps frames a second to keep, 0 for every frame
     * @param pictureFps frames a second of a folder of pictures, 0 where nobody knows: then it keeps every frame
     */
    public record Settings(int resolution, double fps, double pictureFps) {
        public Settings {
            if (resolution < 8 || resolution > 4096) {
                throw new IllegalArgumentException("resolution must be in [8, 4096], got " + resolution);
            }
            rate("fps", fps);
            rate("picture-fps", pictureFps);
        }

        private static void rate(String name, double value) {
            if (!(value >= 0 && value <= 1000)) {
                throw new IllegalArgumentException(name + " must be in [0, 1000], got " + value);
            }
        }

        private String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"kind\":\"imported\",\"resolution\":%d,\"fps\":%s%s}\n",
                    resolution,
                    fps,
                    pictureFps > 0 ? ",\"picture_fps\":" + pictureFps : "");
        }
    }

    private ImportedVideos() {}

    /**
     * Imports what is missing of {@code from}, a folder or a ZIP file, into {@code to}; finished videos stay as they are,
     * so an interrupted call is resumed by the same call.
     *
     * @return files that are no good, by path, with the reason; the others are imported all the same
     * @throws IOException if {@code to} holds videos of other settings, or cannot be written
     */
    public static Map<Path, String> run(Path from, Path to, Settings settings, Progress progress) throws IOException {
        return Sources.with(from, root -> {
            List<Path> sources = Sources.in(root);
            Files.createDirectories(to);
            RenderedFaces.claim(to, settings.json());
            Map<Path, String> bad = Collections.synchronizedMap(new TreeMap<>());
            Parallel.run(
                    sources.size(),
                    i -> {
                        Path target = to.resolve(name(root, sources.get(i), sources));
                        if (!Files.exists(target)) {
                            convert(sources.get(i), target, settings, bad);
                        }
                    },
                    progress);
            return bad;
        });
    }

    /** The whole name, or a.mp4 and a.webm would be one; and what holds others beside its own pictures has a place for these. */
    private static String name(Path root, Path source, List<Path> sources) {
        if (sources.stream().noneMatch(other -> other.startsWith(source) && !other.equals(source))) {
            return source.equals(root) ? "frames" : root.relativize(source).toString();
        }
        String own = "frames";
        while (sources.contains(source.resolve(own))) {
            own += "-";
        }
        return root.relativize(source.resolve(own)).toString();
    }

    private static void convert(Path source, Path target, Settings settings, Map<Path, String> bad) throws IOException {
        Path part = target.resolveSibling("." + target.getFileName() + ".part");
        delete(part);
        Files.createDirectories(part);
        Map<Path, String> failures = frames(source, part, settings);
        if (failures.isEmpty()) {
            Files.move(part, target);
        } else {
            bad.putAll(failures);
            delete(part);
        }
    }

    /** Writes the frames; returns which files are no good and why. Not being able to write is thrown. */
    private static Map<Path, String> frames(Path source, Path into, Settings settings) throws IOException {
        FrameSource video;
        try {
            video = Sources.open(source);
        } catch (IOException e) {
            return Map.of(source, e.getMessage());
        }
        Map<Path, String> bad = new TreeMap<>();
        try (video) {
            double rate = video.fps() > 0 ? video.fps() : settings.pictureFps;
            boolean timed = settings.fps > 0 && rate > 0;
            FrameClock clock = new FrameClock(timed ? settings.fps : 1); // untimed, a frame a second is every frame
            byte[] shown = null;
            long read = 0;
            long written = 0;
            double start = 0;
            double now = 0;
            while (true) {
                Optional<byte[]> frame;
                try {
                    frame = video.next();
                } catch (BadFrame e) {
                    bad.put(e.file(), e.getMessage());
                    continue;
                } catch (IOException e) {
                    bad.put(source, e.getMessage());
                    return bad;
                }
                double before = now;
                if (frame.isEmpty()) {
                    now = before + (timed ? 1 / rate : 1); // the last one is shown as long as one is on average
                } else if (timed && video.fps() > 0) {
                    start = read == 0 ? video.time() : start;
                    now = Math.max(before, video.time() - start);
                } else {
                    now = timed ? read / rate : read;
                }
                if (timed && now - before > LONGEST_STILL) {
                    bad.put(
                            source,
                            "shows frame %d for %.0f s: its clock is damaged, but without --fps every frame is kept"
                                    .formatted(read - 1, now - before));
                    return bad;
                }
                if (shown != null) {
                    for (int times = clock.until(now); times > 0; times--) {
                        write(shown, video.width(), video.height(), settings.resolution, into, written++);
                    }
                }
                if (frame.isEmpty()) {
                    break;
                }
                shown = frame.get();
                read++;
            }
            if (bad.isEmpty() && (read < 0.9 * video.claimedFrames() || read == 0)) {
                bad.put(source, Clip.truncated(read, video.claimedFrames()));
            }
        }
        return bad;
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
