package org.styleinv.trainer.data.file;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.trainer.data.file.Judgement.Kind;

/** What the first bytes of a file say of its form. */
final class Magic {
    private static final int TRANSPORT_PACKET = 188; // bytes, of MPEG-TS

    private static final String JPEG = "\u00ff\u00d8\u00ff";

    private final String head; // a char a byte

    private Magic(byte[] head) {
        this.head = new String(head, StandardCharsets.ISO_8859_1);
    }

    /** Empty where they are of no form that is known here. */
    static Optional<Judgement> of(byte[] head) {
        return Optional.ofNullable(new Magic(head).judge());
    }

    static boolean isJpeg(byte[] head) {
        return new Magic(head).at(0, JPEG);
    }

    /** Whether it is the text of a drawing in SVG. */
    static boolean isDrawing(byte[] head) {
        String text =
                new Magic(head).head.replaceFirst("^\u00ef\u00bb\u00bf", "").stripLeading();
        return text.startsWith("<svg") || text.matches("(?s)<(\\?xml|!--|!DOCTYPE svg).*<svg.*");
    }

    private @Nullable Judgement judge() {
        if (at(0, "\u0089PNG\r\n\u001a\n")) { // an animated one says so before its first pixels
            int control = head.indexOf("acTL");
            int data = head.indexOf("IDAT");
            return Judgement.of(control > 0 && (data < 0 || control < data) ? Kind.VIDEO : Kind.PICTURE);
        }
        if (at(0, "GIF8")) {
            return Judgement.of(Kind.GIF);
        }
        if (at(0, "RIFF") && at(8, "WEBP")) {
            boolean moves = at(12, "VP8X") && head.length() > 20 && (head.charAt(20) & 2) != 0;
            return Judgement.of(moves ? Kind.VIDEO : Kind.PICTURE);
        }
        if (at(4, "ftyp")) {
            String brand = head.length() < 12 ? "" : head.substring(8, 12);
            boolean still = brand.matches("heic|heix|heim|heis|mif1|avif|crx ");
            return Judgement.of(still ? Kind.PICTURE : Kind.VIDEO);
        }
        if (picture()) {
            return Judgement.of(Kind.PICTURE);
        }
        if (video()) {
            return Judgement.of(Kind.VIDEO);
        }
        if (at(0, "#EXTM3U") || at(0, "ffconcat version") || at(0, "[playlist]")) {
            return Judgement.leftOut("is a play list, which only names videos: import those");
        }
        if (at(0, "PK\u0003\u0004") || at(0, "PK\u0005\u0006")) {
            return Judgement.leftOut("is a ZIP inside the data: unpack it, or import it by itself");
        }
        if (at(0, "\u001f\u008b")
                || at(0, "7z\u00bc\u00af")
                || at(0, "Rar!")
                || at(0, "\u00fd7zXZ")
                || at(0, "BZh")
                || at(0, "\u0028\u00b5\u002f\u00fd")
                || at(257, "ustar")) {
            return Judgement.leftOut("is an archive: unpack it");
        }
        return null;
    }

    private boolean picture() {
        return at(0, JPEG)
                || at(0, "BM") && head.length() > 14 && head.charAt(14) <= 124 && at(15, "\0\0\0") // of a header's size
                || at(0, "II*\0")
                || at(0, "MM\0*")
                || at(0, "II+\0")
                || at(0, "MM\0+")
                || head.length() > 2
                        && head.charAt(0) == 'P'
                        && head.substring(1, 3).matches("[1-7]\\s")
                || at(0, "\0\0\0\u000cjP  ")
                || at(0, "\u00ff\u004f\u00ff\u0051")
                || at(0, "\0\0\0\u000cJXL ")
                || at(0, "\u00ff\n")
                || at(0, "8BPS")
                || at(0, "v/1\u0001")
                || at(0, "#?RADIANCE");
    }

    private boolean video() {
        return at(0, "\u001aE\u00df\u00a3")
                || at(0, "RIFF") && at(8, "AVI ")
                || at(0, "OggS")
                || at(0, "FLV\u0001")
                || at(0, "\u0030\u0026\u00b2\u0075")
                || at(0, "\0\0\u0001\u00ba")
                || at(0, "\0\0\u0001\u00b3")
                || at(0, "G") && at(TRANSPORT_PACKET, "G")
                || at(4, "G") && at(4 + TRANSPORT_PACKET + 4, "G") // M2TS: four bytes of time before each packet
                || at(0, "YUV4MPEG2")
                || at(0, "DKIF")
                || at(0, ".RMF")
                || at(0, "\u0006\u000e\u002b\u0034")
                || at(4, "moov")
                || at(4, "mdat")
                || at(4, "wide")
                || at(4, "skip")
                || at(4, "free");
    }

    private boolean at(int offset, String bytes) {
        return head.startsWith(bytes, offset);
    }
}
