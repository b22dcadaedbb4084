package org.styleinv.network.picture;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * From the samples of a decoded picture to sRGB over white, row by row: by the samples, because {@code getRGB} takes grey
 * for linear light, and by the profile, which Java's readers attach to the colour model or pass over.
 */
final class Colours {
    /**
     * What the file says of its samples and {@code image} does not know of.
     *
     * @param profile of its colours
     * @param clearGrey the grey, of 8 bits, that is transparent
     * @param premultiplied whether alpha is in the colours already
     */
    record Notes(Optional<ICC_Profile> profile, OptionalInt clearGrey, boolean premultiplied) {
        static final Notes NONE = new Notes(Optional.empty(), OptionalInt.empty(), false);
    }

    private final BufferedImage image;
    private final Notes notes;
    private final int width;
    private final ColorModel model;
    private final int bands;
    private final boolean grey;
    private final boolean stored; // samples are read as they are, not through the colour model
    private final Optional<ColorConvertOp> toSrgb;

    Colours(BufferedImage image, Notes notes) {
        this.image = image;
        this.notes = notes;
        width = image.getWidth();
        model = image.getColorModel();
        bands = image.getRaster().getNumBands();
        boolean indexed = model instanceof IndexColorModel;
        int space = model.getColorSpace().getType();
        grey = !indexed && space == ColorSpace.TYPE_GRAY;
        stored = !indexed
                && space == ColorSpace.TYPE_RGB
                && bands >= 3
                && model.getTransferType() <= DataBuffer.TYPE_USHORT
                && !model.isAlphaPremultiplied();
        toSrgb = notes.profile
                .or(() -> stored ? attached() : Optional.empty()) // the model converts by it, where it is asked
                .filter(p -> !grey && p.getColorSpaceType() == ColorSpace.TYPE_RGB)
                .flatMap(Colours::conversion);
    }

    private Optional<ICC_Profile> attached() {
        return !model.getColorSpace().isCS_sRGB() && model.getColorSpace() instanceof ICC_ColorSpace space
                ? Optional.of(space.getProfile())
                : Optional.empty();
    }

    /** Damaged profiles count as none, as in browsers. */
    private static Optional<ColorConvertOp> conversion(ICC_Profile from) {
        try {
            var op = new ColorConvertOp(new ICC_Profile[] {from, ICC_Profile.getInstance(ColorSpace.CS_sRGB)}, null);
            op.filter(bytes(1), bytes(1));
            return Optional.of(op);
        } catch (CMMException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static WritableRaster bytes(int width) {
        return Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, 1, 3, null);
    }

    RgbPicture picture() {
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        int[] alpha = new int[width];
        WritableRaster row = bytes(width);
        WritableRaster converted = bytes(width);
        byte[] samples = new byte[3 * width];
        for (int y = 0; y < height; y++) {
            if (grey) {
                greys(y, samples, alpha);
            } else {
                colours(y, samples, alpha);
            }
            if (toSrgb.isPresent()) {
                row.setDataElements(0, 0, width, 1, samples);
                toSrgb.get().filter(row, converted);
                converted.getDataElements(0, 0, width, 1, samples);
            }
            for (int i = 0; i < 3 * width; i++) {
                rgb[3 * width * y + i] = overWhite(samples[i] & 255, alpha[i / 3]);
            }
        }
        return new RgbPicture(width, height, rgb);
    }

    private void greys(int y, byte[] rgb, int[] alpha) {
        double[] row = image.getRaster().getPixels(0, y, width, 1, (double[]) null);
        for (int x = 0; x < width; x++) {
            int value = toByte(row[x * bands], 0);
            if (notes.clearGrey.isPresent()) {
                alpha[x] = value == notes.clearGrey.getAsInt() ? 0 : 255;
            } else {
                alpha[x] = bands > 1 ? toByte(row[x * bands + 1], 1) : 255;
            }
            value = straight(value, alpha[x]);
            rgb[3 * x] = (byte) value;
            rgb[3 * x + 1] = (byte) value;
            rgb[3 * x + 2] = (byte) value;
        }
    }

    private int straight(int value, int alpha) {
        return notes.premultiplied && !model.isAlphaPremultiplied() && alpha > 0
                ? Math.min(255, (value * 255 + alpha / 2) / alpha)
                : value;
    }

    private void colours(int y, byte[] rgb, int[] alpha) {
        if (stored) {
            int[] row = image.getRaster().getPixels(0, y, width, 1, (int[]) null);
            for (int x = 0; x < width; x++) {
                alpha[x] = model.hasAlpha() && bands > 3 ? toByte(row[x * bands + 3], top(3)) : 255;
                for (int c = 0; c < 3; c++) {
                    rgb[3 * x + c] = (byte) straight(toByte(row[x * bands + c], top(c)), alpha[x]);
                }
            }
            return;
        }
        int[] row = image.getRGB(0, y, width, 1, null, 0, width);
        for (int x = 0; x < width; x++) {
            alpha[x] = row[x] >>> 24;
            rgb[3 * x] = (byte) (row[x] >> 16);
            rgb[3 * x + 1] = (byte) (row[x] >> 8);
            rgb[3 * x + 2] = (byte) row[x];
        }
    }

    private int top(int band) {
        return (1 << Math.min(16, model.getComponentSize(band))) - 1;
    }

    /** Of integers of any depth, whose sign bit is one like the others, and of fractions from 0 to 1. */
    private int toByte(double sample, int band) {
        if (model.getTransferType() == DataBuffer.TYPE_FLOAT || model.getTransferType() == DataBuffer.TYPE_DOUBLE) {
            return (int) Math.round(255 * Math.max(0, Math.min(1, sample)));
        }
        if (model.getTransferType() == DataBuffer.TYPE_INT) {
            double top = Math.pow(2, model.getComponentSize(band)) - 1;
            return (int) Math.round(255 * (sample < 0 ? sample + 0x1p32 : sample) / top);
        }
        return toByte((int) sample, top(band));
    }

    private static int toByte(int sample, int top) {
        return top == 255 ? sample : (int) ((sample * 255L + top / 2) / top);
    }

    private static byte overWhite(int value, int alpha) {
        return (byte) (alpha == 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
