package org.styleinv.mesh.command.output;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.styleinv.mesh.picture.FrameSink;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Makers;

/** What {@code generate}, {@code watch} and {@code demo} do with each frame: count, time, hash, keep; and the figures at the end. */
public final class FrameReading {
    private final Console report;
    private final FrameSink sink;
    private final int side;
    private final boolean hashes;
    private final long total;
    private final FrameTimes times = new FrameTimes();
    private Frame last = Frame.getDefaultInstance();

    /** @param total frames to come, 0 if unknown */
    public FrameReading(Console report, FrameSink sink, boolean hashes, long total) {
        this(report, sink, 1, hashes, total);
    }

    /** @param side smaller frames are kept enlarged, to at least this size */
    public FrameReading(Console report, FrameSink sink, int side, boolean hashes, long total) {
        this.report = report;
        this.sink = sink;
        this.side = side;
        this.hashes = hashes;
        this.total = total;
    }

    /** Takes a frame; returns its pixels. */
    public Pixels take(Frame frame) throws IOException {
        times.arrived();
        last = frame.toBuilder().clearImage().build();
        Pixels pixels = Pixels.of(frame.getImage());
        if (hashes && report.json()) {
            var line = new LinkedHashMap<String, Object>();
            line.put("index", frame.getIndex());
            line.put("sha256", pixels.sha256());
            line.put("model", frame.getModel());
            report.json(line);
        } else if (hashes) {
            report.line(frame.getIndex() + " " + pixels.sha256());
        }
        sink.write(frame.getIndex(), pixels.enlarged(side), Makers.of(frame));
        report.progress("frames", times.frames(), total);
        return pixels;
    }

    public FrameTimes times() {
        return times;
    }

    public String stream() {
        return last.getStream();
    }

    public String model() {
        return last.getModel();
    }

    /** The figures under the names that machines read. */
    public Map<String, Object> figures() {
        var figures = new LinkedHashMap<String, Object>();
        figures.put("frames", times.frames());
        figures.put("first_frame_ms", rounded(times.firstFrameMs()));
        figures.put("fps", rounded(times.fps()));
        figures.put("inter_frame_p99_ms", rounded(times.interFrameMs(0.99)));
        figures.put("model", last.getModel());
        figures.put("variant", last.getVariant());
        figures.put("stream", last.getStream());
        return figures;
    }

    /** The figures for people, in one line. */
    public String sentence() {
        return times.sentence() + (times.frames() == 0 ? "" : ", model " + brief(last.getModel()));
    }

    public static String brief(String digest) {
        return digest.substring(0, Math.min(12, digest.length()));
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : value;
    }
}
