package org.styleinv.trainer.data.file;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.styleinv.trainer.data.file.Judgement.Kind;

/**
 * Which kinds of files there are. The content of a file says what it is, whatever its ending claims; the ending where the
 * content is of no known form. The lists here are those of docs/training.md.
 */
public final class Kinds {
    /** Bytes from the start of a file that say what it is. */
    public static final int HEAD = 512;

    private static final Set<String> PICTURES =
            words("png jpg jpeg jpe jfif jif bmp dib ppm pgm pbm pnm tif tiff webp heic"
                    + " heif avif jp2 j2k jxl tga exr hdr psd pcx ico");
    private static final Set<String> VIDEOS =
            words("mp4 m4v mov qt webm mkv avi gif apng wmv asf flv f4v mpg mpeg m2v ts mts"
                    + " m2ts vob 3gp 3g2 ogv ogg mxf y4m mjpeg mjpg dv rm rmvb divx h264 264 h265 265 hevc ivf nut");
    private static final Set<String> FILM = words("mjpeg mjpg"); // JPEG behind JPEG
    private static final Set<String> COMPANIONS =
            words("txt md rst rtf pdf tex bib html htm css js json jsonl csv tsv xml yaml"
                    + " yml toml ini cfg conf log lst url nfo srt vtt ass ssa sub lrc pts lab npy npz mat pkl pickle pt pth"
                    + " safetensors h5 hdf5 py ipynb sh bat md5 sha1 sha256 sha512 sfv torrent"
                    + " wav mp3 m4a aac flac opus wma");
    private static final Set<String> COMPANION_NAMES = words(
            "readme license licence copying notice changelog authors makefile" + " md5sums sha256sums sha512sums");
    private static final Set<String> SYSTEM = Set.of(
            "thumbs.db",
            "ehthumbs.db",
            "desktop.ini",
            "icon\r",
            "__macosx",
            "@eadir",
            "$recycle.bin",
            "system volume information",
            "lost+found");
    private static final Map<String, String> LEFT_OUT = new HashMap<>();

    static {
        say("is a download that has not ended", "part partial crdownload download ytdl aria2 tmp");
        say("is a spare copy", "bak orig old");
        say("is a camera's raw picture: develop it to PNG, TIFF or JPEG", "dng cr2 cr3 nef arw orf rw2 raf pef srw");
    }

    private Kinds() {}

    private static Set<String> words(String list) {
        return Set.of(list.split(" "));
    }

    private static void say(String reason, String endings) {
        words(endings).forEach(ending -> LEFT_OUT.put(ending, reason));
    }

    /** Whether a file or folder of this name is the system's own business: hidden, or a cache of some desktop. */
    public static boolean system(String name) {
        return name.startsWith(".") || SYSTEM.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Whether the name alone says that the file is passed over. */
    public static boolean companion(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return COMPANIONS.contains(ending(lower)) || COMPANION_NAMES.contains(lower);
    }

    /** Whether a file is a drawing in SVG, {@code head} as below. */
    public static boolean isDrawing(String name, byte[] head) {
        return Magic.isDrawing(head)
                || ending(name.toLowerCase(Locale.ROOT)).equals("svg")
                        && Magic.of(head).isEmpty();
    }

    /** @param head the first {@link #HEAD} bytes of the file, or all that there are */
    public static Judgement of(String name, byte[] head) {
        String ending = ending(name.toLowerCase(Locale.ROOT));
        if (companion(name)) {
            return Judgement.of(Kind.COMPANION);
        }
        String reason = LEFT_OUT.get(name.endsWith("~") ? "bak" : ending);
        if (reason != null) {
            return Judgement.leftOut(reason);
        }
        if (FILM.contains(ending) && Magic.isJpeg(head)) { // by its first bytes one of its frames
            return Judgement.of(Kind.VIDEO);
        }
        if (isDrawing(name, head) && head.length > 0) {
            return Judgement.of(Kind.VIDEO); // of one frame
        }
        return Magic.of(head).orElseGet(() -> {
            if (PICTURES.contains(ending)) {
                return Judgement.of(Kind.PICTURE);
            }
            return VIDEOS.contains(ending)
                    ? Judgement.of(Kind.VIDEO)
                    : Judgement.leftOut(
                            head.length == 0
                                    ? "is an empty file"
                                    : "is neither a picture nor a video of a kind that is known");
        });
    }

    private static String ending(String lower) {
        return lower.substring(lower.lastIndexOf('.') + 1);
    }
}
