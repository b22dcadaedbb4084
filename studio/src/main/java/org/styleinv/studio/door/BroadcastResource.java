package org.styleinv.studio.door;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.stream.Airings;
import org.styleinv.studio.stream.Mjpeg;
import org.styleinv.studio.stream.Screening;
import org.styleinv.studio.upstream.Mesh;

/** Broadcasts, for any number of viewers: the mesh makes one stream for all who watch here. */
@Path("/v1/broadcasts")
public class BroadcastResource {
    private final Mesh mesh;
    private final Airings airings;
    private final Screening screening;

    BroadcastResource(Mesh mesh, Airings airings, Screening screening) {
        this.mesh = mesh;
        this.airings = airings;
        this.screening = screening;
    }

    @GET
    @Path("{id}.mjpeg")
    public Response mjpeg(@PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        return Response.ok(screening.show(request.response(), () -> airings.watch(id), new Mjpeg(Long.MAX_VALUE)))
                .header(HttpHeaders.CONTENT_TYPE, Mjpeg.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @HEAD
    @Path("{id}.mjpeg")
    public Response mjpegHead(@PathParam("id") String id, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        mesh.broadcast(id);
        return Response.ok().type(Mjpeg.MEDIA_TYPE).build();
    }
}
