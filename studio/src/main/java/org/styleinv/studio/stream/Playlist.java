package org.styleinv.studio.stream;

import java.util.Locale;
import org.styleinv.studio.request.Parts;

/** What HLS players read first (RFC 8216): where the parts of a video are, and how long each takes. */
public final class Playlist {
    public static final String MEDIA_TYPE = "application/vnd.apple.mpegurl";

    private Playlist() {}

    /** All parts: a video with an end, in which one can go anywhere. */
    public static String whole(Parts parts, String query) {
        return text(parts, "/v1/segments/", query, 0, parts.count(), "#EXT-X-PLAYLIST-TYPE:VOD\n") + "#EXT-X-ENDLIST\n";
    }

    /**
     * Some parts up to one, for a video that goes on.
     *
     * @param folder in which they are, with a slash at its end
     */
    public static String live(Parts parts, String folder, String query, long from, long to) {
        return text(parts, folder, query, from, to, "") + (to == parts.count() ? "#EXT-X-ENDLIST\n" : "");
    }

    private static String text(Parts parts, String folder, String query, long from, long to, String type) {
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
                .append("#EXT-X-TARGETDURATION:")
                .append((long)
                        Math.ceil(parts.frames() / parts.stretch().range().fps()))
                .append("\n#EXT-X-MEDIA-SEQUENCE:")
                .append(from)
                .append('\n')
                .append(type)
                .append("#EXT-X-MAP:URI=\"")
                .append(folder)
                .append("init.mp4?")
                .append(query)
                .append("\"\n");
        for (long number = from; number < to; number++) {
            text.append(String.format(Locale.ROOT, "#EXTINF:%.6f,\n", parts.seconds(number)))
                    .append(folder)
                    .append(number)
                    .append(".m4s?")
                    .append(query)
                    .append('\n');
        }
        return text.toString();
    }
}
