package org.styleinv.studio.door;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.wire.FrameRange;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.request.FrameName;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.request.Video;
import org.styleinv.studio.stream.Reels;
import org.styleinv.studio.stream.Room;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;
import org.styleinv.studio.upstream.Served;
import org.styleinv.video.WebP;
import org.styleinv.video.provenance.Origin;
import org.styleinv.video.provenance.PictureMark;

/**
 * Any frame of any video, by its address. A frame is a function of its request and the model, so under the model's digest
 * its address may be kept for ever.
 */
@Path("/v1/frames")
public class FrameResource {
    static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Mesh mesh;
    private final Reels reels;
    private final Room room;

    FrameResource(Mesh mesh, Reels reels, StudioConfig config) {
        this.mesh = mesh;
        this.reels = reels;
        room = new Room(config.maxFrames(), "frames on their way");
    }

    @GET
    @Path("{name}")
    public Response frame(
            @PathParam("name") String name,
            @Context RoutingContext request,
            @Context UriInfo uri,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
        FrameName frame = FrameName.parse(name);
        Query query = new Query(uri.getQueryParameters());
        Video video = Video.of(query);
        Optional<String> model = query.text("model");
        query.end();
        FrameRange.of(frame.index(), 1, 0, Math.abs(video.timeStep()));
        Served served = mesh.served();
        String digest = served.demand(model, video.looks());
        String address = "/v1/frames/" + frame.index() + "." + frame.form().ending() + "?"
                + Video.text(video.queryWith("model", digest));
        if (model.isEmpty()) {
            return Response.status(Response.Status.TEMPORARY_REDIRECT)
                    .header(HttpHeaders.LOCATION, address)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .build();
        }
        String tag = tag(address);
        if (known != null && known.contains(tag)) {
            return kept(Response.notModified(), tag).build();
        }
        Meter.of(request).frames(1, served);
        byte[] picture = picture(video, frame, served);
        return kept(Response.ok(picture, frame.form().mediaType()), tag).build();
    }

    private static Response.ResponseBuilder kept(Response.ResponseBuilder answer, String tag) {
        return answer.header(HttpHeaders.ETAG, tag).header(HttpHeaders.CACHE_CONTROL, FOR_EVER);
    }

    /** Weak, for a GPU paints to within 1/255; the address says all else, the model's digest included. */
    private static String tag(String address) {
        var sum = new CRC32();
        sum.update(address.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "W/\"%08x-%x\"", sum.getValue(), address.length());
    }

    private byte[] picture(Video video, FrameName name, Served served) {
        Encoding encoding =
                switch (name.form()) {
                    case PNG -> Encoding.PNG;
                    case JPG -> Encoding.JPEG;
                    case WEBP -> Encoding.RAW;
                };
        GenerateRequest.Builder request =
                video.request().toBuilder().setFirstIndex(name.index()).setEncoding(encoding);
        if (video.timeStep() < 0) {
            request.setTimeStep(-video.timeStep()); // the same frame
        }
        Image image = Mesh.demand(painted(request.build(), served), served).getImage();
        byte[] data = image.getData().toByteArray();
        Origin origin = Origin.generated(served.makers(video.looks()), video.frame(name.index()));
        return switch (name.form()) {
            case PNG -> PictureMark.png(data, origin);
            case JPG -> PictureMark.jpeg(data, origin);
            case WEBP -> PictureMark.webp(WebP.of(image.getWidth(), image.getHeight(), data), origin);
        };
    }

    private Frame painted(GenerateRequest request, Served served) {
        try (Room.Place place = room.enter()) {
            return reels.frame(request, served);
        }
    }
}
