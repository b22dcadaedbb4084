package org.styleinv.studio.door;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.styleinv.proto.Encoding;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.stream.Archive;
import org.styleinv.studio.stream.Film;
import org.styleinv.studio.stream.Gif;
import org.styleinv.studio.stream.Mjpeg;
import org.styleinv.studio.stream.Screening;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;
import org.styleinv.video.GifWriter;
import org.styleinv.video.VideoForm;

/** Videos as streams, with or without an end. A reader that stops reading stops the work, and so does one that leaves. */
@Path("/v1")
public class StreamResource {
    private static final int MOST_FRAMES = 600; // of what has an end
    private static final String MP4 = "video/mp4";
    private static final String WEBM = "video/webm";

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
                new Mjpeg(stretch.video(), stretch.range().total()));
    }

    /** Says what would come, without a stream. */
    @HEAD
    @Path("streams.mjpeg")
    public Response mjpegHead(@Context UriInfo uri) {
        stretch(uri);
        return Response.ok().type(Mjpeg.MEDIA_TYPE).build();
    }

    /** Fragmented H.264: each frame is on its way when it was encoded. */
    @GET
    @Path("streams.mp4")
    public Response mp4(@Context RoutingContext request, @Context UriInfo uri) {
        return film(request, uri, VideoForm.STREAM, MP4);
    }

    @HEAD
    @Path("streams.mp4")
    public Response mp4Head(@Context UriInfo uri) {
        stretch(uri);
        return Response.ok().type(MP4).build();
    }

    @GET
    @Path("streams.webm")
    public Response webm(@Context RoutingContext request, @Context UriInfo uri) {
        return film(request, uri, VideoForm.WEBM_STREAM, WEBM);
    }

    @HEAD
    @Path("streams.webm")
    public Response webmHead(@Context UriInfo uri) {
        stretch(uri);
        return Response.ok().type(WEBM).build();
    }

    /** A GIF that runs for ever, of at most 600 frames. */
    @GET
    @Path("streams.gif")
    public Response gif(@Context RoutingContext request, @Context UriInfo uri) {
        Stretch stretch = ending(uri, "a GIF");
        double fps = stretch.range().fps();
        if (fps > GifWriter.MOST_FPS) {
            throw Problem.bad("fps must be at most " + GifWriter.MOST_FPS + " for a GIF, got " + fps);
        }
        return show(request, stretch, Encoding.RAW, Gif.MEDIA_TYPE, new Gif(stretch));
    }

    /** At most 600 frames as PNGs, each named by its index. */
    @GET
    @Path("streams.zip")
    public Response zip(@Context RoutingContext request, @Context UriInfo uri) {
        Stretch stretch = ending(uri, "a zip");
        return show(request, stretch, Encoding.PNG, Archive.MEDIA_TYPE, new Archive(stretch.video()));
    }

    private Stretch ending(UriInfo uri, String what) {
        Stretch stretch = stretch(uri);
        if (stretch.range().total() > MOST_FRAMES) {
            throw Problem.bad("frames must be from 1 to " + MOST_FRAMES + " for " + what + ", got "
                    + (stretch.query().containsKey("frames") ? stretch.range().total() : "none"));
        }
        return stretch;
    }

    private Response film(RoutingContext request, UriInfo uri, VideoForm form, String mediaType) {
        Stretch stretch = stretch(uri);
        return show(request, stretch, Encoding.RAW, mediaType, new Film(form, stretch));
    }

    private Stretch stretch(UriInfo uri) {
        Query query = new Query(uri.getQueryParameters());
        Stretch stretch = Stretch.of(query);
        mesh.served().demand(query.text("model"), stretch.video().looks());
        query.end();
        return stretch;
    }

    private Response show(
            RoutingContext request, Stretch stretch, Encoding encoding, String mediaType, Screening.Form form) {
        return Response.ok(screening.show(
                        request.request(),
                        () -> Screening.frames(mesh.stream(stretch.request(encoding)), Meter.of(request)),
                        form))
                .header(HttpHeaders.CONTENT_TYPE, mediaType)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
