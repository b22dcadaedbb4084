package org.styleinv.studio.door;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.styleinv.client.FrameStream;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.stream.Mjpeg;
import org.styleinv.studio.stream.Screening;
import org.styleinv.studio.upstream.Mesh;

/** Videos as streams, with or without an end. A reader that stops reading stops the work, and so does one that leaves. */
@Path("/v1")
public class StreamResource {
    private final Mesh mesh;
    private final Screening screening;

    StreamResource(Mesh mesh, Screening screening) {
        this.mesh = mesh;
        this.screening = screening;
    }

    @GET
    @Path("streams.mjpeg")
    public Response mjpeg(@Context RoutingContext request, @Context UriInfo uri) {
        Stretch stretch = stretch(uri);
        return show(
                request,
                stretch,
                Encoding.JPEG,
                Mjpeg.MEDIA_TYPE,
                new Mjpeg(stretch.range().total()));
    }

    /** Says what would come, without a stream. */
    @HEAD
    @Path("streams.mjpeg")
    public Response mjpegHead(@Context UriInfo uri) {
        stretch(uri);
        return Response.ok().type(Mjpeg.MEDIA_TYPE).build();
    }

    private Stretch stretch(UriInfo uri) {
        Query query = new Query(uri.getQueryParameters());
        Stretch stretch = Stretch.of(query);
        Models.demand(query.text("model"), mesh.served(), stretch.video());
        query.end();
        return stretch;
    }

    private Response show(
            RoutingContext request, Stretch stretch, Encoding encoding, String mediaType, Screening.Form form) {
        HttpServerResponse response = request.response();
        return Response.ok(screening.show(response, () -> open(stretch, encoding), form))
                .header(HttpHeaders.CONTENT_TYPE, mediaType)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private Screening.Frames open(Stretch stretch, Encoding encoding) {
        FrameStream stream = mesh.stream(stretch.request(encoding));
        return new Screening.Frames() {
            @Override
            public boolean hasNext() {
                return stream.hasNext();
            }

            @Override
            public Frame next() {
                return stream.next();
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }
}
