package org.styleinv.mesh.command.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.picture.PictureReader;
import org.styleinv.network.picture.RgbPicture;
import org.styleinv.network.watermark.MarkDetector;
import org.styleinv.network.watermark.MarkKey;
import org.styleinv.network.watermark.Payload;
import org.styleinv.trainer.data.animation.Animation;
import org.styleinv.trainer.data.video.VideoReader;

/** Looks into the pixels of files for marks of a key. */
final class MarkSearch {
    /** Of a video, from its beginning: half a minute at 30 a second. */
    private static final int MOST_FRAMES = 900;

    private static final long MOST_PIXELS = 100_000_000;
    private static final long MOST_BYTES = 1L << 30;
    private static final int WHITE = 0xffffff;

    private final MarkDetector detector;
    private final Map<String, String> names = new LinkedHashMap<>(); // by digest

    /** Frames one after another. */
    @FunctionalInterface
    private interface Frames {
        Optional<byte[]> next() throws IOException;
    }

    /**
     * @param found  if there is a mark
     * @param models of those that were named, the ones that it may mean
     * @param frames that were looked at
     */
    record Sight(Optional<MarkDetector.Found> found, List<String> models, long frames) {}

    /** @param models folders, whose names are told where a mark has their bits */
    MarkSearch(Path key, List<Path> models) {
        try {
            detector = new MarkDetector(MarkKey.read(key));
        } catch (IllegalArgumentException e) {
            throw Failure.input(String.valueOf(e.getMessage()), e);
        }
        for (Path folder : models) {
            try {
                ModelFolder model = ModelFolder.open(folder);
                names.putIfAbsent(model.digest(), folder.toString());
                for (String variant : model.variants()) {
                    names.putIfAbsent(model.variantDigest(variant), folder + " in the look of " + variant);
                }
            } catch (IOException e) {
                throw Failure.input(String.valueOf(e.getMessage()), e);
            }
        }
    }

    /** @param format as {@link org.styleinv.video.provenance.Testimony} says it */
    Sight look(Path file, String format) throws IOException {
        MarkDetector.Look look = detector.look();
        try {
            long frames =
                    switch (format) {
                        case "MP4", "Matroska", "GIF" -> video(file, look);
                        default -> picture(file, look);
                    };
            Optional<MarkDetector.Found> found = look.found();
            return new Sight(found, found.map(this::models).orElse(List.of()), frames);
        } catch (IllegalArgumentException e) {
            throw blind(file, e);
        } catch (IOException e) {
            throw blind(file, e);
        }
    }

    private static Failure blind(Path file, Exception why) {
        return Failure.input(
                file + ": no mark can be looked for in it (" + why.getMessage()
                        + "): name a picture or video that is whole",
                why);
    }

    private List<String> models(MarkDetector.Found found) {
        List<String> models = new ArrayList<>();
        names.forEach((digest, name) -> {
            if (Payload.modelBits(digest) == found.payload().model()) {
                models.add(name);
            }
        });
        return models;
    }

    private static long picture(Path file, MarkDetector.Look look) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("has more than " + (MOST_BYTES >> 20) + " MB: no picture that is looked into");
        }
        byte[] data = Files.readAllBytes(file);
        if (PictureReader.isAnimation(data)) {
            try (var animation = new Animation(data, WHITE)) {
                return frames(animation::next, animation.width(), animation.height(), look);
            }
        }
        RgbPicture picture = PictureReader.read(data, MOST_PIXELS);
        look.at(picture.rgb(), picture.width(), picture.height());
        return 1;
    }

    private static long video(Path file, MarkDetector.Look look) throws IOException {
        try (var video = new VideoReader(file)) {
            return frames(video::next, video.width(), video.height(), look);
        }
    }

    private static long frames(Frames frames, int width, int height, MarkDetector.Look look) throws IOException {
        long count = 0;
        while (count < MOST_FRAMES) {
            Optional<byte[]> rgb;
            try {
                rgb = frames.next();
            } catch (IOException e) {
                if (count == 0) {
                    throw e;
                }
                break; // what is cut short is looked at as far as it goes
            }
            if (rgb.isEmpty()) {
                break;
            }
            look.at(rgb.get(), width, height);
            count++;
        }
        return count;
    }
}
