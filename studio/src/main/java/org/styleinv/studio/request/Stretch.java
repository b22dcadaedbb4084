package org.styleinv.studio.request;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Pace;
import org.styleinv.proto.wire.FrameRange;

/**
 * Frames of a video one after another, as an address asks for them.
 *
 * @param range which, and when each is shown
 * @param pace  how they come
 * @param query the whole as parameters, in one order, with nothing that is a default
 */
public record Stretch(Video video, FrameRange range, Pace pace, Map<String, String> query) {
    private static final List<String> PACES = List.of("real_time", "fast");

    /** Takes the parameters of a stream; they come in real time unless the address says otherwise. */
    public static Stretch of(Query query) {
        return of(query, 0);
    }

    /** As the other, where the address need not say how many. */
    public static Stretch of(Query query, long frames) {
        Video video = Video.of(query);
        Map<String, String> canonical = new LinkedHashMap<>(video.query());
        long first = query.integer("first_index").orElse(0L);
        long count = query.integer("frames").orElse(frames);
        double fps = query.decimal("fps").orElse(30.0);
        String pace = query.oneOf("pace", PACES);
        FrameRange range = FrameRange.of(first, count, fps, video.timeStep());
        if (first != 0) {
            canonical.put("first_index", Long.toString(first));
        }
        if (count != 0) {
            canonical.put("frames", Long.toString(count));
        }
        if (range.fps() != 30) {
            canonical.put("fps", Double.toString(range.fps()));
        }
        return new Stretch(video, range, pace.equals("fast") ? Pace.AS_FAST_AS_POSSIBLE : Pace.REAL_TIME, canonical);
    }

    /** The stretch that a broadcast shows; the w0 of a picture becomes that of its id. */
    public static Stretch of(GenerateRequest request) {
        Map<String, List<String>> given = new LinkedHashMap<>(Video.given(request));
        given.put("first_index", List.of(Long.toString(request.getFirstIndex())));
        given.put("frames", List.of(Long.toString(request.getFrameCount())));
        given.put("fps", List.of(Double.toString(request.getFps() == 0 ? 30 : request.getFps())));
        return of(new Query(given));
    }

    /** What the whole says of its origin: its request as parameters, without a model's digest. */
    public String text() {
        return Video.text(query);
    }

    /** How many frames are over after a time. */
    public long shown(long millis) {
        return (long) Math.max(0, Math.min((double) range.total(), Math.floor(millis / 1000.0 * range.fps())));
    }

    /** Asks for all of it. */
    public GenerateRequest request(Encoding encoding) {
        return from(0, encoding);
    }

    /** Asks for the rest of it. */
    public GenerateRequest from(long place, Encoding encoding) {
        return part(place, range.total() - place, encoding).toBuilder()
                .setPace(pace)
                .build();
    }

    /** Asks for some of it, at once. */
    public GenerateRequest part(long place, long count, Encoding encoding) {
        return video.request().toBuilder()
                .setFirstIndex(range.index(place))
                .setFrameCount(count)
                .setFps(range.fps())
                .setEncoding(encoding)
                .build();
    }
}
