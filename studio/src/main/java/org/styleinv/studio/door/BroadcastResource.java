package org.styleinv.studio.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;
import org.styleinv.gate.HttpGate;
import org.styleinv.gate.Tenant;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.FaceId;
import org.styleinv.studio.request.Parts;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.request.Video;
import org.styleinv.studio.stream.Airings;
import org.styleinv.studio.stream.Mjpeg;
import org.styleinv.studio.stream.Playlist;
import org.styleinv.studio.stream.Screening;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;
import org.styleinv.studio.upstream.Served;

/** Broadcasts, for any number of viewers: the mesh makes one stream for all who watch here. {@link BroadcastControl} starts and stops them. */
@Path("/v1/broadcasts")
public class BroadcastResource {
    private static final int LIVE_PARTS = 6;
    private static final int KEPT_PARTS = 3 * LIVE_PARTS; // for a player with an old playlist

    private final Mesh mesh;
    private final Airings airings;
    private final Screening screening;
    private final Segments segments;

    BroadcastResource(Mesh mesh, Airings airings, Screening screening, Segments segments) {
        this.segments = segments;
        this.mesh = mesh;
        this.airings = airings;
        this.screening = screening;
    }

    /**
     * A broadcast.
     *
     * @param tenant whose it is, none for the mesh's own
     * @param startMs Unix time of the frame {@code firstIndex}
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Live(
            String id,
            @Nullable String tenant,
            String stream,
            long startMs,
            long firstIndex,
            double fps,
            String variant,
            @Nullable Long seed,
            @Nullable String face,
            long motionSeed,
            double timeStep) {
        static Live of(Broadcast broadcast) {
            GenerateRequest request = broadcast.getRequest();
            return new Live(
                    broadcast.getId(),
                    broadcast.getTenant().isEmpty() ? null : broadcast.getTenant(),
                    broadcast.getStream(),
                    broadcast.getStartMs(),
                    request.getFirstIndex(),
                    request.getFps() == 0 ? 30 : request.getFps(),
                    request.getVariant().isEmpty() ? "base" : request.getVariant(),
                    request.hasSeed() ? request.getSeed() : null,
                    request.hasW0() ? FaceId.of(request.getW0().getValuesList()) : null,
                    request.getMotionSeed(),
                    request.hasTimeStep() ? request.getTimeStep() : 1);
        }
    }

    /** What is live and the caller's, by id; an operator sees that of all tenants. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public RestResponse<List<Live>> live(@Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        return now(
                mesh.broadcasts(HttpGate.tenant(request)).stream().map(Live::of).toList());
    }

    /** An answer that is true now. */
    static <T> RestResponse<T> now(T answer) {
        return RestResponse.ResponseBuilder.ok(answer)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @GET
    @Path("{id}.mjpeg")
    public Response mjpeg(@PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        Tenant tenant = HttpGate.tenant(request);
        Video video = Stretch.of(mesh.broadcast(tenant, id).getRequest()).video();
        var pictures = new Mjpeg(video, Long.MAX_VALUE);
        return Response.ok(screening.show(request.request(), () -> airings.watch(tenant, id), pictures))
                .header(HttpHeaders.CONTENT_TYPE, Mjpeg.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** The newest parts of a broadcast; those that are whole by the clock. */
    @GET
    @Path("{id}.m3u8")
    public Response playlist(@PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        Broadcast broadcast = mesh.broadcast(HttpGate.tenant(request), id);
        Stretch stretch = Stretch.of(broadcast.getRequest());
        Parts parts = Parts.of(stretch);
        long whole = whole(broadcast, parts);
        Map<String, String> query = new LinkedHashMap<>();
        query.put("stream", broadcast.getStream());
        query.put("model", mesh.served().digest(stretch.video().looks()));
        String folder = "/v1/broadcasts/" + broadcast.getId() + "/segments/";
        return Response.ok(Playlist.live(parts, folder, Video.text(query), Math.max(0, whole - LIVE_PARTS), whole))
                .type(Playlist.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** How many parts are over by the clock. */
    private static long whole(Broadcast broadcast, Parts parts) {
        long shown = parts.stretch().shown(System.currentTimeMillis() - broadcast.getStartMs());
        return Math.min(parts.count(), shown / parts.frames());
    }

    /** What a part of a playlist is of: the broadcast, as long as it is the one that the playlist was of. */
    private record Shown(Broadcast broadcast, Parts parts, Served served) {}

    private Shown shown(String id, RoutingContext request, UriInfo uri) {
        Query query = new Query(uri.getQueryParameters());
        Broadcast broadcast = mesh.broadcast(HttpGate.tenant(request), id);
        if (!query.text("stream").equals(Optional.of(broadcast.getStream()))) {
            throw Problem.of(404, "broadcast \"" + broadcast.getId() + "\" is another now: read its playlist again");
        }
        Stretch stretch = Stretch.of(broadcast.getRequest());
        Served served = mesh.served();
        served.demand(query.text("model"), stretch.video().looks());
        query.end();
        return new Shown(broadcast, Parts.of(stretch), served);
    }

    @GET
    @Path("{id}/segments/init.mp4")
    public Response header(@PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri)
            throws IOException {
        Shown shown = shown(id, request, uri);
        return Segments.kept(segments.header(shown.parts().stretch(), shown.served()));
    }

    /** A part of what was on lately: who may watch a broadcast may see that, and have nothing else made. */
    @GET
    @Path("{id}/segments/{number}.m4s")
    public Response segment(
            @PathParam("id") String id,
            @PathParam("number") String name,
            @Context RoutingContext request,
            @Context UriInfo uri)
            throws IOException {
        Shown shown = shown(id, request, uri);
        long whole = whole(shown.broadcast(), shown.parts());
        long number = HlsResource.number(name, Math.max(0, whole - KEPT_PARTS), whole);
        return Segments.kept(segments.part(shown.parts(), shown.served(), number, Meter.NONE));
    }

    @HEAD
    @Path("{id}.mjpeg")
    public Response mjpegHead(@PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        mesh.broadcast(HttpGate.tenant(request), id);
        return Response.ok().type(Mjpeg.MEDIA_TYPE).build();
    }
}
