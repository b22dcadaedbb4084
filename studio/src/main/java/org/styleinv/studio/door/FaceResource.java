package org.styleinv.studio.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Base64;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertResponse;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.FaceId;
import org.styleinv.studio.request.Form;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;
import org.styleinv.video.provenance.Origin;
import org.styleinv.video.provenance.PictureMark;

/** From a picture to a face that stands in addresses. Nothing of it is kept here. */
@Path("/v1/faces")
public class FaceResource {
    private final Mesh mesh;
    private final Upload upload;

    FaceResource(Mesh mesh, Upload upload) {
        this.mesh = mesh;
        this.upload = upload;
    }

    /**
     * A face.
     *
     * @param face           its id, for {@code face=}
     * @param psnr           decibels, the reconstruction against the crop; left out if no decoder could be asked
     * @param crop           what the encoder saw, a PNG as a data address
     * @param reconstruction what the generator paints from the face, a PNG as a data address
     * @param model          digest of the model that found it
     * @param frame          address of its first frame
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Face(
            String face,
            @Nullable Double psnr,
            @Nullable String crop,
            @Nullable String reconstruction,
            String model,
            String frame) {}

    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking // until the body is here
    public Uni<RestResponse<Face>> face(@Context RoutingContext request, @Context UriInfo uri) {
        Query query = new Query(uri.getQueryParameters());
        boolean aligned = query.flag("aligned");
        query.end();
        Optional<String> type = Optional.ofNullable(request.request().getHeader(HttpHeaders.CONTENT_TYPE));
        Meter meter = Meter.of(request);
        return upload.body(request)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(body -> face(Form.picture(body, type), aligned, meter));
    }

    private RestResponse<Face> face(byte[] picture, boolean aligned, Meter meter) {
        if (picture.length == 0) {
            throw Problem.bad("the request has no body: send the bytes of a picture, a PNG or a JPEG for example");
        }
        meter.upload();
        InvertResponse found = mesh.invert(picture, aligned);
        String id = FaceId.of(found.getW0List());
        var face = new Face(
                id,
                Double.isFinite(found.getReconstructionPsnr()) ? found.getReconstructionPsnr() : null,
                data(found.getCrop().getData().toByteArray()),
                data(marked(found.getReconstruction(), Origin.generated(found.getModel(), "face=" + id))),
                found.getModel(),
                "/v1/frames/0.png?face=" + id);
        return RestResponse.ResponseBuilder.ok(face)
                .header("Cache-Control", "no-store")
                .build();
    }

    private static byte[] marked(Image image, Origin origin) {
        byte[] png = image.getData().toByteArray();
        return png.length == 0 ? png : PictureMark.png(png, origin);
    }

    private static @Nullable String data(byte[] png) {
        return png.length == 0
                ? null
                : "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }
}
