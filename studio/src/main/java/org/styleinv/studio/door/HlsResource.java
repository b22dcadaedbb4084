package org.styleinv.studio.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.client.FrameStream;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.Parts;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.request.Video;
import org.styleinv.studio.stream.Film;
import org.styleinv.studio.stream.Playlist;
import org.styleinv.studio.stream.Room;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Served;
import org.styleinv.video.Segment;
import org.styleinv.video.provenance.Origin;

/**
 * Videos in parts (HLS). A part is a function of the request, its number and the model, so any replica makes it and any
 * cache keeps it, and a player goes anywhere without anything before it.
 */
@Path("/v1")
public class HlsResource {
    private static final long TEN_MINUTES = 18_000; // frames at 30 a second
    private static final long MOST_PARTS = 3600;
    private static final String MP4 = "video/mp4";

    private final Mesh mesh;
    private final Room room;

    HlsResource(Mesh mesh, StudioConfig config) {
        this.mesh = mesh;
        room = new Room(config.maxSegments(), "segments on their way");
    }

    /** A stretch, and what is served for it. */
    private record Asked(Parts parts, Served served, String query) {}

    private Asked asked(Map<String, List<String>> given, long frames) {
        Query query = new Query(given);
        Stretch stretch = Stretch.of(query, frames);
        Served served = mesh.served();
        String digest = served.demand(query.text("model"), stretch.video().looks());
        query.end();
        Map<String, String> all = new LinkedHashMap<>(stretch.query());
        all.put("model", digest);
        return new Asked(Parts.of(stretch), served, Video.text(all));
    }

    @GET
    @Path("streams.m3u8")
    public Response playlist(@Context UriInfo uri) {
        Asked asked = asked(uri.getQueryParameters(), TEN_MINUTES);
        if (asked.parts().count() > MOST_PARTS) {
            throw Problem.bad("a playlist has at most " + MOST_PARTS + " segments of "
                    + asked.parts().frames() + " frames, got frames="
                    + asked.parts().stretch().range().total() + ": begin another at first_index");
        }
        return Response.ok(Playlist.whole(asked.parts(), asked.query()))
                .type(Playlist.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @GET
    @Path("segments/init.mp4")
    public Response header(@Context UriInfo uri) throws IOException {
        Asked asked = asked(uri.getQueryParameters(), 0);
        int side = asked.served().base().getResolution();
        Stretch stretch = asked.parts().stretch();
        Origin origin = Origin.generated(asked.served().makers(stretch.video().looks()), stretch.text());
        return kept(Segment.header(side, side, stretch.range().fps(), Film.enlarged(side), origin));
    }

    @GET
    @Path("segments/{number}.m4s")
    public Response segment(@PathParam("number") String name, @Context UriInfo uri) throws IOException {
        return kept(segment(name, uri.getQueryParameters()));
    }

    /** The bytes of a segment: a function of what is asked for and of the model. */
    byte[] segment(String name, Map<String, List<String>> given) throws IOException {
        Asked asked = asked(given, 0);
        long number = number(name, asked.parts().count());
        try (Room.Place place = room.enter()) {
            return made(asked, number);
        }
    }

    private byte[] made(Asked asked, long number) throws IOException {
        Parts parts = asked.parts();
        int side = asked.served().base().getResolution();
        try (FrameStream frames =
                        mesh.part(parts.stretch().part(parts.place(number), parts.frames(number), Encoding.RAW));
                var segment = new Segment(side, side, parts.stretch().range().fps(), Film.enlarged(side))) {
            while (frames.hasNext()) {
                segment.write(Mesh.demand(frames.next(), asked.served())
                        .getImage()
                        .getData()
                        .toByteArray());
            }
            return segment.finish(number, parts.place(number));
        }
    }

    private static long number(String text, long count) {
        try {
            long number = text.length() <= 18 ? Long.parseLong(text) : -1;
            if (number >= 0 && number < count) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Problem.of(
                404,
                "a segment of this video has a number from 0 to " + (count - 1) + ", got \"" + StatusText.of(text)
                        + "\"");
    }

    private static Response kept(byte[] media) {
        return Response.ok(media)
                .type(MP4)
                .header(HttpHeaders.CACHE_CONTROL, FrameResource.FOR_EVER)
                .build();
    }
}
