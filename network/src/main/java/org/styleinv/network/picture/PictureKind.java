package org.styleinv.network.picture;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** What a picture is, by its first bytes: names lie. */
public enum PictureKind {
    PNG("89504e470d0a1a0a"),
    JPEG("ffd8ff"),
    GIF("47494638"),
    BMP("424d"),
    WEBP("52494646"),
    TIFF("49492a00", "4d4d002a", "49492b00", "4d4d002b"),
    /** Pictures that are kept like videos; here only ffmpeg reads them. */
    HEIC,
    AVIF;

    private static final String KNOWN = "PNG, JPEG, WebP, TIFF, BMP, GIF";

    private final String[] signatures;

    PictureKind(String... signatures) {
        this.signatures = signatures;
    }

    /** The kind of {@code data}, empty where it is none of these. */
    public static Optional<PictureKind> of(byte[] data) {
        String head = HexFormat.of().formatHex(data, 0, Math.min(data.length, 8));
        for (PictureKind kind : values()) {
            for (String signature : kind.signatures) {
                if (head.startsWith(signature) && (kind != WEBP || text(data, 8).equals("WEBP"))) {
                    return Optional.of(kind);
                }
            }
        }
        if (text(data, 4).equals("ftyp")) {
            String brand = text(data, 8);
            return brand.startsWith("avi")
                    ? Optional.of(AVIF)
                    : brand.startsWith("hei") || brand.startsWith("hev") || brand.equals("mif1") || brand.equals("msf1")
                            ? Optional.of(HEIC)
                            : Optional.empty();
        }
        return Optional.empty();
    }

    /** Those that are read, as a sentence names them. */
    static String known() {
        return KNOWN;
    }

    /** Whether {@code data} says at its front that it moves. */
    static boolean isAnimation(PictureKind kind, byte[] data) {
        return switch (kind) {
            case WEBP -> text(data, 12).equals("VP8X") && data.length > 20 && (data[20] & 2) != 0;
            case PNG -> ChunksOfPng.of(data).animated();
            default -> false;
        };
    }

    private static String text(byte[] data, int at) {
        return data.length < at + 4 ? "" : new String(data, at, 4, StandardCharsets.ISO_8859_1);
    }
}
