package org.styleinv.video.provenance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a file says of its origin.
 *
 * @param format  PNG, JPEG, WebP, GIF, MP4 or Matroska, of which WebM is a part
 * @param source  IPTC's term for the digital source type, empty where the file does not say
 * @param tool    the program that is said to have made it, or empty
 * @param model   as {@link Origin#model}
 * @param request as {@link Origin#request}
 * @param cut     whether the file ends before what it announces
 */
public record Testimony(String format, String source, String tool, String model, String request, boolean cut) {

    /** Whether the file says that a model made it, or a part of it. */
    public boolean generated() {
        return Arrays.stream(Origin.Kind.values()).anyMatch(kind -> kind.term().equals(source));
    }

    /** Whether the file says nothing. */
    public boolean silent() {
        return source.isEmpty() && model.isEmpty() && request.isEmpty();
    }

    /** The first packet in a file, and whether the file is cut short. */
    record Found(Optional<byte[]> packet, boolean cut) {}

    /** Where a format keeps its packet. */
    private interface Place {
        Found find(Bytes file) throws IOException;
    }

    /**
     * Reads what {@code file} says. A file that is cut short, as a stream is that nobody read to its end, is read as far as it
     * goes.
     *
     * @throws UnreadableMediaException in a sentence without the file's name, if it is no picture or video, is cut short
     *     before it says something, or its packet is damaged
     * @throws IOException if it cannot be read
     */
    public static Testimony of(Path file) throws IOException {
        try (var bytes = new Bytes(file)) {
            byte[] head = bytes.read(0, (int) Math.min(12, bytes.size()));
            String text = new String(head, StandardCharsets.ISO_8859_1);
            if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
                return of("PNG", PictureSearch::png, bytes);
            }
            if (text.startsWith("\u00ff\u00d8\u00ff")) {
                return of("JPEG", PictureSearch::jpeg, bytes);
            }
            if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) {
                return of("GIF", PictureSearch::gif, bytes);
            }
            if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
                return of("WebP", PictureSearch::webp, bytes);
            }
            if (text.startsWith("ftyp", 4)) {
                return of("MP4", MovieSearch::mp4, bytes);
            }
            if (text.startsWith("\u001aE\u00df\u00a3")) {
                return of("Matroska", MovieSearch::matroska, bytes);
            }
            if (text.startsWith("moof", 4) || text.startsWith("styp", 4)) {
                throw new UnreadableMediaException(
                        "is a segment of a video, whose header says where it comes from: name its init.mp4");
            }
            throw new UnreadableMediaException(
                    (head.length == 0 ? "is empty" : "is no PNG, JPEG, WebP, GIF, MP4 or WebM")
                            + ": name a picture or a video");
        }
    }

    private static Testimony of(String format, Place place, Bytes file) throws IOException {
        Found found = place.find(file);
        if (found.cut() && found.packet().isEmpty()) {
            throw new UnreadableMediaException("is cut short, and says nothing of its origin until there (it is "
                    + format + "): get it anew, whole");
        }
        Xmp.Told told = (found.packet().isEmpty()
                        ? Optional.<Xmp.Told>empty()
                        : Xmp.parse(found.packet().get()))
                .orElse(new Xmp.Told("", "", "", ""));
        return new Testimony(format, told.source(), told.tool(), told.model(), told.request(), found.cut());
    }
}
