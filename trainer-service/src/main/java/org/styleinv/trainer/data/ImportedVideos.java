package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.styleinv.network.FolderLock;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;

/**
 * Brings any videos to one size and frame rate: a folder of PNG for each, which is StyleGAN-V's layout and loses nothing
 * more. The middle square is kept, or the one around the face; resizing is antialiased (Lanczos, to the bit as Pillow does
 * it).
 */
public final class ImportedVideos {
    /**
     * @param resolution of a frame's side
     * @param fps frames a second to keep, 0 for every frame
     * @param pictureFps frames a second of a folder of pictures, 0 where nobody knows: then it keeps every frame
     * @param alignment whether the face is cut out, by landmarks that lie beside each video
     * @param smoothing of a face's track: the Gaussian's sigma in seconds
     */
    public record Settings(int resolution, double fps, double pictureFps, Alignment alignment, double smoothing) {
        /** The middle square of every frame. */
        public Settings(int resolution, double fps, double pictureFps) {
            this(resolution, fps, pictureFps, Alignment.NONE, 0);
        }

        public Settings {
            if (resolution < 8 || resolution > 4096) {
                throw new IllegalArgumentException("resolution must be in [8, 4096], got " + resolution);
            }
            rate("fps", fps);
            rate("picture-fps", pictureFps);
            if (!(smoothing >= 0 && smoothing <= 60)) {
                throw new IllegalArgumentException("align-smooth must be in [0, 60] seconds, got " + smoothing);
            }
        }

        private static void rate(String name, double value) {
            if (!(value >= 0 && value <= 1000)) {
                throw new IllegalArgumentException(name + " must be in [0, 1000], got " + value);
            }
        }

        private String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"kind\":\"imported\",\"resolution\":%d,\"fps\":%s%s%s}\n",
                    resolution,
                    fps,
                    pictureFps > 0 ? ",\"picture_fps\":" + pictureFps : "",
                    switch (alignment) {
                        case NONE -> "";
                        case CLIP -> ",\"align\":\"clip\"";
                        case TRACK -> ",\"align\":\"track\",\"align_smooth\":" + smoothing;
                    });
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
            try (FolderLock held = RenderedFaces.lock(to)) {
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
            }
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
        Map<Path, String> failures = new VideoImport(source, part, settings).run();
        if (failures.isEmpty()) {
            Files.move(part, target);
        } else {
            bad.putAll(failures);
            delete(part);
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
