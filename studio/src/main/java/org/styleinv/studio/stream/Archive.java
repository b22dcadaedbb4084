package org.styleinv.studio.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.styleinv.proto.Frame;
import org.styleinv.studio.request.Video;
import org.styleinv.video.provenance.PictureMark;

/** Frames as PNGs in a zip, each by its index; they are kept as they are, for PNG has them small. */
public final class Archive implements Screening.Form {
    public static final String MEDIA_TYPE = "application/zip";

    private static final long EPOCH = 315_532_800_000L; // 1980, zip's first moment: the same frames are the same file

    private final Video video;

    public Archive(Video video) {
        this.video = video;
    }

    /** Writes frames that are PNGs. */
    @Override
    public void write(Iterator<Frame> frames, OutputStream out) throws IOException {
        var zip = new ZipOutputStream(out);
        zip.setMethod(ZipOutputStream.STORED);
        while (frames.hasNext()) {
            Frame frame = frames.next();
            byte[] png = PictureMark.png(frame.getImage().getData().toByteArray(), Origins.of(video, frame));
            var entry = new ZipEntry(String.format(Locale.ROOT, "%08d.png", frame.getIndex()));
            var sum = new CRC32();
            sum.update(png);
            entry.setCrc(sum.getValue());
            entry.setSize(png.length);
            entry.setTime(EPOCH);
            zip.putNextEntry(entry);
            zip.write(png);
            zip.closeEntry();
            zip.flush();
        }
        zip.finish();
    }
}
