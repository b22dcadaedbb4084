package org.styleinv.network.picture;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.SampleModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.spi.IIORegistry;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads pictures as every viewer shows them: of any depth, upright by EXIF's orientation, in sRGB by their colour profile,
 * print's colours too, white where they are transparent, the first frame of a GIF. What a picture is, is read from its
 * content, how large it is from its header, and only then is it decoded.
 */
public final class PictureReader {
    /** Of a row or a column, whatever the number of pixels. */
    public static final int MAX_SIDE = 16_384;

    /** So many first bytes say what a WebP is. */
    public static final int HEAD = 32;

    private static final int MAX_BITS = 64; // a pixel: four samples of 16
    private static final int TIFF_EXTRA_SAMPLES = 0x152; // TIFF 6.0, section 18
    private static final int PREMULTIPLIED_ALPHA = 1;
    private static final int TIFF_SAMPLE_FORMAT = 0x153; // section 19
    private static final int SIGNED = 2;

    static {
        // JPEG's reader wraps Java's own, which it looks for when it is registered
        IIORegistry.getDefaultInstance().registerServiceProvider(new JPEGImageReaderSpi());
    }

    private PictureReader() {}

    /** A header says that a picture has more pixels than are wanted. */
    public static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge(String sentence) {
            super(sentence);
        }
    }

    /** The bytes are no picture of a kind that is read here. */
    public static final class UnknownKind extends IOException {
        private static final long serialVersionUID = 1;

        UnknownKind(String sentence) {
            super(sentence);
        }
    }

    /**
     * Decodes a picture.
     *
     * @param maxPixels larger ones are refused before anything is decoded
     * @throws TooLarge by its header
     * @throws UnknownKind whose message says what it may be
     * @throws IOException whose message says what is wrong with it; none of them names the file
     */
    public static RgbPicture read(byte[] data, long maxPixels) throws IOException {
        PictureKind kind = PictureKind.of(data)
                .orElseThrow(() -> new UnknownKind("is no picture of a kind that can be read (" + PictureKind.known()
                        + "): its " + data.length + " bytes begin with "
                        + HexFormat.of().formatHex(data, 0, Math.min(8, data.length))));
        if (kind == PictureKind.HEIC || kind == PictureKind.AVIF) {
            throw new UnknownKind("is " + kind + ", which is not read here: save it as JPEG or PNG");
        }
        try {
            Metadata notes = notes(data);
            RgbPicture picture = decoded(kind, data, maxPixels, notes);
            return picture.turned(orientation(notes));
        } catch (TooLarge e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the readers throw much on damaged files
            throw new IOException(e.getMessage() == null ? "it is damaged" : e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new IOException("it needs more memory than there is: scale it down", e);
        }
    }

    /** Whether {@code data} is an animation, an APNG or an animated WebP, of which {@link #read} takes the first frame. */
    public static boolean isAnimation(byte[] data) {
        return PictureKind.of(data)
                .filter(kind -> PictureKind.isAnimation(kind, data))
                .isPresent();
    }

    private static RgbPicture decoded(PictureKind kind, byte[] data, long maxPixels, Metadata notes)
            throws IOException {
        ImageReader reader = reader(kind);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(data))) {
            reader.setInput(in, false, kind == PictureKind.PNG);
            GifScreen screen = kind == PictureKind.GIF ? GifScreen.of(reader) : GifScreen.NONE;
            int width = Math.max(screen.width(), reader.getWidth(0));
            int height = Math.max(screen.height(), reader.getHeight(0));
            if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE || (long) width * height > maxPixels) {
                throw new TooLarge("is " + width + "x" + height + " pixels, but sides must be from 1 to " + MAX_SIDE
                        + " and at most " + maxPixels / 1_000_000 + " million pixels in all");
            }
            PixelBound.check(kind, data, width, height);
            PictureEnd.check(kind, data, notes);
            checkSamples(reader, notes);
            AtomicReference<String> damage = new AtomicReference<>();
            reader.addIIOReadWarningListener((source, warning) -> {
                if (warning.contains("remature end")) { // what is missing would be painted grey
                    damage.set("it ends before its last pixel");
                } else if (warning.contains("Huffman")) {
                    damage.set("it is damaged: " + warning);
                }
            });
            BufferedImage image = reader.read(0);
            if (damage.get() != null) {
                throw new IOException(damage.get());
            }
            return screen.show(new Colours(image, samples(kind, data, notes)).picture());
        } finally {
            reader.dispose();
        }
    }

    /** What Java's readers pass over. */
    private static Colours.Notes samples(PictureKind kind, byte[] data, Metadata notes) {
        return switch (kind) {
            case PNG -> {
                ChunksOfPng chunks = ChunksOfPng.of(data);
                yield new Colours.Notes(chunks.profile(), chunks.clearGrey(), false);
            }
            case TIFF ->
                new Colours.Notes(
                        Optional.empty(),
                        OptionalInt.empty(),
                        number(notes, TIFF_EXTRA_SAMPLES).equals(Optional.of(PREMULTIPLIED_ALPHA)));
            default -> Colours.Notes.NONE;
        };
    }

    /** The first number under a tag of the picture itself. */
    private static Optional<Integer> number(Metadata notes, int tag) {
        ExifIFD0Directory first = notes.getFirstDirectoryOfType(ExifIFD0Directory.class);
        int[] numbers = first == null ? null : first.getIntArray(tag);
        return numbers == null || numbers.length == 0 ? Optional.empty() : Optional.of(numbers[0]);
    }

    private static ImageReader reader(PictureKind kind) throws IOException {
        return switch (kind) {
            case JPEG -> {
                Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
                while (readers.hasNext()) {
                    ImageReader reader = readers.next();
                    if (reader.getOriginatingProvider() instanceof JPEGImageReaderSpi) {
                        yield reader;
                    }
                }
                throw new IllegalStateException("the reader of JPEG is not registered");
            }
            case TIFF -> new TIFFImageReaderSpi().createReaderInstance(null);
            case WEBP -> new WebPImageReaderSpi().createReaderInstance(null);
            case BMP -> new BMPImageReaderSpi().createReaderInstance(null);
            default -> ImageIO.getImageReadersByFormatName(kind.name()).next();
        };
    }

    /** A TIFF may have thousands of samples a pixel, and negative ones, of which every viewer makes something else. */
    private static void checkSamples(ImageReader reader, Metadata notes) throws IOException {
        if (number(notes, TIFF_SAMPLE_FORMAT).equals(Optional.of(SIGNED))) {
            throw new IOException("its samples may be negative: save it with samples from 0 up, or as PNG");
        }
        ImageTypeSpecifier type = reader.getRawImageType(0);
        if (type == null) {
            return;
        }
        SampleModel samples = type.getSampleModel();
        int bits = 0;
        for (int size : samples.getSampleSize()) {
            bits += size;
        }
        if (bits > 2 * MAX_BITS) {
            throw new IOException("it has " + samples.getNumBands() + " samples a pixel, " + bits + " bits in all");
        }
    }

    /** What the file says beside its pixels; damage there does not spoil the picture. */
    private static Metadata notes(byte[] data) {
        try {
            return ImageMetadataReader.readMetadata(new ByteArrayInputStream(data));
        } catch (ImageProcessingException | IOException | RuntimeException e) {
            return new Metadata();
        }
    }

    /** How the camera was held. */
    private static int orientation(Metadata notes) {
        for (ExifIFD0Directory directory : notes.getDirectoriesOfType(ExifIFD0Directory.class)) {
            Integer orientation = directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            if (orientation != null) {
                return orientation;
            }
        }
        return 1;
    }
}
