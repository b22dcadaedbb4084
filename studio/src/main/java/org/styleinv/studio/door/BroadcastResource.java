package org.styleinv.studio.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;
import org.styleinv.gate.HttpGate;
import org.styleinv.gate.Tenant;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
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

/** Broadcasts, for any number of viewers: the mesh makes one stream for all who watch here. */
@Path("/v1/broadcasts")
public class BroadcastResource {
    private static final int LIVE_PARTS = 6;

    private final Mesh mesh;
    private final Airings airings;
    private final Screening screening;

    BroadcastResource(Mesh mesh, Airings airings, Screening screening) {
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
            double timeStep) {}

    /** What is live and the caller's, by id; an operator sees that of all tenants. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public RestResponse<List<Live>> live(@Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        return now(mesh.broadcasts(HttpGate.tenant(request)).stream()
                .map(BroadcastResource::live)
                .toList());
    }

    private static Live live(Broadcast broadcast) {
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

    /**
     * Makes a broadcast live, from its first frame on; one that is live with the same request is left as it is. A page of
     * another site cannot do this: browsers ask before a PUT, and are refused.
     */
    @PUT
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public RestResponse<Live> start(@PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
        Query query = new Query(uri.getQueryParameters());
        Stretch stretch = Stretch.of(query);
        mesh.served().demand(query.text("model"), stretch.video().looks());
        query.end();
        GenerateRequest.Builder wanted = stretch.video().request().toBuilder()
                .setFirstIndex(stretch.range().first())
                .setFps(stretch.range().fps())
                .setEncoding(Encoding.JPEG);
        if (stretch.query().containsKey("frames")) {
            wanted.setFrameCount(stretch.range().total());
        }
        return now(live(mesh.start(HttpGate.tenant(request), id, wanted.build())));
    }

    /** Ends a broadcast. */
    @DELETE
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public RestResponse<Live> stop(@PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        return now(live(mesh.stop(HttpGate.tenant(request), id)));
    }

    private static <T> RestResponse<T> now(T answer) {
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
        long whole = Math.min(
                parts.count(), stretch.shown(System.currentTimeMillis() - broadcast.getStartMs()) / parts.frames());
        Map<String, String> query = new LinkedHashMap<>(stretch.query());
        query.put("model", mesh.served().digest(stretch.video().looks()));
        return Response.ok(Playlist.live(parts, Video.text(query), Math.max(0, whole - LIVE_PARTS), whole))
                .type(Playlist.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @HEAD
    @Path("{id}.mjpeg")
    public Response mjpegHead(@PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        mesh.broadcast(HttpGate.tenant(request), id);
        return Response.ok().type(Mjpeg.MEDIA_TYPE).build();
    }
}
