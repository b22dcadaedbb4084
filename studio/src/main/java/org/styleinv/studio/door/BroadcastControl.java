package org.styleinv.studio.door;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.RestResponse;
import org.styleinv.gate.HttpGate;
import org.styleinv.gate.Tenant;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;

/**
 * Starts and stops broadcasts. Apart from {@link BroadcastResource}, since Quarkus records the methods of a class that has both GET and
 * DELETE in one order or the other from build to build, and images could not be the same twice (ADR 0019).
 */
@Path("/v1/broadcasts")
public class BroadcastControl {
    private final Mesh mesh;

    BroadcastControl(Mesh mesh) {
        this.mesh = mesh;
    }

    /**
     * Makes a broadcast live, from its first frame on; one that is live with the same request is left as it is. A page of
     * another site cannot do this: browsers ask before a PUT, and are refused.
     */
    @PUT
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public RestResponse<BroadcastResource.Live> start(
            @PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
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
        Tenant tenant = HttpGate.tenant(request);
        return BroadcastResource.now(BroadcastResource.Live.of(Meter.of(request)
                .broadcast(
                        id,
                        () -> mesh.broadcasts(tenant).stream()
                                .filter(other -> other.getTenant().equals(tenant.name()))
                                .map(Broadcast::getId)
                                .toList(),
                        () -> mesh.start(tenant, id, wanted.build()))));
    }

    /** Ends a broadcast. */
    @DELETE
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public RestResponse<BroadcastResource.Live> stop(
            @PathParam("id") String id, @Context RoutingContext request, @Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        return BroadcastResource.now(BroadcastResource.Live.of(mesh.stop(HttpGate.tenant(request), id)));
    }
}
