package org.styleinv.studio.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Variant;
import org.styleinv.proto.wire.VariantSchedule;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Served;

/** What a mesh has: its model, and that model's variants and directions. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
public class ListResource {
    private final Mesh mesh;

    ListResource(Mesh mesh) {
        this.mesh = mesh;
    }

    /**
     * A model.
     *
     * @param model    its digest, for {@code model=} where the base paints
     * @param refused  why the model that the mesh's folder now holds is not served; left out if it is
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Model(
            String model,
            int resolution,
            int wDim,
            List<String> variants,
            @Nullable String refused) {}

    /**
     * A variant.
     *
     * @param model   for {@code model=} where it alone paints
     * @param painter digest of its generator, as frames carry it
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Look(String name, String model, String painter, int resolution, int wDim) {}

    @GET
    @Path("models")
    public RestResponse<List<Model>> models(@Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        Served served = mesh.served();
        Variant base = served.base();
        return now(List.of(new Model(
                base.getModel(),
                base.getResolution(),
                base.getWDim(),
                served.all().stream().map(Variant::getName).toList(),
                served.refused().isEmpty() ? null : served.refused())));
    }

    @GET
    @Path("variants")
    public RestResponse<List<Look>> variants(@Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        Served served = mesh.served();
        return now(served.all().stream()
                .map(variant -> new Look(
                        variant.getName(),
                        served.digest(VariantSchedule.parse(variant.getName())),
                        variant.getModel(),
                        variant.getResolution(),
                        variant.getWDim()))
                .toList());
    }

    /** The names that {@code edits=} can have. */
    @GET
    @Path("directions")
    public RestResponse<List<String>> directions(@Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        return now(mesh.directions());
    }

    private static <T> RestResponse<T> now(T answer) {
        return RestResponse.ResponseBuilder.ok(answer)
                .header("Cache-Control", "no-store")
                .build();
    }
}
