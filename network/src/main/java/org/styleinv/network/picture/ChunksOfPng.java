package org.styleinv.network.picture;

import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.InflaterInputStream;

/**
 * What a PNG says before its pixels and Java's reader passes over. PNG, third edition, 11.3.
 *
 * @param profile of its colours
 * @param animated whether it has more than one frame
 * @param clearGrey the grey that is transparent, as 8 bits, in a picture of fewer bits: Java compares it before it scales
 */
record ChunksOfPng(Optional<ICC_Profile> profile, boolean animated, OptionalInt clearGrey) {
    private static final int LARGEST_PROFILE = 4 << 20; // bytes; those of presses have two million
    private static final int DEPTH = 24;
    private static final int COLOUR = 25;

    static ChunksOfPng of(byte[] png) {
        Optional<ICC_Profile> profile = Optional.empty();
        boolean animated = false;
        OptionalInt clearGrey = OptionalInt.empty();
        ByteBuffer in = ByteBuffer.wrap(png);
        int at = 8;
        while (at + 12 <= png.length) {
            int length = in.getInt(at);
            String type = new String(png, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (length < 0 || length > png.length - at - 12 || type.equals("IDAT")) {
                break;
            }
            if (type.equals("acTL") && length >= 8) {
                animated = in.getInt(at + 8) > 1;
            } else if (type.equals("iCCP")) {
                profile = profile(png, at + 8, length);
            } else if (type.equals("tRNS") && length >= 2 && png[COLOUR] == 0 && png[DEPTH] < 8 && png[DEPTH] > 0) {
                int top = (1 << png[DEPTH]) - 1;
                clearGrey = OptionalInt.of((in.getShort(at + 8) & top) * 255 / top);
            }
            at += 12 + length;
        }
        return new ChunksOfPng(profile, animated, clearGrey);
    }

    /** A name, a zero, how it is packed, and the packed profile; one that is damaged does not spoil the picture. */
    private static Optional<ICC_Profile> profile(byte[] png, int from, int length) {
        int name = from;
        while (name < from + length && png[name] != 0) {
            name++;
        }
        int packed = name + 2;
        if (packed >= from + length) {
            return Optional.empty();
        }
        try (var in = new InflaterInputStream(new ByteArrayInputStream(png, packed, from + length - packed))) {
            return Optional.of(ICC_Profile.getInstance(in.readNBytes(LARGEST_PROFILE)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
