package org.styleinv.studio.door;

import io.vertx.ext.web.RoutingContext;
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
import org.styleinv.proto.wire.StatusText;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.Parts;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.request.Video;
import org.styleinv.studio.stream.Playlist;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;
import org.styleinv.studio.upstream.Served;

/**
 * Videos in parts (HLS). A part is a function of the request, its number and the model, so any replica makes it and any
 * cache keeps it, and a player goes anywhere without anything before it.
 */
@Path("/v1")
public class HlsResource {
    private static final long TEN_MINUTES = 18_000; // frames at 30 a second
    private static final long MOST_PARTS = 3600;

    private final Mesh mesh;
    private final Segments segments;

    HlsResource(Mesh mesh, Segments segments) {
        this.mesh = mesh;
        this.segments = segments;
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
        return Segments.kept(segments.header(asked.parts().stretch(), asked.served()));
    }

    @GET
    @Path("segments/{number}.m4s")
    public Response segment(@PathParam("number") String name, @Context RoutingContext request, @Context UriInfo uri)
            throws IOException {
        return Segments.kept(segment(name, uri.getQueryParameters(), Meter.of(request)));
    }

    /** The bytes of a segment: a function of what is asked for and of the model. */
    byte[] segment(String name, Map<String, List<String>> given, Meter meter) throws IOException {
        Asked asked = asked(given, 0);
        return segments.part(
                asked.parts(), asked.served(), number(name, 0, asked.parts().count()), meter);
    }

    /** The number that an address names, of those from {@code first} and before {@code end}. */
    static long number(String text, long first, long end) {
        try {
            long number = text.length() <= 18 ? Long.parseLong(text) : -1;
            if (number >= first && number < end) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        if (first == end) {
            throw Problem.of(404, "no segment of this video is whole yet");
        }
        throw Problem.of(
                404,
                "a segment of this video has a number from " + first + " to " + (end - 1) + ", got \""
                        + StatusText.of(text) + "\"");
    }
}
